/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vehicle's night as a line of segments: from when to when it did what, and how many metres of
 * which road it drove meanwhile.  Times are those of its fixes (server/plowd/live/doing.h), metres those
 * of the spans that matching stored: a segment's share of a span is its share of the span's moving
 * time, so that no metre is lost or doubled.  Pure.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_TIMELINE_H
#define PLOW_SERVER_PLOWD_ANSWERS_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"
#include "server/plowd/live/doing.h"

struct span;
struct work_class;

/* A defect sensor flickers: beyond so many segments changes are counted in the totals alone. */
#define TIMELINE_MOST 20000

struct segment {
	int64_t from_ms, to_ms;
	struct doing doing;
	double metres;
	uint32_t road;      /* on which it drove most of them, or NETWORK_NONE */
	double road_metres; /* so many on it in one stretch */
};

/* Starts from {0}. */
struct timeline {
	struct segment *segments;
	size_t count, capacity;
	struct fix last;
	bool has_last, is_cut; /* is_cut: there were more than TIMELINE_MOST */
	int64_t total_ms[DOING_STATES];
};
void timeline_free(struct timeline *timeline);

/* The next fix, later than the one before. */
void timeline_add(struct timeline *timeline, const struct work_class *class_of_vehicle,
		  const struct fix *fix);

/* Shares the spans' metres out among the segments.  Once, with spans in the order driven. */
void timeline_drive(struct timeline *timeline, const struct span *spans, size_t count);

#endif
