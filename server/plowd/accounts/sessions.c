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
#include "server/plowd/accounts/session_table.h"
#include "server/plowd/intake/writer.h"

#define LOOK_EVERY_MS 250
#define LOOKS_A_SECOND 4
#define STORE_EVERY_MS 60000
#define END_AGAIN_MS 2000 /* what could not be stored as ended is tried again this often */

/* What one look at the database found. */
struct reading {
	int error;
	bool is_new;
	int64_t mark;
	uint64_t change; /* of the table, when it began */
	struct session_rows rows;
};

struct sessions {
	struct sessions_config config;
	uv_timer_t timer;
	uv_work_t work;
	uv_sem_t done; /* posted when the worker is through */
	bool is_reading, is_stopping, is_timer_closed;
	unsigned looks;
	int64_t stored_ms, tried_ms;

	struct session_table table;

	/* Touched by the worker thread while is_reading, by the loop otherwise. */
	struct db *db;
	int64_t seen_mark;
	struct reading reading;
	struct session_sighting *sightings;
	size_t sighting_count;
	struct session_ending *to_end; /* a copy of the table's */
	size_t to_end_count;
};

static bool is_over(const struct sessions *sessions, const struct session_entry *entry, int64_t now_ms)
{
	return now_ms - entry->session.began_ms > sessions->config.longest_ms ||
	       now_ms - entry->session.seen_ms > sessions->config.idle_ms;
}

/* The entry goes on and was seen; false: it is over. */
static bool see(struct sessions *sessions, struct session_entry *entry)
{
	int64_t now_ms = wall_clock_ms();

	if (is_over(sessions, entry, now_ms))
		return false;
	if (entry->session.seen_ms < now_ms)
		entry->session.seen_ms = now_ms;
	entry->is_seen = true;
	return true;
}

bool sessions_find(struct sessions *sessions, const char *token, struct caller *out)
{
	uint8_t hash[TOKEN_HASH_BYTES];
	struct session_entry *entry;

	token_hash(token, hash);
	entry = session_table_find(&sessions->table, hash);
	if (!entry || !see(sessions, entry))
		return false;
	*out = entry->caller;
	return true;
}

bool sessions_alive(struct sessions *sessions, const struct caller *caller)
{
	struct session_entry *entry = session_table_find(&sessions->table, caller->token_hash);

	/* Who was given another role or firm since comes again, as what he is now. */
	return entry && entry->caller.role == caller->role &&
	       strcmp(entry->caller.contractor, caller->contractor) == 0 && see(sessions, entry);
}

static void told(struct sessions *sessions)
{
	if (sessions->config.on_change)
		sessions->config.on_change(sessions->config.arg);
}

void sessions_began(struct sessions *sessions, const struct account *account,
		    const struct account_session *session)
{
	session_table_add(&sessions->table, account, session);
}

void sessions_ended(struct sessions *sessions, int64_t session_id)
{
	session_table_remove(&sessions->table, session_id, -1);
	told(sessions);
}

void sessions_end_later(struct sessions *sessions, const struct caller *caller)
{
	session_table_end(&sessions->table, caller);
	told(sessions);
}

void sessions_ended_all(struct sessions *sessions, int64_t user_id)
{
	session_table_remove(&sessions->table, -1, user_id);
	told(sessions);
}

/* ---- reading ---- */

static void free_reading(struct reading *reading)
{
	free(reading->rows.accounts);
	free(reading->rows.sessions);
	*reading = (struct reading){0};
}

/* The reading becomes what the loop knows, unless the loop has learnt something since it began. */
static void take_reading(struct sessions *sessions)
{
	const struct reading *reading = &sessions->reading;

	if (reading->error || !reading->is_new || reading->change != sessions->table.change)
		return;
	sessions->seen_mark = reading->mark;
	session_table_replace(&sessions->table, &reading->rows);
	told(sessions);
}

/* Worker thread. */
static void read_database(struct sessions *sessions)
{
	struct reading *reading = &sessions->reading;

	reading->error = accounts_mark(sessions->db, &reading->mark);
	if (reading->error || reading->mark == sessions->seen_mark)
		return;
	reading->error = account_list(sessions->db, &reading->rows.accounts, &reading->rows.account_count);
	if (!reading->error)
		reading->error = session_list(sessions->db, &reading->rows.sessions, &reading->rows.session_count);
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
	session_table_fini(&sessions->table);
	free(sessions->sightings);
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

static void gather_endings(struct sessions *sessions)
{
	const struct session_table *table = &sessions->table;
	size_t bytes = table->ending_count * sizeof(*sessions->to_end);

	free(sessions->to_end);
	sessions->to_end = memcpy(x_malloc(bytes + 1), table->endings, bytes);
	sessions->to_end_count = table->ending_count;
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
	if (sessions->table.ending_count && now_ms - sessions->tried_ms >= END_AGAIN_MS) {
		sessions->tried_ms = now_ms;
		gather_endings(sessions);
	}
	if (now_ms - sessions->stored_ms >= STORE_EVERY_MS) {
		sessions->stored_ms = now_ms;
		free(sessions->sightings);
		sessions->sightings = session_table_sightings(&sessions->table, &sessions->sighting_count);
	}
	sessions->reading = (struct reading){.change = sessions->table.change};
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
