/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_plows.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/fixes.h"
#include "server/json.h"
#include "server/plowd/export/public_near.h"
#include "server/plowd/export/public_trips.h"

#define STEP_M 10.0
/* A trip that grows is stored up to some seconds ago; a plow whose last word is older is not shown. */
#define FRESH_MS 45000
/* Standing: not so far in so long, or slower than that. */
#define LOOK_BACK_MS 30000
#define STANDING_M 8.0
#define STANDING_CMPS 50

struct plow {
	double lon_deg, lat_deg;
	int course_deg;
};

struct plows {
	struct db *db;
	const struct network *net;
	const struct public_near *near;
	int64_t at_ms;
	sqlite3_stmt *span;
	struct fix_reader *reader;
	struct fix_list fixes;
	struct plow *list;
	size_t count, capacity;
};

static int is_moving(struct plows *plows, const struct public_trip *trip, bool *out)
{
	const struct network *net = plows->net;
	const struct fix *first, *last;
	double x1_m, y1_m, x2_m, y2_m;
	int error;

	plows->fixes.count = 0;
	error = fix_read(plows->reader, trip->vehicle_id, plows->at_ms - LOOK_BACK_MS,
			 plows->at_ms + 1, &plows->fixes);
	*out = false;
	if (error || plows->fixes.count < 2)
		return error;
	first = &plows->fixes.fixes[0];
	last = &plows->fixes.fixes[plows->fixes.count - 1];
	network_to_local(net, first->lon_e7 * 1e-7, first->lat_e7 * 1e-7, &x1_m, &y1_m);
	network_to_local(net, last->lon_e7 * 1e-7, last->lat_e7 * 1e-7, &x2_m, &y2_m);
	*out = hypot(x2_m - x1_m, y2_m - y1_m) >= STANDING_M &&
	       (last->speed_cmps == FIX_ABSENT || last->speed_cmps >= STANDING_CMPS);
	return 0;
}

/* How far along its road the span had come at the moment, in steps. */
static double along_span(const struct span *span, int64_t at_ms)
{
	double took_ms = (double)(span->end_ms - span->start_ms);
	double share = took_ms > 0 ? fmin(1, (double)(at_ms - span->start_ms) / took_ms) : 1;

	return floor((span->from_m + share * (span->to_m - span->from_m)) / STEP_M) * STEP_M;
}

static void put_plow(struct plows *plows, const struct span *span)
{
	const struct network *net = plows->net;
	double at_m, x_m, y_m, course_deg;
	struct plow plow;
	uint32_t link = network_link_at(net, span->road, along_span(span, plows->at_ms), &at_m);

	network_point(net, link, at_m, &x_m, &y_m, &course_deg);
	if (public_near_point(plows->near, x_m, y_m, STEP_M))
		return;
	network_to_degrees(net, x_m, y_m, &plow.lon_deg, &plow.lat_deg);
	plow.course_deg = (int)lround(course_deg + (span->from_m > span->to_m ? 180 : 0)) % 360;
	plows->list = x_grow(plows->list, plows->count, &plows->capacity, sizeof(*plows->list));
	plows->list[plows->count++] = plow;
}

/* The span a trip was in; only one at work on a road of ours is anybody's business. */
static bool find_span(struct plows *plows, const struct public_trip *trip, struct span *out)
{
	sqlite3_stmt *stmt = plows->span;
	bool is_shown = false;

	sqlite3_bind_int64(stmt, 1, trip->id);
	sqlite3_bind_int64(stmt, 2, plows->at_ms);
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		*out = (struct span){
			.road = network_road_by_id(plows->net, sqlite3_column_int64(stmt, 0)),
			.from_m = sqlite3_column_double(stmt, 1),
			.to_m = sqlite3_column_double(stmt, 2),
			.start_ms = sqlite3_column_int64(stmt, 3),
			.end_ms = sqlite3_column_int64(stmt, 4),
			.at_work = sqlite3_column_int(stmt, 5) != 0,
		};
		is_shown = out->road != NETWORK_NONE && out->at_work &&
			   network_road(plows->net, out->road)->admin == ADMIN_TOWN &&
			   out->end_ms >= plows->at_ms - FRESH_MS;
	}
	sqlite3_reset(stmt);
	return is_shown;
}

static int look_at(struct plows *plows, const struct public_trip *trip)
{
	struct span span;
	bool moving;
	int error;

	if (trip->end_ms < plows->at_ms - FRESH_MS || !find_span(plows, trip, &span))
		return 0;
	error = is_moving(plows, trip, &moving);
	if (!error && moving)
		put_plow(plows, &span);
	return error;
}

static int compare_plows(const void *a, const void *b)
{
	const struct plow *left = a, *right = b;

	if (left->lon_deg != right->lon_deg)
		return left->lon_deg < right->lon_deg ? -1 : 1;
	return (left->lat_deg > right->lat_deg) - (left->lat_deg < right->lat_deg);
}

static void show_all(struct json *json, struct plows *plows)
{
	if (plows->count)
		qsort(plows->list, plows->count, sizeof(*plows->list), compare_plows);
	json_open(json, '{');
	json_key(json, "plows"), json_open(json, '[');
	for (size_t i = 0; i < plows->count; i++) {
		json_open(json, '[');
		json_real(json, plows->list[i].lon_deg, 5);
		json_real(json, plows->list[i].lat_deg, 5);
		json_integer(json, plows->list[i].course_deg);
		json_close(json, ']');
	}
	json_close(json, ']');
	json_close(json, '}');
}

int public_show_plows(struct json *json, struct db *db, const struct network *net,
		      const struct public_near *near, int64_t at_ms)
{
	struct plows plows = {.db = db, .net = net, .near = near, .at_ms = at_ms};
	struct public_trip *trips = NULL;
	size_t count = 0;
	int error = public_trips(db, at_ms - PUBLIC_TRIP_MS, at_ms, &trips, &count);

	plows.reader = fix_reader_new(db);
	plows.span = db_prepare(db, "SELECT road_id, from_m, to_m, start_ms, end_ms, at_work FROM span "
				    "WHERE track_id = ?1 AND start_ms <= ?2 ORDER BY seq DESC LIMIT 1");
	if (!error && (!plows.reader || !plows.span))
		error = -EIO;
	for (size_t i = 0; !error && i < count; i++)
		error = look_at(&plows, &trips[i]);
	if (!error)
		show_all(json, &plows);
	sqlite3_finalize(plows.span);
	fix_reader_free(plows.reader);
	fix_list_free(&plows.fixes);
	free(plows.list);
	free(trips);
	return error;
}
