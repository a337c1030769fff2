/* SPDX-License-Identifier: Apache-2.0 */
/* Turning round, and pushing snow back and forth. */
#include "gis/match.h"

#include <math.h>

#include <criterion/criterion.h>

#include "gis/network.h"
#include "tests/support/cab.h"
#include "tests/support/drawn.h"

Test(match_turns, a_turn_in_a_dead_end_is_two_passes)
{
	struct network *net = DRAWN({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 80}});
	struct cab cab = cab_at(-200, 0, 5, 1);

	cab_drive(&cab, 0, 0);
	cab_drive(&cab, 0, 78);
	cab_stand(&cab, 10);
	cab_drive(&cab, 0, 0);
	cab_drive(&cab, 200, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 1, 1), 78, 6);
	ABOUT(answer_driven(net, 1, -1), 78, 6);
	ABOUT(answer_driven(net, 0, 1), 400, 8);
	ABOUT(answer_driven(net, 0, -1), 0, 1);
	network_free(net);
}

Test(match_turns, a_turn_in_the_middle_of_a_link_is_found_where_it_was)
{
	struct network *net = DRAWN({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 400}});

	for (int every = 1; every <= 5; every += 4) {
		struct cab cab = cab_at(-200, 0, 5, every);

		cab_drive(&cab, 0, 0);
		cab_drive(&cab, 0, 150);
		cab_stand(&cab, 10);
		cab_drive(&cab, 0, 0);
		cab_drive(&cab, 200, 0);
		cab_match(net, &cab);
		ABOUT(answer_driven(net, 1, 1), 150, 5);
		ABOUT(answer_driven(net, 1, -1), 150, 5);
		ABOUT(answer_furthest(net, 1), 150, 5);
	}
	network_free(net);
}

Test(match_turns, pushing_snow_back_and_forth_at_a_junction_is_found)
{
	struct network *net = DRAWN({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 200}},
				    {0, 2, {0, 0, 0, -200}});
	struct cab cab = cab_at(-200, 0, 4, 1);

	cab_drive(&cab, 0, 0);
	cab_drive(&cab, 0, 30);
	cab_drive(&cab, 0, -30);
	cab_drive(&cab, 0, 0);
	cab_drive(&cab, 200, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 1, 1), 30, 6);
	ABOUT(answer_driven(net, 1, -1), 30, 6);
	ABOUT(answer_driven(net, 2, 0), 60, 10);
	ABOUT(answer_driven(net, 0, 0), 400, 8);
	network_free(net);
}

/* A turn 150 m into a side street, seen by a receiver that errs by sigma_m: mean error of its place. */
static double turn_error_m(double sigma_m, bool measures)
{
	struct network *net = DRAWN({0, 3, {-600, 0, 0, 0, 600, 0}}, {0, 2, {0, 0, 0, 400}});
	double sum_m = 0;

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cab cab = cab_at(-500, 0, 5, 1);

		cab.seed ^= seed << 20;
		cab.sigma_m = sigma_m;
		cab.measures = measures;
		cab_drive(&cab, 0, 0);
		cab_drive(&cab, 0, 150);
		cab_drive(&cab, 0, 0);
		cab_drive(&cab, 500, 0);
		cab_match(net, &cab);
		sum_m += fabs(answer_furthest(net, 1) - 150);
	}
	network_free(net);
	return sum_m / 20;
}

Test(match_turns, where_a_vehicle_turned_is_told_by_the_error_its_cross_streets_show)
{
	double seen_m = turn_error_m(10, false), measured_m = turn_error_m(10, true);

	cr_assert_lt(seen_m, 8, "%.1f m", seen_m);
	cr_assert_lt(measured_m, 2.5, "%.1f m", measured_m);
}

/* Too short for positions that err by 8 m, but the receiver measures that the plow backs. */
Test(match_turns, a_push_of_14_m_is_found_by_the_course_the_receiver_measures)
{
	struct network *net = DRAWN({0, 2, {0, 0, 600, 0}});

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cab cab = cab_at(20, 2, 3, 1);

		cab.seed ^= seed << 20;
		cab.sigma_m = 5;
		cab.measures = true;
		cab_drive(&cab, 320, 2);
		cab.speed_mps = 1.6;
		cab_drive(&cab, 306, 2);
		cab.speed_mps = 3;
		cab_drive(&cab, 580, 2);
		cab_match(net, &cab);
		cr_assert_gt(answer_driven(net, 0, -1), 4, "%.1f m back, seed %d", answer_driven(net, 0, -1),
			     (int)seed);
		cr_assert_lt(answer_driven(net, 0, -1), 30, "%.1f m back, seed %d", answer_driven(net, 0, -1),
			     (int)seed);
	}
	network_free(net);
}
