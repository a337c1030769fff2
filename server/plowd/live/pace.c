/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/pace.h"

#include <math.h>
#include <stdbool.h>

#define MINUTE_MS INT64_C(60000)
#define HALF_HOUR_MS (30 * MINUTE_MS)
#define QUARTER_MS (15 * MINUTE_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define FAR_MS (24 * HOUR_MS)
#define LEAP_MS HALF_HOUR_MS
#define NOTHING_M 1.0
/* Two paces are steady when neither is more than twice the other. */
#define STEADY 2.0

static const struct pace_sample *back(const struct pace *pace, size_t i)
{
	return &pace->samples[(pace->next + PACE_SAMPLES - 1 - i) % PACE_SAMPLES];
}

void pace_note(struct pace *pace, int64_t time_ms, double done_m)
{
	int64_t since_ms = pace->count ? time_ms - back(pace, 0)->time_ms : PACE_EVERY_MS;

	if (since_ms < 0 || since_ms > LEAP_MS)
		pace->count = 0;
	else if (since_ms < PACE_EVERY_MS)
		return;
	pace->samples[pace->next] = (struct pace_sample){time_ms, done_m};
	pace->next = (pace->next + 1) % PACE_SAMPLES;
	pace->count += pace->count < PACE_SAMPLES;
}

/* The newest sample that is at least so old, or NULL. */
static const struct pace_sample *before(const struct pace *pace, int64_t time_ms)
{
	for (size_t i = 0; i < pace->count; i++) {
		if (back(pace, i)->time_ms <= time_ms)
			return back(pace, i);
	}
	return NULL;
}

/* Metres a millisecond between two samples. */
static double pace_between(const struct pace_sample *from, const struct pace_sample *to)
{
	return to->time_ms > from->time_ms
		       ? (to->done_m - from->done_m) / (double)(to->time_ms - from->time_ms)
		       : 0;
}

static bool is_steady(double a, double b)
{
	return a > 0 && b > 0 && a <= b * STEADY && b <= a * STEADY;
}

static struct pace_answer no_answer(const char *why)
{
	return (struct pace_answer){.why = why};
}

struct pace_answer pace_ask(const struct pace *pace, int64_t now_ms, double todo_m)
{
	const struct pace_sample *newest = pace->count ? back(pace, 0) : NULL;
	const struct pace_sample *quarter = before(pace, now_ms - QUARTER_MS);
	const struct pace_sample *half = before(pace, now_ms - HALF_HOUR_MS);
	const struct pace_sample *hour = before(pace, now_ms - HOUR_MS);
	double speed, left_ms;

	if (todo_m < NOTHING_M)
		return no_answer("done");
	if (!newest || !quarter || !half)
		return no_answer("too_soon");
	speed = pace_between(half, newest);
	if (newest->done_m - half->done_m < NOTHING_M)
		return no_answer("stopped");
	if (!is_steady(pace_between(half, quarter), pace_between(quarter, newest)) ||
	    (hour && !is_steady(pace_between(hour, newest), speed)))
		return no_answer("unsteady");
	left_ms = todo_m / speed;
	if (left_ms > (double)FAR_MS)
		return no_answer("too_far");
	return (struct pace_answer){.finish_ms = now_ms + llround(left_ms)};
}
