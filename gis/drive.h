/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From movements along links to driven spans of roads, each with whether it was work, on whose word,
 * and how sure it is.  This is where "driven" becomes "cleared": one set of rules for the live map,
 * for what is stored and for `plowctl match`.  Pure.
 */
#ifndef PLOW_GIS_DRIVE_H
#define PLOW_GIS_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/match.h"
#include "gis/work.h"

struct network;

/* A driven stretch of one road.  Metres along the road as imported; from_m > to_m against it. */
struct span {
	uint32_t road; /* index into the network */
	double from_m, to_m;
	int64_t start_ms, end_ms;
	bool at_work;
	uint8_t source; /* enum work_source */
	char work;      /* work code */
	bool inferred;  /* no fix lies on it */
	float confidence;
};

struct drive_params {
	const struct work_class *class_of_vehicle;
	bool assume_work;       /* --at-work: work wherever no sensor speaks */
	int64_t from_ms, to_ms; /* only movements between fixes of [from, to) are taken */
};

/* Spans in the order driven; the last may still grow. */
struct span_list {
	struct span *spans;
	size_t count, capacity;
};
void span_list_free(struct span_list *list);

/* The speed between two fixes: what the receiver says, else distance by time; -1 if unknown. */
double drive_speed_mps(const struct fix *before, const struct fix *after);

/* The verdict on the time from one fix to the next; inferred: no fix lies on the way. */
struct work_verdict drive_judge(const struct work_class *class_of_vehicle, const struct fix *before,
				const struct fix *after, bool inferred);

/* The part of a span between two places of its road, its times reckoned by the way. */
struct span span_part(const struct span *span, double low_m, double high_m);

/* Appends a movement, joined to the last span where it goes on in the same way. */
void drive_add(struct span_list *list, const struct network *net, const struct drive_params *params,
	       const struct movement *movement);

/* Matches a trip and appends its spans. Returns as match_trip() does. */
int drive_trip(struct matcher *matcher, const struct network *net, const struct drive_params *params,
	       const struct fix *fixes, size_t count, struct span_list *list,
	       struct match_summary *out) PLOW_MUST_USE;

#endif
