/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/accounts/sessions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "server/audit.h"
#include "server/plowd/intake/writer.h"

#define LOOK_EVERY_MS 250
#define LOOKS_A_SECOND 4
#define STORE_EVERY_MS 60000
#define END_AGAIN_MS 2000 /* what could not be stored as ended is tried again this often */

struct entry {
	struct account_session session;
	struct caller caller;
	bool is_seen; /* since it was stored */
};

/* When a session was seen, on its way to the database. */
struct sighting {
	int64_t id, seen_ms;
};

/* A session that is over, though that could not be stored yet. */
struct ending {
	int64_t id;
	char name[ACCOUNT_NAME_BYTES]; /* whose it was */
};

/* What one look at the database found. */
struct reading {
	int error;
	bool is_new;
	int64_t mark;
	uint64_t change; /* of the table, when it began */
	struct account *accounts;
	size_t account_count;
	struct account_session *sessions;
	size_t session_count;
};

struct sessions {
	struct sessions_config config;
	uv_timer_t timer;
	uv_work_t work;
	uv_sem_t done; /* posted when the worker is through */
	bool is_reading, is_stopping, is_timer_closed;
	unsigned looks;
	int64_t stored_ms, tried_ms;

	struct entry *entries; /* by the hash of their tokens */
	size_t count, capacity;
	uint64_t change; /* grows when the loop itself changes the table */
	/* Ended here and still in the database: no reading brings them back. */
	struct ending *endings;
	size_t ending_count, ending_capacity;

	/* Touched by the worker thread while is_reading, by the loop otherwise. */
	struct db *db;
	int64_t seen_mark;
	struct reading reading;
	struct sighting *sightings;
	size_t sighting_count;
	struct ending *to_end; /* a copy of endings */
	size_t to_end_count;
};

static int compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return memcmp(left->session.token_hash, right->session.token_hash, TOKEN_HASH_BYTES);
}

static bool is_over(const struct sessions *sessions, const struct entry *entry, int64_t now_ms)
{
	return now_ms - entry->session.began_ms > sessions->config.longest_ms ||
	       now_ms - entry->session.seen_ms > sessions->config.idle_ms;
}

/* The entry goes on and was seen; false: it is over. */
static bool see(struct sessions *sessions, struct entry *entry)
{
	int64_t now_ms = wall_clock_ms();

	if (is_over(sessions, entry, now_ms))
		return false;
	if (entry->session.seen_ms < now_ms)
		entry->session.seen_ms = now_ms;
	entry->is_seen = true;
	return true;
}

/* The entry of a token's hash, which tells nothing of the token by how long it is looked for. */
static struct entry *find(const struct sessions *sessions, const uint8_t hash[TOKEN_HASH_BYTES])
{
	struct entry wanted;

	if (sessions->count == 0)
		return NULL;
	memcpy(wanted.session.token_hash, hash, TOKEN_HASH_BYTES);
	return bsearch(&wanted, sessions->entries, sessions->count, sizeof(wanted), compare);
}

bool sessions_find(struct sessions *sessions, const char *token, struct caller *out)
{
	uint8_t hash[TOKEN_HASH_BYTES];
	struct entry *entry;

	token_hash(token, hash);
	entry = find(sessions, hash);
	if (!entry || !see(sessions, entry))
		return false;
	*out = entry->caller;
	return true;
}

bool sessions_alive(struct sessions *sessions, const struct caller *caller)
{
	struct entry *entry = find(sessions, caller->token_hash);

	/* Who was given another role or firm since comes again, as what he is now. */
	return entry && entry->caller.role == caller->role &&
	       strcmp(entry->caller.contractor, caller->contractor) == 0 && see(sessions, entry);
}

static struct entry entry_of(const struct account *account, const struct account_session *session)
{
	struct entry entry = {.session = *session,
			      .caller = {.session_id = session->id,
					 .user_id = account->id,
					 .role = account->role}};

	memcpy(entry.caller.token_hash, session->token_hash, TOKEN_HASH_BYTES);
	memcpy(entry.caller.name, account->name, sizeof(account->name));
	memcpy(entry.caller.contractor, account->contractor, sizeof(account->contractor));
	return entry;
}

static void add(struct sessions *sessions, const struct entry *entry)
{
	sessions->entries = x_grow(sessions->entries, sessions->count, &sessions->capacity,
				   sizeof(*sessions->entries));
	sessions->entries[sessions->count++] = *entry;
}

static void sort(struct sessions *sessions)
{
	if (sessions->count > 1)
		qsort(sessions->entries, sessions->count, sizeof(*sessions->entries), compare);
}

static void told(struct sessions *sessions)
{
	if (sessions->config.on_change)
		sessions->config.on_change(sessions->config.arg);
}

void sessions_began(struct sessions *sessions, const struct account *account,
		    const struct account_session *session)
{
	struct entry entry = entry_of(account, session);

	sessions->change++;
	add(sessions, &entry);
	sort(sessions);
}

/* Takes out those of a session or of a user. */
static void take_out(struct sessions *sessions, int64_t session_id, int64_t user_id)
{
	size_t kept = 0;

	for (size_t i = 0; i < sessions->count; i++) {
		const struct entry *entry = &sessions->entries[i];

		if (entry->session.id != session_id && entry->session.user_id != user_id)
			sessions->entries[kept++] = *entry;
	}
	sessions->count = kept;
	sessions->change++;
	told(sessions);
}

void sessions_ended(struct sessions *sessions, int64_t session_id)
{
	take_out(sessions, session_id, -1);
}

void sessions_end_later(struct sessions *sessions, const struct caller *caller)
{
	struct ending *ending;

	sessions->endings = x_grow(sessions->endings, sessions->ending_count, &sessions->ending_capacity,
				   sizeof(*sessions->endings));
	ending = &sessions->endings[sessions->ending_count++];
	ending->id = caller->session_id;
	memcpy(ending->name, caller->name, sizeof(ending->name));
	sessions_ended(sessions, caller->session_id);
}

void sessions_ended_all(struct sessions *sessions, int64_t user_id)
{
	take_out(sessions, -1, user_id);
}

/* ---- reading ---- */

static int compare_ids(const void *a, const void *b)
{
	const struct account *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static void free_reading(struct reading *reading)
{
	free(reading->accounts);
	free(reading->sessions);
	*reading = (struct reading){0};
}

/* What the loop has seen is newer than what is stored. */
static void keep_sighting(const struct entry *old, size_t count, struct entry *entry)
{
	const struct entry *known =
		count ? bsearch(entry, old, count, sizeof(*old), compare) : NULL;

	if (known && known->session.seen_ms > entry->session.seen_ms) {
		entry->session.seen_ms = known->session.seen_ms;
		entry->is_seen = known->is_seen;
	}
}

static bool has_ended(const struct sessions *sessions, int64_t id)
{
	for (size_t i = 0; i < sessions->ending_count; i++) {
		if (sessions->endings[i].id == id)
			return true;
	}
	return false;
}

/* What is in the database no more has ended there too; numbers are never given twice. */
static void drop_endings(struct sessions *sessions, const struct reading *reading)
{
	size_t kept = 0;

	for (size_t i = 0; i < sessions->ending_count; i++) {
		bool is_there = false;

		for (size_t j = 0; j < reading->session_count && !is_there; j++)
			is_there = reading->sessions[j].id == sessions->endings[i].id;
		if (is_there)
			sessions->endings[kept++] = sessions->endings[i];
	}
	sessions->ending_count = kept;
}

/* The reading becomes what the loop knows, unless the loop has learnt something since it began. */
static void take_reading(struct sessions *sessions)
{
	struct reading *reading = &sessions->reading;
	struct entry *old = sessions->entries;
	size_t old_count = sessions->count;

	if (reading->error || !reading->is_new || reading->change != sessions->change)
		return;
	sessions->seen_mark = reading->mark;
	sessions->entries = NULL;
	sessions->count = sessions->capacity = 0;
	for (size_t i = 0; i < reading->session_count; i++) {
		const struct account wanted = {.id = reading->sessions[i].user_id};
		const struct account *account =
			reading->account_count
				? bsearch(&wanted, reading->accounts, reading->account_count,
					  sizeof(wanted), compare_ids)
				: NULL;
		struct entry entry;

		if (!account || has_ended(sessions, reading->sessions[i].id))
			continue;
		entry = entry_of(account, &reading->sessions[i]);
		keep_sighting(old, old_count, &entry);
		add(sessions, &entry);
	}
	free(old);
	drop_endings(sessions, reading);
	told(sessions);
}

/* Worker thread. */
static void read_database(struct sessions *sessions)
{
	struct reading *reading = &sessions->reading;

	reading->error = accounts_mark(sessions->db, &reading->mark);
	if (reading->error || reading->mark == sessions->seen_mark)
		return;
	reading->error =
		account_list(sessions->db, &reading->accounts, &reading->account_count);
	if (!reading->error)
		reading->error =
			session_list(sessions->db, &reading->sessions, &reading->session_count);
	reading->is_new = !reading->error;
}

/* On the writer's thread. */
static void end_task(struct db_txn *txn, void *arg)
{
	const struct sessions *sessions = arg;

	for (size_t i = 0; i < sessions->to_end_count; i++) {
		session_end(txn, sessions->to_end[i].id);
		audit_add(txn, sessions->to_end[i].name, "session.end", sessions->to_end[i].name);
	}
}

/* On the writer's thread. */
static void store_task(struct db_txn *txn, void *arg)
{
	const struct sessions *sessions = arg;
	int64_t now_ms = wall_clock_ms();

	for (size_t i = 0; i < sessions->sighting_count; i++)
		session_saw(txn, sessions->sightings[i].id, sessions->sightings[i].seen_ms);
	session_forget(txn, now_ms - sessions->config.longest_ms,
		       now_ms - sessions->config.idle_ms);
}

static void on_work(uv_work_t *work)
{
	struct sessions *sessions = work->data;

	/* What cannot be stored now is tried again. */
	if (sessions->to_end_count && writer_run(sessions->config.writer, end_task, sessions) != 0)
		sessions->to_end_count = 0;
	/* What cannot be stored now is stored with what is seen later. */
	if (sessions->sighting_count &&
	    writer_run(sessions->config.writer, store_task, sessions) != 0)
		sessions->sighting_count = 0;
	read_database(sessions);
	uv_sem_post(&sessions->done);
}

static void free_if_let_go(struct sessions *sessions)
{
	if (!sessions->is_timer_closed || sessions->is_reading)
		return;
	db_close(sessions->db);
	uv_sem_destroy(&sessions->done);
	free(sessions->entries);
	free(sessions->sightings);
	free(sessions->endings);
	free(sessions->to_end);
	free_reading(&sessions->reading);
	free(sessions);
}

static void after_work(uv_work_t *work, int status)
{
	struct sessions *sessions = work->data;

	sessions->is_reading = false;
	if (!sessions->is_stopping && status == 0) {
		uv_sem_wait(&sessions->done);
		take_reading(sessions);
	}
	free_reading(&sessions->reading);
	free_if_let_go(sessions);
}

static void gather_sightings(struct sessions *sessions)
{
	free(sessions->sightings);
	sessions->sightings = x_calloc(sessions->count + 1, sizeof(*sessions->sightings));
	sessions->sighting_count = 0;
	for (size_t i = 0; i < sessions->count; i++) {
		struct entry *entry = &sessions->entries[i];

		if (!entry->is_seen)
			continue;
		sessions->sightings[sessions->sighting_count++] =
			(struct sighting){entry->session.id, entry->session.seen_ms};
		entry->is_seen = false;
	}
}

static void gather_endings(struct sessions *sessions)
{
	size_t bytes = sessions->ending_count * sizeof(*sessions->to_end);

	free(sessions->to_end);
	sessions->to_end = memcpy(x_malloc(bytes + 1), sessions->endings, bytes);
	sessions->to_end_count = sessions->ending_count;
}

static void on_timer(uv_timer_t *timer)
{
	struct sessions *sessions = timer->data;
	int64_t now_ms = (int64_t)uv_now(timer->loop);

	if (++sessions->looks % LOOKS_A_SECOND == 0)
		told(sessions);
	if (sessions->is_reading)
		return;
	sessions->sighting_count = sessions->to_end_count = 0;
	if (sessions->ending_count && now_ms - sessions->tried_ms >= END_AGAIN_MS) {
		sessions->tried_ms = now_ms;
		gather_endings(sessions);
	}
	if (now_ms - sessions->stored_ms >= STORE_EVERY_MS) {
		sessions->stored_ms = now_ms;
		gather_sightings(sessions);
	}
	sessions->reading = (struct reading){.change = sessions->change};
	sessions->is_reading =
		uv_queue_work(timer->loop, &sessions->work, on_work, after_work) == 0;
}

int sessions_start(const struct sessions_config *config, struct sessions **out, char *why,
		   size_t why_size)
{
	struct sessions *sessions = x_calloc(1, sizeof(*sessions));
	int error = db_open(config->db_path, DB_READ, &sessions->db);

	sessions->config = *config;
	sessions->seen_mark = -1;
	if (uv_sem_init(&sessions->done, 0))
		abort();
	if (!error) {
		read_database(sessions);
		error = sessions->reading.error;
	}
	if (error) {
		snprintf(why, why_size, "the users cannot be read: %s", db_why(sessions->db));
		sessions->is_timer_closed = true;
		free_if_let_go(sessions);
		return error;
	}
	take_reading(sessions);
	free_reading(&sessions->reading);
	uv_timer_init(config->loop, &sessions->timer);
	sessions->timer.data = sessions->work.data = sessions;
	sessions->stored_ms = (int64_t)uv_now(config->loop);
	uv_timer_start(&sessions->timer, on_timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
	*out = sessions;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct sessions *sessions = handle->data;

	sessions->is_timer_closed = true;
	free_if_let_go(sessions);
}

void sessions_stop(struct sessions *sessions)
{
	sessions->is_stopping = true;
	if (sessions->is_reading && uv_cancel((uv_req_t *)&sessions->work) != 0)
		uv_sem_wait(&sessions->done);
	uv_close((uv_handle_t *)&sessions->timer, on_closed);
}
