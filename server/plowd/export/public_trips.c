/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_trips.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/work.h"

static struct public_trip read_trip(sqlite3_stmt *stmt)
{
	const char *class_code = (const char *)sqlite3_column_text(stmt, 5);
	struct public_trip trip = {
		.id = sqlite3_column_int64(stmt, 0),
		.vehicle_id = sqlite3_column_int64(stmt, 1),
		.start_ms = sqlite3_column_int64(stmt, 2),
		.end_ms = sqlite3_column_int64(stmt, 3),
		.class_of_vehicle = work_class_find(class_code ? class_code : ""),
		.blade_width_cm = (uint32_t)(sqlite3_column_double(stmt, 6) * 100 + 0.5),
		.is_retired = sqlite3_column_int(stmt, 7) != 0,
	};

	if (sqlite3_column_bytes(stmt, 4) == TRACK_DIGEST_BYTES)
		memcpy(trip.digest.bytes, sqlite3_column_blob(stmt, 4), TRACK_DIGEST_BYTES);
	return trip;
}

int public_trips(struct db *db, int64_t from_ms, int64_t to_ms, struct public_trip **out,
		 size_t *out_count)
{
	/* Vehicle by vehicle, so that the index on (vehicle_id, start_ms) finds a night in a season. */
	sqlite3_stmt *stmt = db_prepare(
		db, "SELECT tracks.id, tracks.vehicle_id, tracks.start_ms, tracks.end_ms, tracks.digest, "
		    "vehicle.class, coalesce(vehicle.blade_width_m, 0), vehicle.retired_ms IS NOT NULL FROM vehicle CROSS JOIN tracks ON tracks.vehicle_id = vehicle.id AND "
		    "tracks.start_ms >= ?1 AND tracks.start_ms < ?2 ORDER BY vehicle.id, tracks.start_ms");
	struct public_trip *list = NULL;
	size_t count = 0, capacity = 0;
	int step;

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, from_ms);
	sqlite3_bind_int64(stmt, 2, to_ms);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		list = x_grow(list, count, &capacity, sizeof(*list));
		list[count++] = read_trip(stmt);
	}
	sqlite3_finalize(stmt);
	if (db_error(step)) {
		free(list);
		return db_error(step);
	}
	*out = list;
	*out_count = count;
	return 0;
}
