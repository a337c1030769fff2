/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/closed.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/closures.h"
#include "server/json.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/feed.h"
#include "server/plowd/base/now.h"

#define LOOK_EVERY_MS 250

struct closed {
	uv_timer_t timer;
	uv_work_t work;
	bool is_reading, is_stopping, is_timer_closed;
	const struct now *now;
	const struct board *board;
	struct feed *feed;
	struct json shown;

	/* Touched by the worker thread while is_reading, by the loop otherwise. */
	struct db *db;
	struct network *net; /* held for the reading; NULL: none yet */
	int64_t now_ms, revision, mark, seen_revision;
	bool has_new;
	struct json fresh;
};

static void show(struct closure *closure, void *arg)
{
	struct closed *closed = arg;

	closure_show(&closed->fresh, closed->net, closure);
	closure_free(closure);
}

/* Reads those that count when there are others than before.  Worker thread. */
static int read_closures(struct closed *closed)
{
	const struct closure_question question = {.now_ms = closed->now_ms};
	int64_t mark = 0;
	int error = closures_mark(closed->db, closed->now_ms, &mark);

	closed->has_new = !error && (mark != closed->mark || closed->revision != closed->seen_revision);
	if (!closed->has_new)
		return error;
	closed->fresh = (struct json){0};
	json_open(&closed->fresh, '[');
	error = closure_each(closed->db, &question, show, closed);
	json_close(&closed->fresh, ']');
	if (error) {
		bytes_free(&closed->fresh.out);
		closed->has_new = false;
	} else {
		closed->mark = mark;
		closed->seen_revision = closed->revision;
	}
	return error;
}

static void take_fresh(struct closed *closed)
{
	network_free(closed->net);
	closed->net = NULL;
	if (!closed->has_new)
		return;
	bytes_free(&closed->shown.out);
	closed->shown = closed->fresh;
	closed->has_new = false;
}

static void free_if_let_go(struct closed *closed)
{
	if (!closed->is_stopping || closed->is_reading || !closed->is_timer_closed)
		return;
	if (closed->has_new)
		bytes_free(&closed->fresh.out);
	network_free(closed->net);
	bytes_free(&closed->shown.out);
	db_close(closed->db);
	free(closed);
}

static void on_work(uv_work_t *work)
{
	int error = read_closures(work->data);

	(void)error; /* looked at again in a moment */
}

static void after_work(uv_work_t *work, int status)
{
	struct closed *closed = work->data;

	closed->is_reading = false;
	if (!closed->is_stopping && status == 0) {
		bool has_new = closed->has_new;

		take_fresh(closed);
		if (has_new)
			feed_publish(closed->feed, &(struct feed_event){.name = "closures",
									.json = closed->shown.out.data,
									.size = closed->shown.out.size});
	}
	free_if_let_go(closed);
}

/* The server's time; before the first fix of --clock fixes, the wall's. */
static int64_t time_ms(const struct closed *closed)
{
	int64_t time = now_ms(closed->now);

	return time ? time : wall_clock_ms();
}

static void on_timer(uv_timer_t *timer)
{
	struct closed *closed = timer->data;
	struct network *net;

	if (closed->is_reading)
		return;
	net = board_network(closed->board);
	closed->net = net ? network_hold(net) : NULL;
	closed->revision = board_revision(closed->board);
	closed->now_ms = time_ms(closed);
	closed->is_reading = uv_queue_work(timer->loop, &closed->work, on_work, after_work) == 0;
}

int closed_start(uv_loop_t *loop, const struct closed_parts *parts, struct closed **out, char *why,
		 size_t why_size)
{
	struct closed *closed = x_calloc(1, sizeof(*closed));
	int error = db_open(parts->db_path, DB_READ, &closed->db);

	closed->now = parts->now;
	closed->board = parts->board;
	closed->feed = parts->feed;
	closed->mark = -1;
	closed->now_ms = time_ms(closed);
	if (!error)
		error = read_closures(closed);
	if (error) {
		snprintf(why, why_size, "%s", db_why(closed->db));
		closed->is_stopping = closed->is_timer_closed = true;
		free_if_let_go(closed);
		return error;
	}
	take_fresh(closed);
	uv_timer_init(loop, &closed->timer);
	closed->timer.data = closed->work.data = closed;
	uv_timer_start(&closed->timer, on_timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
	*out = closed;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct closed *closed = handle->data;

	closed->is_timer_closed = true;
	free_if_let_go(closed);
}

void closed_stop(struct closed *closed)
{
	closed->is_stopping = true;
	uv_close((uv_handle_t *)&closed->timer, on_closed);
}

const void *closed_json(const struct closed *closed, size_t *out_size)
{
	*out_size = closed->shown.out.size;
	return closed->shown.out.data;
}
