/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/recorder.h"

#include <errno.h>
#include <stdio.h>

#include "common/wire.h"
#include "tracker-client/sensor.h"
#include "tracker-client/shift.h"
#include "tracker-client/spool.h"

#define GROUP_MS 200
#define RETRY_MS 2000
#define STAGED_AT_ONCE (SPOOL_STAGED_MAX / 4)

void recorder_init(struct recorder *recorder, uv_loop_t *loop, struct spool *spool, char unit_work)
{
	*recorder = (struct recorder){.loop = loop, .spool = spool, .unit_work = unit_work};
	uv_timer_init(loop, &recorder->timer);
	recorder->timer.data = recorder;
}

void recorder_stop(struct recorder *recorder)
{
	recorder_commit(recorder);
	uv_close((uv_handle_t *)&recorder->timer, NULL);
}

static void on_timer(uv_timer_t *timer)
{
	recorder_commit(timer->data);
}

void recorder_commit_soon(struct recorder *recorder)
{
	if (!uv_is_active((uv_handle_t *)&recorder->timer))
		uv_timer_start(&recorder->timer, on_timer, GROUP_MS, 0);
}

/* One line when it begins to fail and one when it works again. */
static void report(struct recorder *recorder, int error)
{
	if (error != 0 && !recorder->is_failing)
		fprintf(stderr, "plow-tracker: %s; fixes are kept in memory until it can be\n",
			spool_why(recorder->spool));
	if (error == 0 && recorder->is_failing)
		fprintf(stderr, "plow-tracker: the spool is written again\n");
	recorder->is_failing = error != 0;
}

void recorder_commit(struct recorder *recorder)
{
	int error = spool_is_dirty(recorder->spool) ? spool_commit(recorder->spool) : 0;
	bool is_new = error == -ESTALE;

	uv_timer_stop(&recorder->timer);
	if (is_new)
		fprintf(stderr, "plow-tracker: %s\n", spool_note(recorder->spool));
	report(recorder, is_new ? 0 : error);
	if (recorder->is_failing)
		uv_timer_start(&recorder->timer, on_timer, RETRY_MS, 0);
	else
		recorder->committed(is_new, recorder->user);
}

char recorder_work(const struct recorder *recorder, enum work_source *out_source)
{
	char button = spool_button(recorder->spool), unit = recorder->unit_work;

	/* A spreader that runs says what work it is, as long as nobody says more. */
	if (unit == 'U' && sensor_state(recorder->spreader) == 1)
		unit = 'S';
	*out_source = button != 'U' ? WORK_FROM_BUTTON
		      : unit != 'U' ? WORK_FROM_UNIT
				    : WORK_SOURCE_NONE;
	return button != 'U' ? button : unit;
}

/* At work when one of the inputs says so; not, when all there are say so. */
static int8_t at_work(const struct recorder *recorder)
{
	int blade = sensor_state(recorder->blade), spreader = sensor_state(recorder->spreader);

	if (blade == 1 || spreader == 1)
		return 1;
	if ((recorder->blade != NULL && blade < 0) || (recorder->spreader != NULL && spreader < 0))
		return -1;
	return recorder->blade != NULL || recorder->spreader != NULL ? 0 : -1;
}

/* Counts what is no fix to keep. */
static bool is_recordable(struct recorder *recorder, const struct fix *fix)
{
	struct recorder_counts *counts = &recorder->counts;

	if (!(fix->flags & FIX_VALID))
		counts->invalid++;
	else if (fix->time_ms == FIX_TIME_UNKNOWN)
		counts->timeless++;
	else if (!wire_fix_is_sendable(fix))
		counts->unsendable++;
	else
		return true;
	return false;
}

static void record(struct recorder *recorder, const struct fix *fix)
{
	struct shift *shift = spool_shift(recorder->spool);
	struct shift_step step;

	recorder->counts.recorded++;
	spool_stage(recorder->spool, fix);
	if (shift->is_open) {
		if (shift_take(shift, fix, &step) && step.is_at_work && recorder->worked != NULL)
			recorder->worked(&step, recorder->user);
		spool_shift_changed(recorder->spool);
	}
	recorder_commit_soon(recorder);
}

void recorder_take(struct recorder *recorder, const struct fix *fix)
{
	struct fix recorded = *fix;
	enum work_source source;
	char work = recorder_work(recorder, &source);

	/* What the source itself says of the work stands; it is a log that knew better. */
	if (recorded.work_source == WORK_SOURCE_NONE && source != WORK_SOURCE_NONE) {
		recorded.work = work;
		recorded.work_source = (uint8_t)source;
	}
	if (recorded.blade < 0)
		recorded.blade = at_work(recorder);
	if (is_recordable(recorder, &recorded)) {
		/* The page shows it to the driver even when nobody else may know it. */
		recorder->newest = recorded;
		recorder->newest_ms = uv_now(recorder->loop);
		if (recorder->shift_only && !spool_shift(recorder->spool)->is_open)
			recorder->counts.off_shift++;
		else
			record(recorder, &recorded);
	}
	if (spool_staged(recorder->spool) >= STAGED_AT_ONCE && !recorder->is_failing)
		recorder_commit(recorder);
}

int recorder_begin_shift(struct recorder *recorder, char button)
{
	recorder_commit(recorder);
	return spool_shift_begin(recorder->spool, button);
}

int recorder_end_shift(struct recorder *recorder, char button)
{
	recorder_commit(recorder);
	return spool_shift_end(recorder->spool, button);
}

bool recorder_has_room(const struct recorder *recorder)
{
	struct spool_state state = spool_state(recorder->spool);
	uint64_t held = state.stored + spool_staged(recorder->spool);

	return spool_staged(recorder->spool) < STAGED_AT_ONCE && held < state.capacity / 2;
}
