/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts a vehicle's fixes into trips: between gaps, and between long stands.  Pure: the same fixes
 * give the same trips.
 */
#ifndef PLOW_GIS_TRIPS_H
#define PLOW_GIS_TRIPS_H

#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"

struct trip_params {
	int64_t gap_ms;        /* a longer silence of the receiver ends a trip */
	int64_t stand_ms;      /* so does a longer stand; what stands belongs to no trip */
	double stand_radius_m; /* standing: within this of the middle of the fixes so far, */
	int64_t away_ms;       /* but for less than this outside it, */
	double away_radius_m;  /* and no further: receivers err, and vehicles are moved aside */
};
struct trip_params trip_params_default(void);

/* Called for every trip of at least two fixes: fixes[first] .. fixes[first + count - 1]. */
typedef void trip_cb(size_t first, size_t count, void *arg);

/* Fixes in time order. */
void trips_split(const struct fix *fixes, size_t count, const struct trip_params *params, trip_cb *on_trip,
		 void *arg);

#endif
