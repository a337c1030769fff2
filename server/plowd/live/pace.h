/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When will it be finished?  Only where the pace of the last half hour was steady is there an
 * answer; otherwise a word says why not.  Pure: one pace for each line of the progress table.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_PACE_H
#define PLOW_SERVER_PLOWD_LIVE_PACE_H

#include <stddef.h>
#include <stdint.h>

#define PACE_SAMPLES 80
#define PACE_EVERY_MS INT64_C(60000)

/* How much was done at a time, and how much was still to do. */
struct pace_sample {
	int64_t time_ms;
	double done_m;
};

/* The last hour and a little more: a ring.  Zeroed is empty. */
struct pace {
	struct pace_sample samples[PACE_SAMPLES];
	size_t count, next;
};

/* Notes how much is done; more often than every PACE_EVERY_MS changes nothing.  A time that goes
 * back, or leaps, begins anew. */
void pace_note(struct pace *pace, int64_t time_ms, double done_m);

struct pace_answer {
	int64_t finish_ms; /* 0: it cannot be told */
	const char *why;   /* then: done, too_soon, stopped, unsteady, too_far; else NULL */
};
struct pace_answer pace_ask(const struct pace *pace, int64_t now_ms, double todo_m);

#endif
