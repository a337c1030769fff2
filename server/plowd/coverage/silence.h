/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which links nobody can know about: a unit that fell silent at work may have cleared them or not.
 * Such a link is 不明, never 未.  Pure.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_SILENCE_H
#define PLOW_SERVER_PLOWD_COVERAGE_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SILENCE_MS INT64_C(180000)
/* What a unit worked on so long before its last word may have been finished in the silence. */
#define SILENCE_RECENT_MS INT64_C(600000)
#define SILENCE_LINKS 32

/* A vehicle as the window saw it. */
struct silence_unit {
	int64_t vehicle_id;
	bool on_shift; /* it worked in the window, its last word was not that it stands or rests,
			  and it was not taken out of service */
	int64_t newest_ms;             /* its last word */
	uint32_t links[SILENCE_LINKS]; /* those it worked on lately */
	size_t link_count;
	uint16_t area; /* where it worked last; UINT16_MAX: outside all */
};

/* Whether it has not been heard for SILENCE_MS though it is on shift. */
bool silence_is(const struct silence_unit *unit, int64_t now_ms);

/*
 * Sets unknown[link] for the links silent units worked on lately, and for all links of an area in
 * which every unit on shift is silent; clears it for all others.
 */
void silence_find(const struct silence_unit *units, size_t count, int64_t now_ms,
		  const uint16_t *area_of_link, size_t links, bool *unknown);

#endif
