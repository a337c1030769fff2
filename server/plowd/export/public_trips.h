/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stored trips of a span of time, for what is told to residents.  On the caller's connection.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_TRIPS_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_TRIPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "server/tracks.h"

struct db;
struct work_class;

/* No trip of one shift is longer. */
#define PUBLIC_TRIP_MS (INT64_C(36) * 3600 * 1000)

struct public_trip {
	int64_t id, vehicle_id, start_ms, end_ms;
	struct track_digest digest;
	const struct work_class *class_of_vehicle;
	uint32_t blade_width_cm;
	bool is_retired; /* the vehicle, by now */
};

/* Those that start in [from_ms, to_ms), by vehicle and start; to be freed.  With db_why() set. */
int public_trips(struct db *db, int64_t from_ms, int64_t to_ms, struct public_trip **out,
		 size_t *out_count) PLOW_MUST_USE;

#endif
