/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/writer.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "server/plowd/base/now.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/intake/allowance.h"
#include "server/plowd/intake/store.h"

#define RETRY_MIN_MS 100
#define RETRY_MAX_MS 5000
#define LOOK_MS 200 /* at the writer thread, by who waits for it */
#define STALL_NS (5 * UINT64_C(1000000000)) /* without a commit, though there is something to commit */

/* Batches go round: filling (loop) -> taken (writer) -> committed (loop) -> spare -> filling. */
#define BATCHES 3

struct task {
	writer_task *run;
	void *arg;
	int result;
	bool is_done;
	struct task *next;
};

struct writer {
	struct stats *stats;
	writer_committed_cb *on_commit;
	void *arg;
	void (*wake)(void *arg);
	void *wake_arg;
	uv_async_t async;
	struct allowance *allowance; /* the loop's */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work, task_done, batch_free;
	bool is_stopping, is_left;
	bool is_pausing;         /* between two tries: it hangs in none */
	bool has_ended, is_gone; /* the thread: it said so; it is no more, whether it said so or not */
	uint64_t busy_since_ns; /* when the writer thread last got anywhere; 0: it has nothing to do */
	struct task *first_task, **last_task;
	struct writer_batch *filling, *committed; /* committed: NULL or waiting for the loop */
	struct writer_batch *spare[BATCHES];
	size_t spares;

	/* The writer thread's own. */
	struct store *store;
};

/* Waits a while, or until the writer is told to stop.  Called and returns with the lock held. */
static void pause_locked(struct writer *writer, int delay_ms)
{
	struct timespec until = steady_clock_after(delay_ms);

	writer->is_pausing = true;
	while (!writer->is_stopping) {
		if (pthread_cond_timedwait(&writer->work, &writer->lock, &until) == ETIMEDOUT)
			break;
	}
	writer->is_pausing = false;
	writer->busy_since_ns = uv_hrtime();
}

static void end_task(struct writer *writer, struct task *task, int result)
{
	pthread_mutex_lock(&writer->lock);
	task->result = result;
	task->is_done = true;
	pthread_cond_broadcast(&writer->task_done);
	pthread_mutex_unlock(&writer->lock);
}

static struct task *next_task_locked(struct writer *writer)
{
	struct task *task = writer->first_task;

	if (task)
		writer->first_task = task->next;
	if (!writer->first_task)
		writer->last_task = &writer->first_task;
	return task;
}

/* Nobody waits for a store that fails: what waits now is told so. */
static void refuse_tasks(struct writer *writer, int error)
{
	struct task *task;

	do {
		pthread_mutex_lock(&writer->lock);
		task = next_task_locked(writer);
		pthread_mutex_unlock(&writer->lock);
		if (task)
			end_task(writer, task, error);
	} while (task);
}

/* How the last try went: the alarm, and the time from which the next is taken to hang. */
static void note_progress(struct writer *writer, int error, bool is_busy)
{
	bool is_over;

	pthread_mutex_lock(&writer->lock);
	is_over = !error && stats_get(writer->stats, STAT_STORE_ALARM) != 0;
	writer->busy_since_ns = is_busy ? uv_hrtime() : 0;
	stats_set(writer->stats, STAT_STORE_ALARM, (uint64_t)-error);
	pthread_cond_broadcast(&writer->task_done);
	pthread_mutex_unlock(&writer->lock);
	if (is_over)
		fprintf(stderr, "plowd: fixes are being stored again\n");
}

/* From when something waits for the writer it is watched, whether it takes it up or not. */
static void expect_progress_locked(struct writer *writer)
{
	if (!writer->busy_since_ns)
		writer->busy_since_ns = uv_hrtime();
	pthread_cond_signal(&writer->work);
}

/* Whether the thread is no more, without having said that it ends: what it had in hand stays undone. */
static bool is_dead_locked(struct writer *writer)
{
	writer->is_gone = writer->is_gone || pthread_tryjoin_np(writer->thread, NULL) == 0;
	return writer->is_gone && !writer->has_ended;
}

/* Whether to wait for it is in vain, as far as anybody can tell. */
static bool is_stalled_locked(struct writer *writer)
{
	return is_dead_locked(writer) ||
	       (writer->busy_since_ns && !writer->is_pausing && uv_hrtime() - writer->busy_since_ns > STALL_NS);
}

/* Lets the others have the lock for a while, or until the writer got somewhere. */
static void wait_a_while_locked(struct writer *writer)
{
	struct timespec until = steady_clock_after(LOOK_MS);

	pthread_cond_timedwait(&writer->task_done, &writer->lock, &until);
}

void writer_watch(struct writer *writer)
{
	bool is_new, is_dead;

	pthread_mutex_lock(&writer->lock);
	is_dead = is_dead_locked(writer);
	is_new = is_stalled_locked(writer) && stats_get(writer->stats, STAT_STORE_ALARM) == 0;
	if (is_new)
		stats_set(writer->stats, STAT_STORE_ALARM, EBUSY);
	pthread_mutex_unlock(&writer->lock);
	if (is_new)
		fprintf(stderr, "plowd: fixes are not being stored and not acknowledged: %s start plowd again\n",
			is_dead ? "the thread that stores them is no more;" :
				  "nothing was got done for five seconds; if the disk is sound and no other "
				  "program holds the database,");
}

/* Tries until it is stored; gives up only when stopping.  Returns whether it is stored. */
static bool commit_until_done(struct writer *writer, struct writer_batch *batch)
{
	int delay_ms = RETRY_MIN_MS;

	for (;;) {
		bool is_stopping;
		int error = store_commit(writer->store, batch);

		note_progress(writer, error, true);
		if (!error)
			return true;
		fprintf(stderr, "plowd: fixes are not being stored and not acknowledged: %s\n",
			db_why(store_db(writer->store)));
		refuse_tasks(writer, error);
		pthread_mutex_lock(&writer->lock);
		pause_locked(writer, delay_ms);
		is_stopping = writer->is_stopping;
		pthread_mutex_unlock(&writer->lock);
		if (is_stopping)
			return false;
		delay_ms = delay_ms * 2 < RETRY_MAX_MS ? delay_ms * 2 : RETRY_MAX_MS;
	}
}

/* Hands a batch to the loop; waits while the loop has not taken the one before. */
static void deliver(struct writer *writer, struct writer_batch *batch)
{
	pthread_mutex_lock(&writer->lock);
	while (writer->committed && !writer->is_left)
		pthread_cond_wait(&writer->batch_free, &writer->lock);
	if (writer->committed)
		writer->spare[writer->spares++] = batch; /* the loop has left: the unit asks again */
	else
		writer->committed = batch;
	/* Under the lock, so that who takes it away is called no more. */
	if (writer->wake)
		writer->wake(writer->wake_arg);
	pthread_mutex_unlock(&writer->lock);
	uv_async_send(&writer->async);
}

/* Taken out only now: while a batch before it cannot be committed, it can still be refused. */
static void run_next_task(struct writer *writer)
{
	struct task *task;
	struct db_txn txn;

	pthread_mutex_lock(&writer->lock);
	task = next_task_locked(writer);
	pthread_mutex_unlock(&writer->lock);
	if (!task)
		return;
	txn = db_txn_begin(store_db(writer->store));
	task->run(&txn, task->arg);
	end_task(writer, task, db_txn_end(&txn));
}

/*
 * Waits for work and takes a batch, if there is one; tasks stay where they are.  Returns false when
 * there is nothing and the writer is stopping.
 */
static bool take(struct writer *writer, struct writer_batch **out_batch)
{
	bool has_work;

	pthread_mutex_lock(&writer->lock);
	while (!writer->is_stopping && !writer->first_task &&
	       !(writer->filling->job_count > 0 && writer->spares > 0))
		pthread_cond_wait(&writer->work, &writer->lock);
	*out_batch = NULL;
	if (writer->filling->job_count > 0 && writer->spares > 0) {
		*out_batch = writer->filling;
		writer->filling = writer->spare[--writer->spares];
		writer->filling->job_count = writer->filling->item_count = 0;
	}
	has_work = *out_batch || writer->first_task;
	writer->busy_since_ns = has_work ? uv_hrtime() : 0;
	pthread_mutex_unlock(&writer->lock);
	return has_work;
}

static void keep_spare(struct writer *writer, struct writer_batch *batch)
{
	pthread_mutex_lock(&writer->lock);
	writer->spare[writer->spares++] = batch;
	pthread_mutex_unlock(&writer->lock);
}

static void *run(void *arg)
{
	struct writer *writer = arg;
	struct writer_batch *batch;

	while (take(writer, &batch)) {
		if (batch && commit_until_done(writer, batch)) {
			store_count(writer->store, batch);
			deliver(writer, batch);
		} else if (batch) {
			keep_spare(writer, batch);
		}
		run_next_task(writer);
		note_progress(writer, 0, false);
	}
	pthread_mutex_lock(&writer->lock);
	writer->has_ended = true;
	pthread_cond_broadcast(&writer->task_done);
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

/* Loop thread: what was committed goes to its reader, and its memory round again. */
static void on_async(uv_async_t *async)
{
	struct writer *writer = async->data;
	struct writer_batch *batch;

	pthread_mutex_lock(&writer->lock);
	batch = writer->committed;
	writer->committed = NULL;
	stats_set(writer->stats, STAT_QUEUE_DEPTH, writer->filling->item_count);
	pthread_mutex_unlock(&writer->lock);
	if (!batch)
		return;
	writer->on_commit(batch, writer->arg);
	pthread_mutex_lock(&writer->lock);
	writer->spare[writer->spares++] = batch;
	pthread_cond_signal(&writer->batch_free);
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->lock);
}

static void free_parts(struct writer *writer)
{
	store_close(writer->store);
	allowance_free(writer->allowance);
	free(writer->filling);
	free(writer->committed);
	for (size_t i = 0; i < writer->spares; i++)
		free(writer->spare[i]);
	free(writer);
}

int writer_start(uv_loop_t *loop, const char *db_path, struct stats *stats,
		 writer_committed_cb *on_commit, void *arg, struct writer **out, char *why, size_t why_size)
{
	struct writer *writer = x_calloc(1, sizeof(*writer));
	pthread_condattr_t monotonic;
	int error;

	writer->stats = stats;
	writer->on_commit = on_commit;
	writer->arg = arg;
	writer->last_task = &writer->first_task;
	writer->allowance = allowance_new();
	writer->filling = x_calloc(1, sizeof(*writer->filling));
	while (writer->spares < BATCHES - 1)
		writer->spare[writer->spares++] = x_calloc(1, sizeof(struct writer_batch));
	error = store_open(db_path, stats, &writer->store, why, why_size);
	if (error) {
		free_parts(writer);
		return error;
	}
	pthread_mutex_init(&writer->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&writer->work, &monotonic);
	pthread_cond_init(&writer->task_done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_cond_init(&writer->batch_free, NULL);
	uv_async_init(loop, &writer->async, on_async);
	writer->async.data = writer;
	if (pthread_create(&writer->thread, NULL, run, writer) != 0)
		abort(); /* only at start, and nothing was promised yet */
	*out = writer;
	return 0;
}

/* What anybody could have sent leaves half of the room to the others. */
static bool has_room(const struct writer_batch *batch, const struct writer_job *job)
{
	size_t share = job->trust == TRUST_PLAIN ? 2 : 1;

	return batch->job_count < WRITER_JOBS / share && batch->item_count + job->count <= WRITER_FIXES / share;
}

int writer_submit(struct writer *writer, const struct writer_job *job, const struct writer_item *items)
{
	struct writer_batch *batch;
	struct writer_job *slot;
	int result = 0;

	pthread_mutex_lock(&writer->lock);
	batch = writer->filling;
	if (!has_room(batch, job))
		result = -EAGAIN;
	else if (!allowance_take(writer->allowance, job->vehicle_id, job->trust, job->count, uv_hrtime() / 1000000))
		result = -EDQUOT;
	if (!result) {
		slot = &batch->jobs[batch->job_count++];
		*slot = *job;
		slot->first = batch->item_count;
		memcpy(&batch->items[slot->first], items, job->count * sizeof(*items));
		batch->item_count += job->count;
		expect_progress_locked(writer);
	}
	stats_set(writer->stats, STAT_QUEUE_DEPTH, batch->item_count);
	pthread_mutex_unlock(&writer->lock);
	if (result)
		stats_add(writer->stats, result == -EDQUOT ? STAT_PLAIN_EXCESS : STAT_QUEUE_DROPS, job->count);
	return result;
}

/* Takes a task out of the queue again; false: the writer has taken it up. */
static bool withdraw_locked(struct writer *writer, const struct task *task)
{
	struct task **at = &writer->first_task;

	while (*at && *at != task)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = task->next;
	if (!*at)
		writer->last_task = at;
	return true;
}

/* Waits for the end of a task, as long as there may be one. */
static void await_locked(struct writer *writer, struct task *task)
{
	while (!task->is_done) {
		if (is_stalled_locked(writer) && (withdraw_locked(writer, task) || is_dead_locked(writer))) {
			task->result = -EBUSY;
			return;
		}
		wait_a_while_locked(writer);
	}
}

int writer_run(struct writer *writer, writer_task *run_it, void *arg)
{
	struct task task = {.run = run_it, .arg = arg, .result = -ECANCELED};

	assert(!pthread_equal(pthread_self(), writer->thread));
	pthread_mutex_lock(&writer->lock);
	if (!writer->is_stopping) {
		*writer->last_task = &task;
		writer->last_task = &task.next;
		expect_progress_locked(writer);
		await_locked(writer, &task);
	}
	pthread_mutex_unlock(&writer->lock);
	return task.result;
}

void writer_on_change(struct writer *writer, void (*wake)(void *arg), void *arg)
{
	pthread_mutex_lock(&writer->lock);
	writer->wake_arg = arg;
	writer->wake = wake;
	pthread_mutex_unlock(&writer->lock);
}

static void on_closed(uv_handle_t *handle)
{
	struct writer *writer = handle->data;

	pthread_mutex_destroy(&writer->lock);
	pthread_cond_destroy(&writer->work);
	pthread_cond_destroy(&writer->task_done);
	pthread_cond_destroy(&writer->batch_free);
	free_parts(writer);
}

bool writer_leave(struct writer *writer)
{
	bool is_stalled;
	uint64_t since_ns;

	on_async(&writer->async);
	store_hurry(writer->store);
	pthread_mutex_lock(&writer->lock);
	writer->is_left = true;
	pthread_cond_broadcast(&writer->batch_free);
	since_ns = writer->busy_since_ns;
	while (!(is_stalled = is_stalled_locked(writer)) && since_ns && !writer->is_pausing &&
	       writer->busy_since_ns == since_ns)
		wait_a_while_locked(writer);
	pthread_mutex_unlock(&writer->lock);
	return !is_stalled;
}

bool writer_stop(struct writer *writer)
{
	bool is_stalled;

	if (!writer_leave(writer))
		return false;
	pthread_mutex_lock(&writer->lock);
	writer->is_stopping = true;
	pthread_cond_broadcast(&writer->work);
	while (!(is_stalled = is_stalled_locked(writer)) && !writer->has_ended)
		wait_a_while_locked(writer);
	pthread_mutex_unlock(&writer->lock);
	if (is_stalled)
		return false;
	if (!writer->is_gone)
		pthread_join(writer->thread, NULL);
	on_async(&writer->async);
	uv_close((uv_handle_t *)&writer->async, on_closed);
	return true;
}
