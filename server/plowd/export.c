/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/board.h"
#include "server/plowd/now.h"
#include "server/plowd/public_files.h"
#include "server/plowd/show.h"
#include "server/plowd/stats.h"

#define SOON_MS 500 /* how often to look for the first roads */

/* A view that waits until it is old enough. */
struct waiting {
	struct public_view view;
	uint64_t due_ms; /* by the loop's clock */
	struct waiting *next;
};

struct export
{
	struct export_parts parts;
	uv_timer_t timer;
	uv_work_t work;
	struct public_files *files;
	struct public_roads *roads; /* of the newest view */
	struct waiting *oldest, **newest_end;
	struct waiting *writing; /* the worker's */
	int error;
	bool any, stopping, closed;
};

static struct public_roads *roads_new(const struct board *board)
{
	struct public_roads *roads = x_calloc(1, sizeof(*roads));
	size_t count;

	board_links(board, &count);
	roads->holders = 1;
	roads->net = network_hold(board_network(board));
	roads->revision = board_revision(board);
	roads->areas = x_calloc(count, sizeof(*roads->areas));
	for (uint32_t i = 0; i < count; i++)
		snprintf(roads->areas[i], sizeof(roads->areas[i]), "%s", board_area(board, i));
	return roads;
}

static void roads_drop(struct public_roads *roads)
{
	if (!roads || --roads->holders > 0)
		return;
	network_free(roads->net);
	free(roads->areas);
	free(roads);
}

static void waiting_free(struct waiting *waiting)
{
	roads_drop(waiting->view.roads);
	free(waiting->view.links);
	bytes_free(&waiting->view.operation);
	bytes_free(&waiting->view.progress);
	free(waiting);
}

/* What is younger than `newest_ms` is left out: the first view after a start is not let lie. */
static struct public_link *copy_links(const struct board *board, int64_t newest_ms)
{
	size_t count;
	const struct link_state *states = board_links(board, &count);
	struct public_link *links = x_calloc(count, sizeof(*links));

	for (size_t i = 0; i < count; i++) {
		const struct link_state *state = &states[i];

		links[i].status = state->last_ms > newest_ms ? LINK_NONE : state->status;
		if (state->last_ms > newest_ms)
			continue;
		links[i].share_percent =
			state->share_forward_percent > state->share_backward_percent
				? state->share_forward_percent
				: state->share_backward_percent;
		links[i].last_round = (uint32_t)(state->last_ms / 1000 / PUBLIC_ROUND_S);
	}
	return links;
}

static struct bytes operation_json(const struct operation *operation)
{
	struct json json = {0};

	if (!operation->id) {
		json_null(&json);
		return json.out;
	}
	json_open(&json, '{');
	json_key(&json, "name"), json_text(&json, operation->name);
	json_key(&json, "start"), json_time(&json, operation->start_ms);
	json_key(&json, "target");
	if (operation->target_ms)
		json_time(&json, operation->target_ms);
	else
		json_null(&json);
	json_close(&json, '}');
	return json.out;
}

static struct bytes progress_json(struct board *board)
{
	struct json json = {0};

	show_progress(&json, board);
	return json.out;
}

static void take_view(struct export *export, uint64_t due_ms, int64_t newest_ms)
{
	struct board *board = export->parts.board;
	struct waiting *waiting = x_calloc(1, sizeof(*waiting));
	int64_t made_ms = now_ms(export->parts.now);

	if (!export->roads || export->roads->revision != board_revision(board) ||
	    export->roads->net != board_network(board)) {
		roads_drop(export->roads);
		export->roads = roads_new(board);
	}
	export->roads->holders++;
	waiting->due_ms = due_ms;
	waiting->view = (struct public_view){
		.roads = export->roads,
		.links = copy_links(board, newest_ms),
		.made_ms = made_ms ? made_ms : wall_clock_ms(),
		.window_ms = board_window_ms(board),
		.operation = operation_json(board_operation(board)),
		.progress = progress_json(board),
	};
	*export->newest_end = waiting;
	export->newest_end = &waiting->next;
}

/* Takes out the newest view that is due, and forgets those before it; NULL: none is. */
static struct waiting *take_due(struct export *export, uint64_t loop_ms)
{
	struct waiting *due = NULL;

	while (export->oldest && export->oldest->due_ms <= loop_ms) {
		if (due)
			waiting_free(due);
		due = export->oldest;
		export->oldest = due->next;
		if (!export->oldest)
			export->newest_end = &export->oldest;
	}
	return due;
}

static void on_work(uv_work_t *work)
{
	struct export *export = work->data;

	export->error = public_files_write(export->files, &export->writing->view,
					   (int64_t)(uv_hrtime() / 1000000));
}

static void free_when_done(struct export *export)
{
	if (export->writing || !export->closed)
		return;
	while (export->oldest) {
		struct waiting *waiting = export->oldest;

		export->oldest = waiting->next;
		waiting_free(waiting);
	}
	roads_drop(export->roads);
	public_files_close(export->files);
	free(export);
}

static void on_worked(uv_work_t *work, int status)
{
	struct export *export = work->data;

	(void)status;
	waiting_free(export->writing);
	export->writing = NULL;
	if (!export->stopping)
		stats_add(export->parts.stats, export->error ? STAT_EXPORT_FAILURES : STAT_EXPORTS,
			  1);
	free_when_done(export);
}

static void on_timer(uv_timer_t *timer)
{
	struct export *export = timer->data;
	uint64_t loop_ms = uv_now(export->parts.loop);
	uint64_t delay_ms = (uint64_t) export->parts.delay_ms;

	if (!board_network(export->parts.board))
		return;
	if (!export->any) {
		export->any = true;
		uv_timer_set_repeat(timer, EXPORT_EVERY_MS);
		take_view(export, loop_ms, now_ms(export->parts.now) - export->parts.delay_ms);
	}
	take_view(export, loop_ms + delay_ms, INT64_MAX);
	if (export->writing)
		return;
	export->writing = take_due(export, loop_ms);
	if (export->writing && uv_queue_work(timer->loop, &export->work, on_work, on_worked))
		abort();
}

int export_start(const struct export_parts *parts, struct export **out, char *why, size_t why_size)
{
	struct export *export = x_calloc(1, sizeof(*export));
	int error = public_files_open(parts->folder, parts->db_path, &export->files);

	if (error) {
		snprintf(why, why_size, "the public folder %s cannot be written: %s", parts->folder,
			 strerror(-error));
		free(export);
		return error;
	}
	export->parts = *parts;
	export->newest_end = &export->oldest;
	export->timer.data = export->work.data = export;
	uv_timer_init(parts->loop, &export->timer);
	uv_timer_start(&export->timer, on_timer, SOON_MS, SOON_MS);
	*out = export;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct export *export = handle->data;

	export->closed = true;
	free_when_done(export);
}

void export_stop(struct export *export)
{
	export->stopping = true;
	uv_close((uv_handle_t *)&export->timer, on_closed);
}
