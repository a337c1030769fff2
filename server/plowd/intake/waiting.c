/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/waiting.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "common/httpd/httpd.h"
#include "server/plowd/base/stats.h"

#define LOOK_EVERY_MS 500

struct waiter {
	uint64_t id;                   /* a multiple of WAITING_MAX, plus its place; never 0 */
	struct httpd_request *request; /* NULL: the place is free */
	struct waiting_answer answer;
	uint64_t until_ms;
};

struct waiting {
	struct writer *writer;
	struct stats *stats;
	uv_timer_t timer;
	uint64_t next_id;
	size_t count;
	struct waiter waiters[WAITING_MAX];
};

struct waiting *waiting_new(uv_loop_t *loop, struct writer *writer, struct stats *stats)
{
	struct waiting *waiting = x_calloc(1, sizeof(*waiting));

	waiting->writer = writer;
	waiting->stats = stats;
	uv_timer_init(loop, &waiting->timer);
	waiting->timer.data = waiting;
	return waiting;
}

/* The request is somebody else's again. */
static void forget(struct waiting *waiting, struct waiter *waiter)
{
	waiter->request = NULL;
	if (--waiting->count == 0)
		uv_timer_stop(&waiting->timer);
}

static void drop(struct waiting *waiting, struct httpd_request *request)
{
	stats_add(waiting->stats, STAT_PHONE_UNANSWERED, 1);
	httpd_drop(request);
}

static void on_timer(uv_timer_t *timer)
{
	struct waiting *waiting = timer->data;
	uint64_t now_ms = uv_now(timer->loop);

	for (size_t i = 0; i < WAITING_MAX; i++) {
		struct waiter *waiter = &waiting->waiters[i];
		struct httpd_request *request = waiter->request;

		if (!request || now_ms < waiter->until_ms)
			continue;
		forget(waiting, waiter);
		drop(waiting, request);
	}
}

/* A free place under a number of its own, or NULL. */
static struct waiter *take_place(struct waiting *waiting)
{
	for (size_t i = 0; waiting->count < WAITING_MAX && i < WAITING_MAX; i++) {
		struct waiter *waiter = &waiting->waiters[i];

		if (waiter->request)
			continue;
		waiting->next_id += WAITING_MAX;
		waiter->id = waiting->next_id + i;
		return waiter;
	}
	return NULL;
}

void waiting_submit(struct waiting *waiting, struct httpd_request *request,
		    const struct waiting_answer *answer, const struct writer_job *job,
		    const struct writer_item *items)
{
	struct waiter *waiter = take_place(waiting);
	struct writer_job waited = *job;

	waited.waiter = waiter ? waiter->id : 0;
	if (!waiter || writer_submit(waiting->writer, &waited, items) != 0) {
		drop(waiting, request);
		return;
	}
	waiter->request = request;
	waiter->answer = *answer;
	waiter->until_ms = uv_now(waiting->timer.loop) + WAITING_LIMIT_MS;
	if (waiting->count++ == 0)
		uv_timer_start(&waiting->timer, on_timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
}

static void reply_to(struct waiting *waiting, struct waiter *waiter)
{
	struct httpd_request *request = waiter->request;
	struct httpd_reply reply = {.status = 200,
				    .type = waiter->answer.type,
				    .body = httpd_body_text(waiter->answer.text)};

	forget(waiting, waiter);
	httpd_reply(request, &reply);
}

void waiting_committed(struct waiting *waiting, const struct writer_batch *batch)
{
	for (size_t i = 0; i < batch->job_count; i++) {
		uint64_t id = batch->jobs[i].waiter;
		struct waiter *waiter = &waiting->waiters[id % WAITING_MAX];

		if (id != 0 && waiter->id == id && waiter->request)
			reply_to(waiting, waiter);
	}
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void waiting_stop(struct waiting *waiting)
{
	for (size_t i = 0; i < WAITING_MAX; i++) {
		struct httpd_request *request = waiting->waiters[i].request;

		if (!request)
			continue;
		forget(waiting, &waiting->waiters[i]);
		drop(waiting, request);
	}
	uv_close((uv_handle_t *)&waiting->timer, on_closed);
}
