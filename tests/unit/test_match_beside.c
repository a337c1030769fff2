/* SPDX-License-Identifier: Apache-2.0 */
/* Which of two roads, and whether one at all. */
#include "gis/match.h"

#include <math.h>

#include <criterion/criterion.h>

#include "gis/drive.h"
#include "gis/network.h"
#include "tests/support/cab.h"
#include "tests/support/drawn.h"

Test(match_beside, a_parallel_road_12_m_away_is_not_taken)
{
	struct network *net =
		DRAWN({0, 3, {-200, 0, 0, 0, 1000, 0}}, {0, 4, {0, 0, 20, 12, 980, 12, 1000, 0}},
		      {0, 2, {1000, 0, 1200, 0}});

	for (int seed = 1; seed <= 10; seed++) {
		struct cab cab = cab_at(-190, 0, 6, 1);

		cab.sigma_m = 3;
		cab.seed += (uint64_t)seed * 7919;
		cab_drive(&cab, 1190, 0);
		cab_match(net, &cab);
		ABOUT(answer_driven(net, 0, 1), 1190, 40);
		ABOUT(answer_driven(net, 1, 0), 0, 30);
	}
	network_free(net);
}

/* The trip's spans, after one that was there before, are those of the answer: each but once. */
static void check_spans(const struct network *net, const struct cab *cab)
{
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	struct drive_params drive = {.class_of_vehicle = work_class_find("any"), .to_ms = INT64_MAX};
	struct span_list list = {0};
	struct movement earlier = {.before = &cab->fixes[0], .after = &cab->fixes[1], .from_m = 1, .to_m = 9};
	struct match_summary summary;
	double metres = 0;

	drive_add(&list, net, &drive, &earlier);
	cr_assert_eq(drive_trip(matcher, net, &drive, cab->fixes, cab->count, &list, &summary), 0);
	for (size_t i = 0; i < list.count; i++)
		metres += fabs(list.spans[i].to_m - list.spans[i].from_m);
	for (uint32_t road = 0; road < network_roads(net); road++)
		metres -= answer_driven(net, road, 0);
	ABOUT(metres, 8, 0.5);
	span_list_free(&list);
	matcher_free(matcher);
}

/* The fixes of the drive lie nearer the other road; what came after tells that all of them lie south. */
Test(match_beside, a_map_that_lies_beside_its_roads_is_known_by_the_rest_of_the_trip)
{
	struct network *net =
		DRAWN({0, 3, {-200, 0, 0, 0, 1000, 0}}, {0, 4, {0, 0, 20, 12, 980, 12, 1000, 0}},
		      {0, 2, {1000, 0, 1200, 0}}, {0, 4, {1200, 0, 1200, 600, -200, 600, -200, 0}});

	for (int seed = 1; seed <= 10; seed++) {
		struct cab cab = cab_at(-190, -10, 6, 5);

		cab.sigma_m = 3;
		cab.seed += (uint64_t)seed * 7919;
		cab_drive(&cab, 0, -10);
		cab_drive(&cab, 20, 2);
		cab_drive(&cab, 980, 2);
		cab_drive(&cab, 1000, -10);
		cab_drive(&cab, 1200, -10);
		for (int round = 0; round < 3; round++) {
			cab_drive(&cab, 1200, 590);
			cab_drive(&cab, -200, 590);
			cab_drive(&cab, -200, 190);
			cab_drive(&cab, -200, 590);
			cab_drive(&cab, 1200, 590);
			cab_drive(&cab, 1200, 190);
		}
		cab_match(net, &cab);
		ABOUT(answer_driven(net, 1, 1), 1007, 10);
		ABOUT(answer_driven(net, 0, 1), 190, 40);
		check_spans(net, &cab);
	}
	network_free(net);
}

Test(match_beside, the_carriageways_of_a_divided_road_are_told_apart)
{
	struct network *net =
		DRAWN({0, 2, {-200, 0, 0, 0}}, {1, 4, {0, 0, 20, -6, 780, -6, 800, 0}},
		      {1, 4, {800, 0, 780, 6, 20, 6, 0, 0}}, {0, 2, {800, 0, 1000, 0}});
	struct cab cab = cab_at(-150, 0, 8, 1);

	cab.sigma_m = 4;
	cab_drive(&cab, 0, 0);
	cab_drive(&cab, 20, -6);
	cab_drive(&cab, 780, -6);
	cab_drive(&cab, 900, 0);
	cab_stand(&cab, 5);
	cab_drive(&cab, 800, 0);
	cab_drive(&cab, 780, 6);
	cab_drive(&cab, 20, 6);
	cab_drive(&cab, -150, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 1, 1), 803, 3);
	ABOUT(answer_driven(net, 2, 1), 803, 3);
	ABOUT(answer_driven(net, 1, -1) + answer_driven(net, 2, -1), 0, 1);
	network_free(net);
}

Test(match_beside, a_bridge_is_no_junction)
{
	struct network *net = DRAWN({0, 2, {-300, 0, 300, 0}}, {0, 2, {0, -300, 0, 300}});
	struct cab cab = cab_at(-250, 0, 8, 1);

	cab.sigma_m = 4;
	cab_drive(&cab, 250, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1), 500, 20);
	ABOUT(answer_driven(net, 1, 0), 0, 0.1);
	network_free(net);
}

Test(match_beside, driving_off_the_roads_claims_none)
{
	struct network *net = DRAWN({0, 3, {-300, 0, 0, 0, 600, 0}}, {0, 2, {0, 0, 0, -300}});
	struct cab cab = cab_at(-250, 0, 6, 1);

	cab.sigma_m = 3;
	cab_drive(&cab, -100, 0);
	cab_drive(&cab, -100, 300);
	cab_drive(&cab, 300, 300);
	cab_drive(&cab, 300, 0);
	cab_drive(&cab, 550, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1), 400, 90);
	cr_assert_geq(answer.summary.breaks, 1);
	cr_assert_gt(answer.summary.off_road, 100);
	network_free(net);
}

/* Metres claimed on the one road of the map, of a drive that leaves it for another, 90 m beside it. */
static double claimed_beside(bool measures, uint64_t seed)
{
	struct network *net = DRAWN({0, 2, {0, 0, 1200, 0}});
	struct cab cab = cab_at(20, 0, 4, 1);
	double claimed_m;

	cab.seed += seed;
	cab.sigma_m = 10;
	cab.measures = measures;
	cab_drive(&cab, 500, 0);
	cab_drive(&cab, 500, 90);
	cab_drive(&cab, 900, 90);
	cab_drive(&cab, 900, 0);
	cab_drive(&cab, 1180, 0);
	cab_match(net, &cab);
	claimed_m = answer_driven(net, 0, 0);
	network_free(net);
	return claimed_m;
}

Test(match_beside, a_road_the_map_lacks_is_told_from_drift_by_the_measured_motion)
{
	double with_m = 0, without_m = 0;

	for (uint64_t seed = 0; seed < 8; seed++) {
		with_m += claimed_beside(true, seed) / 8;
		without_m += claimed_beside(false, seed) / 8;
	}
	cr_assert_gt(with_m, 700);
	cr_assert_lt(with_m, without_m - 100);
}

/* Metres claimed on a road 12 m beside the one driven, which is reached by a street across. */
static double claimed_on_the_wrong_one(bool measures)
{
	struct network *net = DRAWN({0, 2, {-600, 0, 0, 0}}, {0, 4, {0, 0, 0, 200, 0, 212, 0, 300}},
				    {0, 2, {0, 200, 400, 200}}, {0, 2, {0, 212, 400, 212}});
	double claimed_m = 0;

	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct cab cab = cab_at(-500, 0, 8, 1);

		cab.seed ^= seed << 20;
		cab.sigma_m = 10;
		cab.measures = measures;
		cab_drive(&cab, 0, 0);
		cab_drive(&cab, 0, 200);
		cab_drive(&cab, 380, 200);
		cab_match(net, &cab);
		claimed_m += answer_driven(net, 3, 0);
	}
	network_free(net);
	return claimed_m / 30;
}

Test(match_beside, two_roads_side_by_side_are_told_apart_by_the_error_the_streets_before_showed)
{
	double with_m = claimed_on_the_wrong_one(true), without_m = claimed_on_the_wrong_one(false);

	cr_assert_lt(with_m, 0.75 * without_m, "%.1f m, not %.1f m", with_m, without_m);
}
