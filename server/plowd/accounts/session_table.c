/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/accounts/session_table.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

static int compare(const void *a, const void *b)
{
	const struct session_entry *left = a, *right = b;

	return memcmp(left->session.token_hash, right->session.token_hash, TOKEN_HASH_BYTES);
}

void session_table_fini(struct session_table *table)
{
	free(table->entries);
	free(table->endings);
	*table = (struct session_table){0};
}

static struct session_entry *find(struct session_entry *entries, size_t count, const uint8_t hash[TOKEN_HASH_BYTES])
{
	struct session_entry wanted;

	if (count == 0)
		return NULL;
	memcpy(wanted.session.token_hash, hash, TOKEN_HASH_BYTES);
	return bsearch(&wanted, entries, count, sizeof(wanted), compare);
}

struct session_entry *session_table_find(const struct session_table *table, const uint8_t hash[TOKEN_HASH_BYTES])
{
	return find(table->entries, table->count, hash);
}

/* ---- changing ---- */

static void put(struct session_table *table, const struct account *account, const struct account_session *session)
{
	struct session_entry *entry;

	table->entries = x_grow(table->entries, table->count, &table->capacity, sizeof(*table->entries));
	entry = &table->entries[table->count++];
	*entry = (struct session_entry){
		.session = *session,
		.caller = {.session_id = session->id, .user_id = account->id, .role = account->role}};
	memcpy(entry->caller.token_hash, session->token_hash, TOKEN_HASH_BYTES);
	memcpy(entry->caller.name, account->name, sizeof(account->name));
	memcpy(entry->caller.contractor, account->contractor, sizeof(account->contractor));
}

void session_table_add(struct session_table *table, const struct account *account,
		       const struct account_session *session)
{
	put(table, account, session);
	qsort(table->entries, table->count, sizeof(*table->entries), compare);
	table->change++;
}

void session_table_remove(struct session_table *table, int64_t session_id, int64_t user_id)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct session_entry *entry = &table->entries[i];

		if (entry->session.id != session_id && entry->session.user_id != user_id)
			table->entries[kept++] = *entry;
	}
	table->count = kept;
	table->change++;
}

void session_table_end(struct session_table *table, const struct caller *caller)
{
	struct session_ending *ending;

	table->endings = x_grow(table->endings, table->ending_count, &table->ending_capacity, sizeof(*table->endings));
	ending = &table->endings[table->ending_count++];
	ending->id = caller->session_id;
	memcpy(ending->name, caller->name, sizeof(ending->name));
	session_table_remove(table, caller->session_id, -1);
}

/* ---- what was read ---- */

static int compare_ids(const void *a, const void *b)
{
	const struct account *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static const struct account *account_of(const struct session_rows *rows, int64_t id)
{
	const struct account wanted = {.id = id};

	if (rows->account_count == 0)
		return NULL;
	return bsearch(&wanted, rows->accounts, rows->account_count, sizeof(wanted), compare_ids);
}

static bool has_ended(const struct session_table *table, int64_t id)
{
	for (size_t i = 0; i < table->ending_count; i++) {
		if (table->endings[i].id == id)
			return true;
	}
	return false;
}

/* What is in the database no more has ended there too; numbers are never given twice. */
static void drop_endings(struct session_table *table, const struct session_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->ending_count; i++) {
		bool is_there = false;

		for (size_t j = 0; j < rows->session_count && !is_there; j++)
			is_there = rows->sessions[j].id == table->endings[i].id;
		if (is_there)
			table->endings[kept++] = table->endings[i];
	}
	table->ending_count = kept;
}

/* What the loop has seen is newer than what is stored. */
static void keep_sighting(const struct session_entry *known, struct session_entry *entry)
{
	if (known && known->session.seen_ms > entry->session.seen_ms) {
		entry->session.seen_ms = known->session.seen_ms;
		entry->is_seen = known->is_seen;
	}
}

void session_table_replace(struct session_table *table, const struct session_rows *rows)
{
	struct session_entry *old = table->entries;
	size_t old_count = table->count;

	table->entries = NULL;
	table->count = table->capacity = 0;
	for (size_t i = 0; i < rows->session_count; i++) {
		const struct account_session *session = &rows->sessions[i];
		const struct account *account = account_of(rows, session->user_id);

		if (!account || has_ended(table, session->id))
			continue;
		put(table, account, session);
		keep_sighting(find(old, old_count, session->token_hash), &table->entries[table->count - 1]);
	}
	free(old);
	drop_endings(table, rows);
	if (table->count > 1)
		qsort(table->entries, table->count, sizeof(*table->entries), compare);
}

struct session_sighting *session_table_sightings(struct session_table *table, size_t *out_count)
{
	struct session_sighting *sightings = x_calloc(table->count + 1, sizeof(*sightings));

	*out_count = 0;
	for (size_t i = 0; i < table->count; i++) {
		struct session_entry *entry = &table->entries[i];

		if (entry->is_seen)
			sightings[(*out_count)++] = (struct session_sighting){entry->session.id, entry->session.seen_ms};
		entry->is_seen = false;
	}
	return sightings;
}
