/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/store.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/plowd/base/now.h"
#include "server/plowd/base/stats.h"

/* For a lock: then the alarm is raised, and it tries again. */
#define LOOK_AT_LOCK_MS 10
#define LOOKS_AT_LOCK 500
#define LOOKS_IN_A_HURRY 50

struct store {
	struct stats *stats;
	struct db *db;
	atomic_bool is_in_a_hurry;
	struct fix_writer *fixes;
	sqlite3_stmt *note_number, *retire_keys;
};

/* SQLite's busy handler: whether to look again. */
static int await_lock(void *arg, int looks)
{
	struct store *store = arg;

	if (looks >= (atomic_load(&store->is_in_a_hurry) ? LOOKS_IN_A_HURRY : LOOKS_AT_LOCK))
		return 0;
	usleep(LOOK_AT_LOCK_MS * 1000);
	return 1;
}

void store_hurry(struct store *store)
{
	atomic_store(&store->is_in_a_hurry, true);
}

int store_open(const char *db_path, struct stats *stats, struct store **out, char *why, size_t why_size)
{
	struct store *store = x_calloc(1, sizeof(*store));
	int error = db_open(db_path, DB_WRITE, &store->db);

	store->stats = stats;

	if (!error) {
		sqlite3_busy_handler(db_handle(store->db), await_lock, store);
		store->fixes = fix_writer_new(store->db);
		store->note_number = db_prepare(
			store->db, "UPDATE vehicle_key SET highest_number = max(highest_number, ?2) WHERE key_id = ?1");
		/* The old key is good until the first datagram under the new one (contracts.md). */
		store->retire_keys = db_prepare(
			store->db, "UPDATE vehicle_key SET revoked_ms = ?3 WHERE vehicle_id = ?2 AND key_id <> ?1 "
				    "AND revoked_ms IS NULL AND good_until_ms IS NOT NULL "
				    "AND (SELECT good_until_ms FROM vehicle_key WHERE key_id = ?1) IS NULL");
		if (!store->fixes || !store->note_number || !store->retire_keys)
			error = -EIO;
	}
	if (error) {
		snprintf(why, why_size, "%s", db_why(store->db));
		store_close(store);
		return error;
	}
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_finalize(store->note_number);
	sqlite3_finalize(store->retire_keys);
	fix_writer_free(store->fixes);
	db_close(store->db);
	free(store);
}

struct db *store_db(const struct store *store)
{
	return store->db;
}

/* Returns whether the fix changed something. */
static bool put_item(struct store *store, struct db_txn *txn, const struct writer_job *job,
		     struct writer_item *item)
{
	struct fix_row row = {.vehicle_id = job->vehicle_id,
			      .received_ms = job->received_ms,
			      .fix = item->fix,
			      .trust = job->trust};

	if (item->doubt) {
		fix_quarantine(store->fixes, txn, &row, item->doubt);
		return false;
	}
	item->outcome = fix_put(store->fixes, txn, &row);
	return item->outcome != FIX_DUPLICATE;
}

/* A number that was stored and comes with a new fix: there are two copies of the unit's disk. */
static void look_for_clone(struct store *store, struct db_txn *txn, const struct writer_job *job,
			   struct writer_item *item)
{
	struct fix_row row = {.vehicle_id = job->vehicle_id,
			      .received_ms = job->received_ms,
			      .fix = item->fix,
			      .trust = job->trust};
	struct wire_range number = {item->seq, item->seq};

	/* What was doubted at first and came again is the same fix, not another one. */
	item->is_clone = fix_numbers_have(store->fixes, txn, job->vehicle_id, job->spool_id, number) &&
			 !fix_believed(store->fixes, txn, &row);
}

/* Notes the job's numbers as stored, in runs, and everything the unit will never send again. */
static void note_numbers(struct store *store, struct db_txn *txn, const struct writer_job *job,
			 const struct writer_item *items)
{
	struct wire_range run = {1, job->oldest_seq > 0 ? job->oldest_seq - 1 : 0};

	for (size_t i = 0; i < job->count; i++) {
		if (items[i].seq == run.last + 1) {
			run.last++;
			continue;
		}
		if (run.first <= run.last)
			fix_numbers_note(store->fixes, txn, job->vehicle_id, job->spool_id, run);
		run = (struct wire_range){items[i].seq, items[i].seq};
	}
	if (run.first <= run.last)
		fix_numbers_note(store->fixes, txn, job->vehicle_id, job->spool_id, run);
}

static void note_key(struct store *store, struct db_txn *txn, const struct writer_job *job)
{
	sqlite3_bind_blob(store->note_number, 1, job->key_id, sizeof(job->key_id), SQLITE_STATIC);
	sqlite3_bind_int64(store->note_number, 2, (int64_t)job->number);
	db_txn_step(txn, store->note_number);
	sqlite3_bind_blob(store->retire_keys, 1, job->key_id, sizeof(job->key_id), SQLITE_STATIC);
	sqlite3_bind_int64(store->retire_keys, 2, job->vehicle_id);
	sqlite3_bind_int64(store->retire_keys, 3, job->received_ms);
	db_txn_step(txn, store->retire_keys);
}

static void put_job(struct store *store, struct db_txn *txn, struct writer_job *job,
		    struct writer_item *items)
{
	int64_t from_ms = INT64_MAX, to_ms = INT64_MIN;
	bool has_known = job->sealed && job->count > 0 &&
			 fix_numbers_have(store->fixes, txn, job->vehicle_id, job->spool_id,
					  (struct wire_range){items[0].seq, items[job->count - 1].seq});

	for (size_t i = 0; i < job->count; i++) {
		struct writer_item *item = &items[i];
		bool is_new = put_item(store, txn, job, item);

		if (is_new && has_known)
			look_for_clone(store, txn, job, item);
		if (!is_new || item->outcome == FIX_KEPT_ASIDE)
			continue;
		from_ms = item->fix.time_ms < from_ms ? item->fix.time_ms : from_ms;
		to_ms = item->fix.time_ms > to_ms ? item->fix.time_ms : to_ms;
	}
	if (from_ms <= to_ms)
		fix_mark_stale(store->fixes, txn, job->vehicle_id, from_ms, to_ms);
	if (job->sealed) {
		note_numbers(store, txn, job, items);
		note_key(store, txn, job);
		job->ack.answers = job->number;
		fix_numbers_ack(store->fixes, txn, job->vehicle_id, job->spool_id, &job->ack);
	}
}

void store_count(struct store *store, const struct writer_batch *batch)
{
	static const enum stats_item stat_of[] = {
		[FIX_STORED] = STAT_FIXES_STORED,
		[FIX_REPLACED] = STAT_FIXES_STORED,
		[FIX_KEPT_ASIDE] = STAT_FIXES_SUPERSEDED,
		[FIX_DUPLICATE] = STAT_FIXES_DUPLICATE,
	};

	for (size_t i = 0; i < batch->item_count; i++) {
		const struct writer_item *item = &batch->items[i];

		stats_add(store->stats, item->doubt ? STAT_FIXES_QUARANTINED : stat_of[item->outcome], 1);
		stats_add(store->stats, STAT_CLONES, item->is_clone);
	}
}

int store_commit(struct store *store, struct writer_batch *batch)
{
	uint64_t began_ns = uv_hrtime();
	struct db_txn txn = db_txn_begin(store->db);
	int error;

	for (size_t i = 0; i < batch->job_count && !txn.error; i++)
		put_job(store, &txn, &batch->jobs[i], &batch->items[batch->jobs[i].first]);
	error = db_txn_end(&txn);
	stats_add(store->stats, error ? STAT_COMMIT_FAILURES : STAT_COMMITS, 1);
	stats_add(store->stats, STAT_COMMIT_US, (uv_hrtime() - began_ns) / 1000);
	return error;
}
