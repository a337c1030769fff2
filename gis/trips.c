/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/trips.h"

#include "gis/geo.h"

struct trip_params trip_params_default(void)
{
	return (struct trip_params){.gap_ms = 600000, .stand_ms = 1200000, .stand_radius_m = 50};
}

static double distance_m(const struct fix *a, const struct fix *b)
{
	return geo_distance_m(a->lon_e7 / 1e7, a->lat_e7 / 1e7, b->lon_e7 / 1e7, b->lat_e7 / 1e7);
}

static void report(size_t first, size_t end, trip_cb *on_trip, void *arg)
{
	if (end - first >= 2)
		on_trip(first, end - first, arg);
}

/*
 * Walks on with an anchor, the fix from which standing is measured.  Leaving its circle after a long
 * stand ends the trip at the anchor and begins the next one where the circle was left; leaving it
 * earlier only moves the anchor.
 */
void trips_split(const struct fix *fixes, size_t count, const struct trip_params *params, trip_cb *on_trip,
		 void *arg)
{
	size_t first = 0, anchor = 0;

	for (size_t i = 1; i <= count; i++) {
		bool ends = i == count || fixes[i].time_ms - fixes[i - 1].time_ms > params->gap_ms;
		bool leaves = ends || distance_m(&fixes[anchor], &fixes[i]) > params->stand_radius_m;

		if (!leaves)
			continue;
		if (fixes[i - 1].time_ms - fixes[anchor].time_ms >= params->stand_ms) {
			report(first, anchor + 1, on_trip, arg);
			first = i - 1;
		}
		if (ends) {
			report(first, i, on_trip, arg);
			first = i;
		}
		anchor = i;
	}
}
