/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer: one thread that owns the only writing connection and makes durable what the loop
 * received.  Everything that waits is committed together (group commit, synchronous=FULL); then the
 * loop is told, and only then it acknowledges.
 *
 * The queue is a fixed number of jobs and fixes.  When it is full, writer_submit() refuses, the
 * caller drops the datagram and counts it, and the unit sends it again later.  When a commit fails,
 * the writer keeps what it has, raises an alarm in stats and tries again until it succeeds or is
 * stopped: nothing is acknowledged meanwhile.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_WRITER_H
#define PLOW_SERVER_PLOWD_INTAKE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "common/seal.h"
#include "common/wire.h"
#include "server/fixes.h"
#include "server/plowd/intake/udp.h"

struct db_txn;
struct stats;
struct writer;

#define WRITER_JOBS 1024
#define WRITER_FIXES 32768

/* What came in one datagram (or one request): fixes of one vehicle. */
struct writer_job {
	int64_t vehicle_id;
	int64_t received_ms;
	uint8_t trust;
	bool sealed;                          /* the fields below are set, an acknowledgement is due */
	uint8_t key_id[SEAL_KEY_ID_BYTES];
	uint64_t number, spool_id, oldest_seq;
	struct udp_way way;
	size_t reply_room;                    /* bytes the acknowledgement may fill */
	uint64_t waiter;                      /* 0, or who waits for the commit (server/plowd/intake/waiting.h) */
	size_t first, count;                  /* its fixes in the batch */
	struct wire_ack ack;                  /* filled in by the commit */
};

struct writer_item {
	uint64_t seq;
	struct fix fix;
	const char *doubt;        /* not NULL: goes to quarantine, with this reason */
	enum fix_outcome outcome; /* filled in by the commit; only when doubt is NULL */
	bool is_clone;            /* likewise: its number was stored before, with other content */
};

struct writer_batch {
	size_t job_count, item_count;
	struct writer_job jobs[WRITER_JOBS];
	struct writer_item items[WRITER_FIXES];
};

/* Called on the loop thread for every committed batch; it is good during the call. */
typedef void writer_committed_cb(const struct writer_batch *batch, void *arg);

/*
 * Starts the thread. db_path is copied; stats must outlive the writer.  Returns 0 or negative errno with
 * a sentence in why.
 */
int writer_start(uv_loop_t *loop, const char *db_path, struct stats *stats,
		 writer_committed_cb *on_commit, void *arg, struct writer **out, char *why,
		 size_t why_size) PLOW_MUST_USE;

/*
 * Queues one job with its items, copied.  Loop thread.  Returns 0; -EAGAIN when the queue is full: for what
 * anybody could have sent (trust 0) when half of it is; -EDQUOT when the vehicle has used up what is kept
 * of its unproved fixes (server/plowd/intake/allowance.h).  What is refused is counted.
 */
int writer_submit(struct writer *writer, const struct writer_job *job, const struct writer_item *items) PLOW_MUST_USE;

/* A piece of other work in a transaction of its own. */
typedef void writer_task(struct db_txn *txn, void *arg);

/*
 * Runs a task on the writer thread and waits for its commit.  Any thread but the loop's and the
 * writer's.  Returns 0 or negative errno: then nothing of it is stored.  While fixes cannot be
 * stored it fails at once, or after the try under way; with -EBUSY when that hangs, or the writer thread is no
 * more.  A task that is under way itself when the disk begins to hang waits with it: nobody knows its end.
 */
int writer_run(struct writer *writer, writer_task *task, void *arg) PLOW_MUST_USE;

/*
 * Raises the alarm when something has waited for the writer thread for more than five seconds and it got
 * nowhere: another process holds the database, the disk hangs; or the thread is no more.  Loop thread, about once
 * a second.
 */
void writer_watch(struct writer *writer);

/*
 * Called on the writer thread after every commit that changed fixes, and must not call the writer: wakes
 * the matcher.  NULL: nobody any more, as soon as this returns.
 */
void writer_on_change(struct writer *writer, void (*wake)(void *arg), void *arg);

/*
 * The loop ends: from now on the writer waits for it no more, so that the loop may wait for threads
 * which wait in writer_run().  What is committed after this is acknowledged by writer_stop() or not at
 * all, and then the unit asks again.  Loop thread, before it waits for anybody.  What the writer is at it may
 * end, up to five seconds.  False when it does not: whoever waits for it, or for a thread that may, would wait
 * for ever.
 */
bool writer_leave(struct writer *writer) PLOW_MUST_USE;

/*
 * Commits what is queued (unless commits fail), ends the thread, delivers what was committed, and
 * frees the writer when the loop has closed its handle.  False when the thread cannot be ended, as writer_leave().
 */
bool writer_stop(struct writer *writer) PLOW_MUST_USE;

#endif
