/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was cleared: for every road and direction which metres, how often, when first and last, by
 * whom and on what evidence.
 *
 * The coverage is a set of working spans, each of one trip, less what corrections take out; every
 * answer is computed from the set, so it does not depend on the order in which trips were put.
 * Positions count in whole centimetres.  One thread at a time.
 */
#ifndef PLOW_GIS_COVERAGE_H
#define PLOW_GIS_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/drive.h"

struct network;
struct coverage;

/* "Was not cleared": takes out what was worked on a stretch of a road in a span of time. */
struct coverage_correction {
	int64_t road_id;
	double from_m, to_m;
	int64_t from_ms, to_ms;
};

/* Whose spans they are: a vehicle, and one of its trips. */
struct coverage_key {
	int64_t vehicle_id;
	int64_t trip; /* when it started, or any other number that tells trips apart */
	uint32_t width_cm; /* what its blade sweeps; 0: not known, or not asked for */
};

/* A stretch along which everything is equal. */
struct coverage_interval {
	uint32_t road;
	int direction; /* 1 along the geometry, -1 against it */
	int64_t from_cm, to_cm;
	uint32_t passes;
	uint32_t width_cm;          /* those of its passes added up */
	int64_t first_ms, last_ms;  /* the earliest pass's start, the latest pass's end */
	uint8_t source;             /* the weakest among its passes */
	bool inferred;              /* no pass has a fix on it */
	const int64_t *vehicle_ids; /* ascending, each once; good during the call */
	size_t vehicles;
};
typedef void coverage_cb(const struct coverage_interval *interval, void *arg);

/* The network must outlive it. The corrections are copied. */
struct coverage *coverage_new(const struct network *net,
			      const struct coverage_correction *corrections, size_t count);
void coverage_free(struct coverage *coverage);

/* Other corrections from now on, copied; the roads of the old and the new ones count as touched. */
void coverage_set_corrections(struct coverage *coverage,
			      const struct coverage_correction *corrections, size_t count);

/* Adds the spans at work; the others are passed over. */
void coverage_put(struct coverage *coverage, struct coverage_key key, const struct span *spans,
		  size_t count);
/* Takes out a vehicle's trips whose number lies within [first_trip, last_trip]. */
void coverage_drop(struct coverage *coverage, int64_t vehicle_id, int64_t first_trip,
		   int64_t last_trip);

/* Calls for a road's intervals: forward by from_cm, then backward. */
void coverage_road(struct coverage *coverage, uint32_t road, coverage_cb *on_interval, void *arg);

/* The same of the passes alone that began at since_ms or later. */
void coverage_road_since(struct coverage *coverage, uint32_t road, int64_t since_ms,
			 coverage_cb *on_interval, void *arg);

/* Roads touched by put, drop or corrections since the last call. Returns how many, at most `most`.
 */
size_t coverage_take_touched(struct coverage *coverage, uint32_t *out, size_t most);

#endif
