/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The promise of thinning: whoever moves evenly between kept fixes is never further than THIN_M
 * from what a dropped fix says.  Times are seconds, metres east and north of a place.
 */
#include "server/plowd/answers/thin.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "gis/geo.h"
#include "gis/work.h"

#define MOST 40000

struct kept {
	struct thin_point points[MOST];
	size_t count;
};

static void on_point(const struct thin_point *point, void *arg)
{
	struct kept *kept = arg;

	cr_assert_lt(kept->count, MOST);
	kept->points[kept->count++] = *point;
}

static struct fix fix_at(double second, double east_m, double north_m)
{
	struct geo_scale scale = geo_scale_at(38.6);
	struct fix fix = fix_none();

	fix.time_ms = 1800000000000 + (int64_t)llround(second * 1000);
	fix.lon_e7 = 1404000000 + (int32_t)lround(east_m / scale.x_m_per_deg * 1e7);
	fix.lat_e7 = 386000000 + (int32_t)lround(north_m / scale.y_m_per_deg * 1e7);
	fix.flags = FIX_VALID;
	fix.blade = 1;
	return fix;
}

static struct kept *thinned(const struct fix *fixes, size_t count)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	struct thin thin;

	thin_init(&thin, work_class_find("any"));
	for (size_t i = 0; i < count; i++)
		thin_add(&thin, &fixes[i], on_point, kept);
	thin_end(&thin, on_point, kept);
	return kept;
}

/* The furthest a fix is from the even way between the kept ones about it. */
static double furthest_m(const struct fix *fixes, size_t count, const struct kept *kept)
{
	double furthest = 0;
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		const struct thin_point *a, *b;
		double share, distance;

		while (at + 2 < kept->count && kept->points[at + 1].time_ms <= fixes[i].time_ms)
			at++;
		a = &kept->points[at];
		b = &kept->points[at + 1];
		share = (double)(fixes[i].time_ms - a->time_ms) / (double)(b->time_ms - a->time_ms);
		distance = geo_distance_m(fixes[i].lon_e7 / 1e7, fixes[i].lat_e7 / 1e7,
					  (a->lon_e7 + share * (b->lon_e7 - a->lon_e7)) / 1e7,
					  (a->lat_e7 + share * (b->lat_e7 - a->lat_e7)) / 1e7);
		furthest = fmax(furthest, distance);
	}
	return furthest;
}

Test(thin, an_even_drive_keeps_its_ends_and_one_fix_in_thirty_seconds)
{
	struct fix fixes[601];
	struct kept *kept;

	for (int i = 0; i <= 600; i++)
		fixes[i] = fix_at(i, 5.0 * i, 0);
	kept = thinned(fixes, 601);
	cr_expect_eq(kept->count, 21);
	cr_expect_eq(kept->points[0].time_ms, fixes[0].time_ms);
	cr_expect_eq(kept->points[20].time_ms, fixes[600].time_ms);
	cr_expect_lt(furthest_m(fixes, 601, kept), 0.1);
	free(kept);
}

Test(thin, a_winding_noisy_drive_that_stops_and_starts_is_never_further_off_than_promised)
{
	static struct fix fixes[20000];
	struct kept *kept;
	double east = 0, north = 0, course = 0, speed = 5;

	srand(7);
	for (int i = 0; i < 20000; i++) {
		course += (rand() % 1000 - 500) / 5000.0;
		speed = fmin(14, fmax(0, speed + (rand() % 1000 - 500) / 1000.0));
		east += speed * sin(course);
		north += speed * cos(course);
		fixes[i] = fix_at(i, east + (rand() % 100) / 100.0, north + (rand() % 100) / 100.0);
	}
	kept = thinned(fixes, 20000);
	cr_expect_lt(kept->count, 20000 / 3, "%zu kept", kept->count);
	cr_expect_leq(furthest_m(fixes, 20000, kept), THIN_M * 1.001);
	free(kept);
}

Test(thin, a_change_of_state_is_kept_to_the_second)
{
	struct fix fixes[60];
	struct kept *kept;

	for (int i = 0; i < 60; i++) {
		fixes[i] = fix_at(i, 5.0 * i, 0);
		fixes[i].blade = i >= 17 && i < 23;
	}
	kept = thinned(fixes, 60);
	cr_assert_eq(kept->count, 5); /* the start, 17, 23, 30 s after that, the end */
	cr_expect_eq(kept->points[1].time_ms, fixes[17].time_ms);
	cr_expect_eq(kept->points[1].doing.state, DOING_WORK);
	cr_expect_eq(kept->points[2].time_ms, fixes[23].time_ms);
	cr_expect_eq(kept->points[2].doing.state, DOING_TRANSFER);
	free(kept);
}

Test(thin, both_edges_of_a_gap_are_kept_and_it_is_one)
{
	struct fix fixes[40];
	struct kept *kept;
	size_t before = 0;

	for (int i = 0; i < 40; i++)
		fixes[i] = fix_at(i < 20 ? i : i + 300, 5.0 * i, 0);
	kept = thinned(fixes, 40);
	while (before < kept->count && kept->points[before].time_ms < fixes[19].time_ms)
		before++;
	cr_assert_lt(before + 1, kept->count);
	cr_expect_eq(kept->points[before].time_ms, fixes[19].time_ms);
	cr_expect_eq(kept->points[before].doing.state, DOING_GAP);
	cr_expect_eq(kept->points[before + 1].time_ms, fixes[20].time_ms);
	free(kept);
}

Test(thin, one_fix_is_kept_and_none_gives_none)
{
	struct fix fix = fix_at(0, 0, 0);
	struct kept *kept = thinned(&fix, 1);

	cr_expect_eq(kept->count, 1);
	free(kept);
	kept = thinned(NULL, 0);
	cr_expect_eq(kept->count, 0);
	free(kept);
}
