/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/offload.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/bytes.h"
#include "gis/db.h"
#include "server/plowd/base/stats.h"

#define PROGRESS_STEPS                                                                             \
	20000 /* of SQLite's machine between two looks at the clock: about a millisecond */

static const char cannot_read[] = "The database cannot be read at the moment.";

struct task {
	struct offload_job job;
	struct answer answer;
	struct task *next;
};

struct queue {
	struct task *first, **end;
};

struct reader {
	struct offload *offload;
	uv_thread_t thread;
	struct db *db;
	uint64_t deadline_ns;
};

struct offload {
	char *db_path;
	struct stats *stats;
	uv_mutex_t lock; /* over the fields down to `stopping` */
	uv_cond_t work_waits;
	struct queue waiting, finished;
	size_t count; /* waiting, running or finished */
	atomic_bool stopping;
	uv_async_t wake;
	struct reader *readers;
	size_t threads;
	uint64_t limit_ns;
};

static void push(struct queue *queue, struct task *task)
{
	task->next = NULL;
	*queue->end = task;
	queue->end = &task->next;
}

static struct task *pop(struct queue *queue)
{
	struct task *task = queue->first;

	if (task) {
		queue->first = task->next;
		if (!queue->first)
			queue->end = &queue->first;
	}
	return task;
}

static int is_too_late(void *arg)
{
	const struct reader *reader = arg;

	return atomic_load(&reader->offload->stopping) || uv_hrtime() > reader->deadline_ns;
}

/* The reader's connection, opened when it is first needed; NULL while it cannot be. */
static struct db *connection(struct reader *reader)
{
	struct db *db;

	if (reader->db)
		return reader->db;
	if (db_open(reader->offload->db_path, DB_READ, &db) != 0) {
		db_close(db);
		return NULL;
	}
	sqlite3_progress_handler(db_handle(db), PROGRESS_STEPS, is_too_late, reader);
	reader->db = db;
	return db;
}

/* There is nothing wrong with the database: the question was too large for it. */
static void say_late(struct task *task)
{
	answer_error(&task->answer, 503,
		     "The question takes longer than 20 seconds: ask for less at a time, or again later.");
	if (task->job.late)
		task->job.late(NULL, task->job.input, &task->answer);
}

static void do_task(struct reader *reader, struct task *task)
{
	struct db *db = task->job.needs_db ? connection(reader) : NULL;

	reader->deadline_ns = uv_hrtime() + reader->offload->limit_ns;
	if (task->job.needs_db && !db)
		answer_db_error(&task->answer);
	else
		task->job.work(db, task->job.input, &task->answer);
	if (db && task->answer.why == cannot_read && uv_hrtime() > reader->deadline_ns)
		say_late(task);
}

static void read_for_ever(void *arg)
{
	struct reader *reader = arg;
	struct offload *offload = reader->offload;
	struct task *task;

	uv_mutex_lock(&offload->lock);
	while (!atomic_load(&offload->stopping)) {
		task = pop(&offload->waiting);
		if (!task) {
			uv_cond_wait(&offload->work_waits, &offload->lock);
			continue;
		}
		uv_mutex_unlock(&offload->lock);
		do_task(reader, task);
		uv_mutex_lock(&offload->lock);
		push(&offload->finished, task);
		uv_async_send(&offload->wake);
	}
	uv_mutex_unlock(&offload->lock);
	if (reader->db)
		db_close(reader->db);
}

static void count(struct offload *offload, int change)
{
	offload->count += (size_t)change;
	if (offload->stats)
		stats_set(offload->stats, STAT_HTTP_JOBS, offload->count);
}

static void deliver(struct offload *offload, struct task *task)
{
	struct answer *answer = &task->answer;

	if (task->job.done)
		task->job.done(task->job.input, answer);
	if (answer->why)
		httpd_error(task->job.request, answer->reply.status, answer->why);
	else
		httpd_reply(task->job.request, &answer->reply);
	task->job.release(task->job.input);
	free(task);
	count(offload, -1);
}

static void on_wake(uv_async_t *wake)
{
	struct offload *offload = wake->data;
	struct task *task;

	for (;;) {
		uv_mutex_lock(&offload->lock);
		task = pop(&offload->finished);
		uv_mutex_unlock(&offload->lock);
		if (!task)
			return;
		deliver(offload, task);
	}
}

struct offload *offload_new(uv_loop_t *loop, const char *db_path, struct stats *stats,
			    size_t threads, unsigned limit_ms)
{
	struct offload *offload = x_calloc(1, sizeof(*offload));

	offload->limit_ns = limit_ms * UINT64_C(1000000);
	offload->db_path = x_strdup(db_path);
	offload->stats = stats;
	offload->waiting.end = &offload->waiting.first;
	offload->finished.end = &offload->finished.first;
	if (uv_mutex_init(&offload->lock) || uv_cond_init(&offload->work_waits) ||
	    uv_async_init(loop, &offload->wake, on_wake))
		abort();
	offload->wake.data = offload;
	offload->readers = x_calloc(threads, sizeof(*offload->readers));
	for (; offload->threads < threads; offload->threads++) {
		struct reader *reader = &offload->readers[offload->threads];

		reader->offload = offload;
		if (uv_thread_create(&reader->thread, read_for_ever, reader))
			abort();
	}
	return offload;
}

bool offload_run(struct offload *offload, const struct offload_job *job)
{
	struct task *task;

	if (offload->count == OFFLOAD_QUEUE || atomic_load(&offload->stopping)) {
		httpd_error(job->request, 503, "Too many requests wait: try again in a moment.");
		job->release(job->input);
		return false;
	}
	task = x_calloc(1, sizeof(*task));
	task->job = *job;
	uv_mutex_lock(&offload->lock);
	push(&offload->waiting, task);
	uv_cond_signal(&offload->work_waits);
	uv_mutex_unlock(&offload->lock);
	count(offload, 1);
	return true;
}

static void on_closed(uv_handle_t *handle)
{
	struct offload *offload = handle->data;

	uv_mutex_destroy(&offload->lock);
	uv_cond_destroy(&offload->work_waits);
	free(offload->readers);
	free(offload->db_path);
	free(offload);
}

void offload_stop(struct offload *offload)
{
	struct task *task;

	atomic_store(&offload->stopping, true);
	uv_mutex_lock(&offload->lock);
	uv_cond_broadcast(&offload->work_waits);
	uv_mutex_unlock(&offload->lock);
	for (size_t i = 0; i < offload->threads; i++)
		uv_thread_join(&offload->readers[i].thread);
	on_wake(&offload->wake);
	while ((task = pop(&offload->waiting))) {
		answer_error(&task->answer, 503, "The server is about to stop.");
		deliver(offload, task);
	}
	uv_close((uv_handle_t *)&offload->wake, on_closed);
}

void answer_body(struct answer *out, const char *type, struct bytes *block)
{
	out->reply = (struct httpd_reply){
		.status = 200, .type = type, .body = httpd_body_take(block->data, block->size)};
	*block = (struct bytes){0};
}

void answer_error(struct answer *out, unsigned status, const char *why)
{
	httpd_body_drop(out->reply.body);
	out->reply = (struct httpd_reply){.status = status};
	out->why = why;
}

void answer_db_error(struct answer *out)
{
	answer_error(out, 503, cannot_read);
}
