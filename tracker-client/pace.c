/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/pace.h"

#include <sodium.h>

#define ONE 1000U /* datagram, in thousandths */
#define WINDOW_FIRST (2 * ONE)
#define WINDOW_LEAST (12 * ONE) /* after losses: radio loses datagrams without being full */
#define WINDOW_MOST (PACE_WINDOW_MAX * ONE)

#define TIMEOUT_LEAST_MS 400 /* the server's commit is in it, on a slow disk */
#define TIMEOUT_MOST_MS 5000
#define GRANULARITY_MS 20
/* Silence: so many losses without an answer, for so long.  A bad radio alone is not silent. */
#define SILENT_LOSSES 4
#define SILENT_AFTER_MS 3000
#define PROBE_FIRST_MS 500
#define DOUBLINGS_MOST 1

_Static_assert(PROBE_FIRST_MS << DOUBLINGS_MOST == PACE_PROBE_MAX_MS, "as the header says");

void pace_init(struct pace *pace)
{
	*pace = (struct pace){
		.window_milli = WINDOW_FIRST,
		.threshold_milli = WINDOW_MOST,
		.is_silent = true,
	};
}

void pace_sent(struct pace *pace, uint64_t now_ms)
{
	if (!pace->has_tried)
		pace->heard_ms = now_ms;
	pace->has_tried = true;
}

void pace_heard(struct pace *pace, uint64_t now_ms)
{
	if (pace->is_silent)
		pace->window_milli = WINDOW_FIRST;
	pace->is_silent = false;
	pace->unheard = 0;
	pace->heard_ms = now_ms;
}

void pace_answered(struct pace *pace, uint64_t round_trip_ms)
{
	uint64_t sample_us = 1000 * round_trip_ms;

	if (pace->smoothed_us == 0) {
		pace->smoothed_us = sample_us > 0 ? sample_us : 1;
		pace->variation_us = sample_us / 2;
	} else {
		uint64_t apart = sample_us > pace->smoothed_us ? sample_us - pace->smoothed_us
							       : pace->smoothed_us - sample_us;

		pace->variation_us = (3 * pace->variation_us + apart) / 4;
		pace->smoothed_us = (7 * pace->smoothed_us + sample_us) / 8;
	}
	if (pace->window_milli < pace->threshold_milli)
		pace->window_milli += ONE;
	else
		pace->window_milli += ONE * ONE / pace->window_milli;
	if (pace->window_milli > WINDOW_MOST)
		pace->window_milli = WINDOW_MOST;
}

void pace_lost(struct pace *pace, uint64_t sent_ms, uint64_t now_ms)
{
	if (sent_ms >= pace->heard_ms && pace->unheard < SILENT_LOSSES)
		pace->unheard++;
	if (pace->is_silent) {
		if (sent_ms >= pace->silent_ms && pace->probes < DOUBLINGS_MOST)
			pace->probes++;
	} else if (pace->unheard == SILENT_LOSSES && now_ms - pace->heard_ms >= SILENT_AFTER_MS) {
		pace->is_silent = true;
		pace->silent_ms = now_ms;
		pace->probes = 0;
	}
	/* All losses of one round trip are one sign. */
	if (sent_ms < pace->cut_ms)
		return;
	pace->cut_ms = now_ms;
	pace->threshold_milli = pace->window_milli / 2;
	if (pace->threshold_milli < WINDOW_LEAST)
		pace->threshold_milli = WINDOW_LEAST;
	pace->window_milli = pace->threshold_milli;
}

bool pace_is_silent(const struct pace *pace)
{
	return pace->is_silent;
}

uint64_t pace_silent_ms(const struct pace *pace, uint64_t now_ms)
{
	return pace->has_tried && now_ms > pace->heard_ms ? now_ms - pace->heard_ms : 0;
}

size_t pace_window(const struct pace *pace)
{
	return pace->is_silent ? 1 : pace->window_milli / ONE;
}

/* From three to five quarters of it. */
static uint64_t about(uint64_t ms)
{
	return ms - ms / 4 + randombytes_uniform((uint32_t)(ms / 2 + 1));
}

/* Up to a quarter later: receivers speak at the full second, so a fleet also loses datagrams together. */
static uint64_t delayed(uint64_t ms)
{
	return ms + randombytes_uniform((uint32_t)(ms / 4 + 1));
}

uint64_t pace_timeout_ms(const struct pace *pace)
{
	uint64_t ms = (pace->smoothed_us + 4 * pace->variation_us) / 1000 + GRANULARITY_MS;

	if (pace->is_silent)
		return about((uint64_t)PROBE_FIRST_MS << pace->probes);
	if (ms < TIMEOUT_LEAST_MS)
		ms = TIMEOUT_LEAST_MS;
	return delayed(ms < TIMEOUT_MOST_MS ? ms : TIMEOUT_MOST_MS);
}

uint64_t pace_overtaken_ms(const struct pace *pace)
{
	return (pace->smoothed_us + 4 * pace->variation_us) / 1000 + GRANULARITY_MS;
}

uint64_t pace_rtt_ms(const struct pace *pace)
{
	return pace->smoothed_us / 1000;
}
