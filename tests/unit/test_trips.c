/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/trips.h"

#include <criterion/criterion.h>

#define MOST 8

struct found {
	size_t first[MOST], count[MOST], trips;
};

static void on_trip(size_t first, size_t count, void *arg)
{
	struct found *found = arg;

	cr_assert_lt(found->trips, MOST);
	found->first[found->trips] = first;
	found->count[found->trips++] = count;
}

/* A fix a second from `second` on, moving north by step_m a second. */
static size_t drive(struct fix *fixes, size_t at, int count, int64_t second, double step_m)
{
	int32_t lat_e7 = at > 0 ? fixes[at - 1].lat_e7 : 386000000;

	for (int i = 0; i < count; i++) {
		fixes[at] = fix_none();
		fixes[at].time_ms = (1800000000 + second + i) * 1000;
		fixes[at].lon_e7 = 1404000000;
		fixes[at].lat_e7 = lat_e7 + (int32_t)(step_m * (i + 1) * 90.0);
		at++;
	}
	return at;
}

static struct found split(const struct fix *fixes, size_t count)
{
	struct trip_params params = trip_params_default();
	struct found found = {.trips = 0};

	trips_split(fixes, count, &params, on_trip, &found);
	return found;
}

Test(trips, one_drive_is_one_trip)
{
	static struct fix fixes[600];
	size_t count = drive(fixes, 0, 600, 0, 3);
	struct found found = split(fixes, count);

	cr_assert_eq(found.trips, 1);
	cr_expect_eq(found.first[0], 0);
	cr_expect_eq(found.count[0], 600);
}

Test(trips, a_long_silence_ends_a_trip_and_a_short_one_does_not)
{
	static struct fix fixes[300];
	size_t count = drive(fixes, 0, 100, 0, 3);
	struct found found;

	count = drive(fixes, count, 100, 100 + 590, 3);
	count = drive(fixes, count, 100, 900 + 700, 3);
	found = split(fixes, count);
	cr_assert_eq(found.trips, 2);
	cr_expect_eq(found.count[0], 200);
	cr_expect_eq(found.first[1], 200);
}

Test(trips, a_long_stand_ends_a_trip_and_belongs_to_none)
{
	static struct fix fixes[2000];
	size_t count = drive(fixes, 0, 100, 0, 3);
	struct found found;

	count = drive(fixes, count, 1300, 100, 0);
	count = drive(fixes, count, 100, 1400, 3);
	found = split(fixes, count);
	cr_assert_eq(found.trips, 2);
	cr_expect_leq(found.first[0] + found.count[0], 105);
	cr_expect_geq(found.first[1], 1390);
	cr_expect_eq(found.first[1] + found.count[1], count);
}

Test(trips, a_stand_of_ten_minutes_stays_in_its_trip)
{
	static struct fix fixes[1000];
	size_t count = drive(fixes, 0, 100, 0, 3);

	count = drive(fixes, count, 600, 100, 0);
	count = drive(fixes, count, 100, 700, 3);
	cr_expect_eq(split(fixes, count).trips, 1);
}

Test(trips, one_fix_is_no_trip)
{
	struct fix fixes[1];

	cr_expect_eq(split(fixes, drive(fixes, 0, 1, 0, 0)).trips, 0);
	cr_expect_eq(split(fixes, 0).trips, 0);
}
