/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/trips.h"

#include <math.h>

#include "gis/geo.h"

#define THERE_LEAST_M 5.0 /* the best receivers err by a metre or two */

struct trip_params trip_params_default(void)
{
	return (struct trip_params){.gap_ms = 600000,
				    .stand_ms = 1200000,
				    .stand_radius_m = 50,
				    .away_ms = 60000,
				    .away_radius_m = 150};
}

/* The middle of some fixes, and how far they lie from it (root mean square). */
struct middle {
	size_t count;
	double sum_lon, sum_lat; /* degrees */
	double spread_m;
};

static void add(struct middle *middle, const struct fix *fix)
{
	middle->count++;
	middle->sum_lon += fix->lon_e7 / 1e7;
	middle->sum_lat += fix->lat_e7 / 1e7;
}

static double distance_m(const struct middle *middle, const struct fix *fix)
{
	double count = (double)middle->count;

	return geo_distance_m(middle->sum_lon / count, middle->sum_lat / count, fix->lon_e7 / 1e7,
			      fix->lat_e7 / 1e7);
}

struct walk {
	const struct fix *fixes;
	const struct trip_params *params;
	trip_cb *on_trip;
	void *arg;
	size_t first;  /* of the trip */
	size_t anchor; /* the first fix of the stand, if it is one */
};

static void report(const struct walk *walk, size_t end)
{
	if (end - walk->first >= 2)
		walk->on_trip(walk->first, end - walk->first, walk->arg);
}

/*
 * Where a stand of the fixes [anchor, end) truly is, and how far fixes err there: as its first
 * minutes tell, those of coming to rest left out, so that the trip before it does not change any
 * more however long it lasts.
 */
static struct middle middle_of_stand(const struct walk *walk, size_t end)
{
	const struct fix *fixes = walk->fixes;
	int64_t until_ms = fixes[walk->anchor].time_ms + walk->params->stand_ms;
	struct middle middle = {0};
	size_t first = walk->anchor;
	double squares = 0;

	while (first + 1 < end && fixes[first].time_ms < until_ms - walk->params->stand_ms / 2)
		first++;
	for (size_t i = first; i < end && (i == first || fixes[i].time_ms <= until_ms); i++)
		add(&middle, &fixes[i]);
	for (size_t i = first; i < first + middle.count; i++)
		squares += pow(distance_m(&middle, &fixes[i]), 2);
	middle.spread_m = sqrt(squares / (double)middle.count);
	return middle;
}

/*
 * A stand of the fixes [anchor, end): the trip before it ends with the first fix that is where it
 * stood, the next one begins with the last.
 */
static void end_at_stand(struct walk *walk, size_t end)
{
	struct middle middle = middle_of_stand(walk, end);
	double there_m = fmax(THERE_LEAST_M, middle.spread_m);
	size_t stops = walk->anchor, leaves = end - 1;

	while (stops + 1 < end && distance_m(&middle, &walk->fixes[stops]) > there_m)
		stops++;
	while (leaves > stops && distance_m(&middle, &walk->fixes[leaves]) > there_m)
		leaves--;
	if (walk->first < walk->anchor) /* else it began with the stand */
		report(walk, stops + 1);
	walk->first = leaves;
}

/*
 * The first fix that is no more where the anchor is: outside its circle for good, or for so long,
 * or after a gap.  Errors throw a fix out of it now and then.
 */
static size_t end_of_circle(const struct walk *walk, size_t count)
{
	const struct fix *fixes = walk->fixes;
	struct middle middle = {0};
	size_t out = 0;

	add(&middle, &fixes[walk->anchor]);
	for (size_t i = walk->anchor + 1; i < count; i++) {
		double away_m = distance_m(&middle, &fixes[i]);

		if (fixes[i].time_ms - fixes[i - 1].time_ms > walk->params->gap_ms)
			return out ? out : i;
		if (away_m <= walk->params->stand_radius_m) {
			add(&middle, &fixes[i]);
			out = 0;
			continue;
		}
		out = out ? out : i;
		if (away_m > walk->params->away_radius_m ||
		    fixes[i].time_ms - fixes[out].time_ms >= walk->params->away_ms)
			return out;
	}
	return out ? out : count;
}

void trips_split(const struct fix *fixes, size_t count, const struct trip_params *params,
		 trip_cb *on_trip, void *arg)
{
	struct walk walk = {.fixes = fixes, .params = params, .on_trip = on_trip, .arg = arg};

	while (walk.anchor < count) {
		size_t end = end_of_circle(&walk, count);
		bool over = end == count ||
			    fixes[end].time_ms - fixes[end - 1].time_ms > params->gap_ms;

		if (fixes[end - 1].time_ms - fixes[walk.anchor].time_ms >= params->stand_ms)
			end_at_stand(&walk, end);
		else if (over)
			report(&walk, end);
		if (over)
			walk.first = end;
		walk.anchor = end;
	}
}
