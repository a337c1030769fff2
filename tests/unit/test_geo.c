/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/geo.h"

#include <criterion/criterion.h>

/* The geodesics on WGS 84 by Vincenty's formulae; SpatiaLite's GeodesicLength() says the same. */
Test(geo, distances_agree_with_the_geodesic)
{
	cr_expect_float_eq(geo_distance_m(140.0, 38.6, 140.0, 38.61), 1110.079555, 0.001);
	cr_expect_float_eq(geo_distance_m(140.0, 38.6, 140.01, 38.6), 871.120257, 0.001);
	cr_expect_float_eq(geo_distance_m(140.0, 38.6, 140.06, 38.65), 7622.780566, 0.008);
	cr_expect_float_eq(geo_distance_m(140.0, 38.6, 140.0, 38.6), 0, 1e-12);
}

Test(geo, courses_run_clockwise_from_north)
{
	cr_expect_float_eq(geo_course_deg(0, 1), 0, 1e-9);
	cr_expect_float_eq(geo_course_deg(1, 0), 90, 1e-9);
	cr_expect_float_eq(geo_course_deg(0, -1), 180, 1e-9);
	cr_expect_float_eq(geo_course_deg(-1, 0), 270, 1e-9);
}

Test(geo, a_turn_is_never_more_than_half_round)
{
	cr_expect_float_eq(geo_turn_deg(350, 10), 20, 1e-9);
	cr_expect_float_eq(geo_turn_deg(10, 350), 20, 1e-9);
	cr_expect_float_eq(geo_turn_deg(0, 180), 180, 1e-9);
}

Test(geo, projects_on_the_segment_and_not_beyond_it)
{
	double distance;

	cr_expect_float_eq(geo_project(0, 0, 10, 0, 4, 3, &distance), 0.4, 1e-12);
	cr_expect_float_eq(distance, 3, 1e-12);
	cr_expect_float_eq(geo_project(0, 0, 10, 0, 13, 4, &distance), 1, 1e-12);
	cr_expect_float_eq(distance, 5, 1e-12);
	cr_expect_float_eq(geo_project(2, 2, 2, 2, 5, 6, &distance), 0, 1e-12);
	cr_expect_float_eq(distance, 5, 1e-12);
}
