/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/export.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/network.h"
#include "server/plowd/live/board.h"
#include "server/plowd/base/now.h"
#include "server/plowd/export/public_files.h"
#include "server/plowd/base/stats.h"

#define SOON_MS 500 /* how often to look for the first roads */

struct export
{
	struct export_parts parts;
	uv_timer_t timer;
	uv_work_t work;
	struct public_files *files;
	bool working, any, stopping, closed;
	/* The worker's while it works. */
	struct network *net;
	int64_t revision;
	struct public_moment moment;
	int error;
};

static void on_work(uv_work_t *work)
{
	struct export *export = work->data;

	export->error = public_files_write(export->files, export->net, export->revision,
					   export->moment, (int64_t)(uv_hrtime() / 1000000));
}

static void free_when_done(struct export *export)
{
	if (export->working || !export->closed)
		return;
	public_files_close(export->files);
	free(export);
}

static void on_worked(uv_work_t *work, int status)
{
	struct export *export = work->data;

	(void)status;
	network_free(export->net);
	export->working = false;
	if (!export->stopping)
		stats_add(export->parts.stats, export->error ? STAT_EXPORT_FAILURES : STAT_EXPORTS,
			  1);
	if (export->error && !export->stopping)
		fprintf(stderr, "plowd: the residents' files could not be written: %s %s\n",
			strerror(-export->error), public_files_why(export->files));
	free_when_done(export);
}

/* What is told of: the delay ago, and beside depots half an hour ago at least. */
static struct public_moment moment_of(const struct export *export)
{
	int64_t now = now_ms(export->parts.now);
	struct public_moment moment;

	now = now ? now : wall_clock_ms();
	moment.at_ms = now - export->parts.delay_ms;
	moment.near_ms = now - EXPORT_NEAR_DELAY_MS;
	if (moment.near_ms > moment.at_ms)
		moment.near_ms = moment.at_ms;
	moment.wall_ms = wall_clock_ms() - export->parts.delay_ms;
	return moment;
}

static void on_timer(uv_timer_t *timer)
{
	struct export *export = timer->data;
	struct network *net = board_network(export->parts.board);

	if (!net || export->working)
		return;
	if (!export->any) {
		export->any = true;
		uv_timer_set_repeat(timer, export->parts.every_ms);
	}
	export->net = network_hold(net);
	export->revision = board_revision(export->parts.board);
	export->moment = moment_of(export);
	if (uv_queue_work(timer->loop, &export->work, on_work, on_worked))
		abort();
	export->working = true;
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
