/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/accounts/session_table.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct account_session session(int64_t id, int64_t user_id)
{
	struct account_session session = {.id = id, .user_id = user_id, .began_ms = 1000, .seen_ms = 1000};

	/* Hashes in another order than the numbers. */
	memset(session.token_hash, (int)(200 - id), sizeof(session.token_hash));
	return session;
}

static struct account account(int64_t id)
{
	return (struct account){.id = id, .role = ROLE_DISPATCHER, .name = "甲"};
}

static const struct session_entry *of(const struct session_table *table, int64_t id)
{
	struct account_session wanted = session(id, 0);

	return session_table_find(table, wanted.token_hash);
}

/* Three sessions of two users, as the database has them. */
static struct session_rows three(void)
{
	static struct account accounts[2];
	static struct account_session sessions[3];

	accounts[0] = account(1), accounts[1] = account(2);
	sessions[0] = session(11, 1), sessions[1] = session(12, 1), sessions[2] = session(13, 2);
	return (struct session_rows){accounts, 2, sessions, 3};
}

Test(session_table, finds_by_the_token_alone)
{
	struct session_table table = {0};
	struct session_rows rows = three();

	cr_assert_null(of(&table, 11));
	session_table_replace(&table, &rows);
	for (int64_t id = 11; id <= 13; id++)
		cr_assert_eq(of(&table, id)->caller.session_id, id);
	cr_assert_null(of(&table, 14));
	session_table_add(&table, &rows.accounts[1], &(struct account_session){.id = 20, .user_id = 2});
	cr_assert_eq(table.count, 4);
	session_table_remove(&table, -1, 1);
	cr_assert_null(of(&table, 11));
	cr_assert_eq(of(&table, 13)->caller.user_id, 2);
	session_table_fini(&table);
}

Test(session_table, no_reading_brings_back_what_ended_here)
{
	struct session_table table = {0};
	struct session_rows rows = three();

	session_table_replace(&table, &rows);
	session_table_end(&table, &of(&table, 12)->caller);
	session_table_replace(&table, &rows);
	cr_assert_null(of(&table, 12));
	cr_assert_eq(table.ending_count, 1);
	/* The database has it no more. */
	rows.sessions[1] = rows.sessions[2];
	rows.session_count = 2;
	session_table_replace(&table, &rows);
	cr_assert_eq(table.ending_count, 0);
	cr_assert_eq(table.count, 2);
	session_table_fini(&table);
}

Test(session_table, what_was_seen_here_is_newer_than_what_was_read_and_told_once)
{
	struct session_table table = {0};
	struct session_rows rows = three();
	struct session_sighting *sightings;
	struct session_entry *entry;
	size_t count;

	session_table_replace(&table, &rows);
	entry = session_table_find(&table, rows.sessions[2].token_hash);
	entry->session.seen_ms = 5000;
	entry->is_seen = true;
	session_table_replace(&table, &rows);
	sightings = session_table_sightings(&table, &count);
	cr_assert_eq(count, 1);
	cr_assert_eq(sightings[0].id, 13);
	cr_assert_eq(sightings[0].seen_ms, 5000);
	free(sightings);
	free(session_table_sightings(&table, &count));
	cr_assert_eq(count, 0);
	session_table_fini(&table);
}
