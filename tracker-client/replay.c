/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A track file played back: each fix comes when the file's own clock, run `rate` times faster, has
 * reached it; with RATE_MAX as soon as there is room for it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/trackfile.h"
#include "tracker-client/receiver_drivers.h"

#define ROOM_RETRY_MS 20
#define WAIT_MOST_MS 1000 /* so that a file with a hole of days sets no timer of days */

struct replay {
	struct intake *intake;
	double rate;
	struct track track;
	size_t next;
	uint64_t start_ms;
	uv_timer_t timer;
};

/* How long until the next fix is due; 0 when it is. */
static uint64_t wait_ms(const struct replay *replay)
{
	int64_t into_ms =
		replay->track.fixes[replay->next].time_ms - replay->track.fixes[0].time_ms;
	double due_ms, now_ms = (double)(uv_now(replay->intake->loop) - replay->start_ms);

	if (replay->rate == RATE_MAX || into_ms <= 0)
		return 0;
	due_ms = (double)into_ms / replay->rate;
	if (due_ms <= now_ms)
		return 0;
	return due_ms - now_ms < WAIT_MOST_MS ? (uint64_t)ceil(due_ms - now_ms) : WAIT_MOST_MS;
}

static void on_timer(uv_timer_t *timer)
{
	struct replay *replay = timer->data;
	bool may_wait = replay->rate == RATE_MAX;

	for (; replay->next < replay->track.count; replay->next++) {
		uint64_t ms = wait_ms(replay);

		if (ms == 0 && may_wait && !intake_has_room(replay->intake))
			ms = ROOM_RETRY_MS;
		if (ms > 0) {
			uv_timer_start(timer, on_timer, ms, 0);
			return;
		}
		intake_fix(replay->intake, &replay->track.fixes[replay->next]);
	}
	intake_ended(replay->intake);
}

static void *start(struct intake *intake, const struct source *source, double rate, int *out_error,
		   char why[RECEIVER_WHY_BYTES])
{
	struct replay *replay = x_calloc(1, sizeof(*replay));

	*out_error = track_read(source->path, &replay->track, why, RECEIVER_WHY_BYTES);
	if (*out_error != 0) {
		free(replay);
		return NULL;
	}
	if (replay->track.skipped > 0)
		fprintf(stderr, "plow-tracker: %s: %llu lines or points were no fix\n",
			source->path, (unsigned long long)replay->track.skipped);
	if (replay->track.unknown_columns[0] != '\0')
		fprintf(stderr, "plow-tracker: %s: columns ignored: %s\n", source->path,
			replay->track.unknown_columns);
	replay->intake = intake;
	replay->rate = rate;
	uv_update_time(intake->loop);
	replay->start_ms = uv_now(intake->loop);
	uv_timer_init(intake->loop, &replay->timer);
	replay->timer.data = replay;
	uv_timer_start(&replay->timer, on_timer, 0, 0);
	return replay;
}

static void stop(void *driver)
{
	struct replay *replay = driver;

	uv_close((uv_handle_t *)&replay->timer, NULL);
}

static void release(void *driver)
{
	struct replay *replay = driver;

	track_free(&replay->track);
	free(replay);
}

const struct receiver_driver receiver_replay = {start, stop, release};
