/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What plows do and receivers make of it, on small drawn networks; test_match_*.c have turns, gaps and
 * neighbouring roads.  Real drives are scored by `make bench-truth`.
 */
#include "gis/match.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/network.h"
#include "tests/support/cab.h"
#include "tests/support/drawn.h"

Test(match, a_straight_drive_is_one_pass_and_ends_where_the_fixes_end)
{
	struct network *net = DRAWN({0, 2, {0, 0, 1000, 0}});
	struct cab cab = cab_at(100, 3, 8, 1);

	cab_drive(&cab, 800, 3);
	cab_sight(&cab, 0, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1), 700, 3);
	ABOUT(answer_driven(net, 0, -1), 0, 0.1);
	cr_assert_eq(answer.summary.matched, cab.count);
	network_free(net);
}

Test(match, movements_follow_each_other_in_time_and_place)
{
	struct network *net = DRAWN({0, 2, {0, 0, 300, 0}}, {0, 2, {300, 0, 300, 400}});
	struct cab cab = cab_at(20, 0, 8, 1);

	cab.sigma_m = 3;
	cab_drive(&cab, 300, 0);
	cab_drive(&cab, 300, 380);
	cab_match(net, &cab);
	cr_assert_gt(answer.count, 10);
	for (size_t i = 1; i < answer.count; i++) {
		const struct movement *a = &answer.moves[i - 1], *b = &answer.moves[i];

		cr_assert_leq(a->end_ms, b->start_ms);
		cr_assert_leq(b->start_ms, b->end_ms);
		cr_assert(b->confidence >= 0 && b->confidence <= 1);
		if (a->link == b->link)
			cr_assert_float_eq(a->to_m, b->from_m, 0.01);
	}
	network_free(net);
}

Test(match, standing_adds_nothing)
{
	struct network *net = DRAWN({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 200}});
	struct cab cab = cab_at(-200, 0, 6, 1);

	cab.sigma_m = 4;
	cab_drive(&cab, 100, 0);
	cab_stand(&cab, 900);
	cab_drive(&cab, 250, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1), 450, 25);
	ABOUT(answer_driven(net, 0, -1), 0, 25);
	ABOUT(answer_driven(net, 1, 0), 0, 0.1);
	network_free(net);
}

/*
 * A trip ends where a long stand begins (gis/trips.h), so that the matcher seldom sees one.  If it
 * does, a receiver that wanders for eight hours makes it leave and come back at most once.
 */
Test(match, eight_hours_parked_beside_a_road_are_one_stand)
{
	struct network *net = DRAWN({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 200}});

	for (int seed = 1; seed <= 5; seed++) {
		static struct cab cab;
		double before, added;

		cab = cab_at(-200, 0, 6, 1);
		cab.seed += (uint64_t)seed * 104729;
		cab.sigma_m = 8;
		cab_drive(&cab, 100, 0);
		cab_drive(&cab, 100, 15);
		cab_match(net, &cab);
		before = answer_driven(net, 0, 0) + answer_driven(net, 1, 0);
		cab_stand(&cab, 8 * 3600);
		cab_match(net, &cab);
		added = answer_driven(net, 0, 0) + answer_driven(net, 1, 0) - before;
		cr_assert_leq(added, 80, "seed %d adds %.1f m", seed, added);
	}
	network_free(net);
}

Test(match, twice_round_the_block_is_two_passes)
{
	struct network *net =
		DRAWN({0, 2, {0, 0, 200, 0}}, {0, 2, {200, 0, 200, 150}},
		      {0, 2, {200, 150, 0, 150}}, {0, 2, {0, 150, 0, 0}}, {0, 2, {-200, 0, 0, 0}});
	struct cab cab = cab_at(-100, 0, 6, 1);

	cab.sigma_m = 3;
	cab_drive(&cab, 0, 0);
	for (int round = 0; round < 2; round++) {
		cab_drive(&cab, 200, 0);
		cab_drive(&cab, 200, 150);
		cab_drive(&cab, 0, 150);
		cab_drive(&cab, 0, 0);
	}
	cab_drive(&cab, -100, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1), 400, 12);
	ABOUT(answer_driven(net, 1, 1), 300, 12);
	ABOUT(answer_driven(net, 2, 1), 400, 12);
	ABOUT(answer_driven(net, 3, 1), 300, 12);
	ABOUT(answer_driven(net, 0, -1) + answer_driven(net, 1, -1), 0, 12);
	network_free(net);
}

Test(match, a_fix_that_jumps_is_counted_and_ignored)
{
	struct network *net = DRAWN({0, 2, {0, 0, 1000, 0}}, {0, 2, {0, 800, 1000, 800}});
	struct cab cab = cab_at(50, 0, 8, 1);
	int64_t jumped_ms;

	cab_drive(&cab, 400, 0);
	cab_sight(&cab, 0, 790);
	jumped_ms = cab.fixes[cab.count - 1].time_ms;
	cab.now_s++;
	cab.x_m += 8;
	cab_drive(&cab, 900, 0);
	cab_match(net, &cab);
	cr_assert_eq(answer.summary.jumped, 1);
	cr_assert_eq(answer.jumps, 1);
	cr_assert_eq(answer.jumped_ms, jumped_ms);
	ABOUT(answer_driven(net, 0, 1), 850, 12);
	ABOUT(answer_driven(net, 1, 0), 0, 0.1);
	network_free(net);
}

/* Streets 100 m apart, seven each way. */
static struct network *grid(void)
{
	struct drawn_line lines[14] = {0};

	for (int i = 0; i < 14; i++) {
		lines[i].points = 7;
		for (int k = 0; k < 7; k++) {
			lines[i].xy[2 * k] = (i < 7 ? k : i - 7) * 100;
			lines[i].xy[2 * k + 1] = (i < 7 ? i : k) * 100;
		}
	}
	return drawn_network(lines, 14);
}

static void plow_the_grid(struct cab *cab)
{
	for (int street = 0; street < 7; street++) {
		cab_drive(cab, street % 2 ? 0 : 600, street * 100);
		if (street < 6)
			cab_drive(cab, street % 2 ? 0 : 600, street * 100 + 100);
	}
}

/* Share of the seven streets that is found, and metres claimed on the others. */
static void score_the_grid(const struct network *net, double *out_found, double *out_false)
{
	double found = 0, wrong = 0;

	for (uint32_t street = 0; street < 7; street++)
		found += fmin(600, answer_driven(net, street, street % 2 ? -1 : 1));
	for (uint32_t street = 8; street < 13; street++)
		wrong += answer_driven(net, street, 0);
	*out_found = found / 4200;
	*out_false = wrong;
}

Test(match, a_grid_is_read_right_through_wandering_errors)
{
	struct network *net = grid();
	static const struct {
		double sigma_m, every_s, found, wrong_m;
	} rows[] = {{5, 1, 0.985, 20},
		    {5, 5, 0.985, 20},
		    {15, 1, 0.95, 200},
		    {15, 5, 0.95, 200},
		    {5, 15, 0.95, 100}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cab cab = cab_at(5, 0, 6, rows[i].every_s);
		double found, wrong_m;

		cab.sigma_m = rows[i].sigma_m;
		plow_the_grid(&cab);
		cab_match(net, &cab);
		score_the_grid(net, &found, &wrong_m);
		cr_assert_geq(found, rows[i].found, "row %zu finds %.3f", i, found);
		cr_assert_leq(wrong_m, rows[i].wrong_m, "row %zu claims %.0f m falsely", i,
			      wrong_m);
	}
	network_free(net);
}

Test(match, a_map_drawn_10_m_off_is_still_the_map)
{
	struct network *net = grid();
	struct cab cab = cab_at(5, 0, 6, 1);
	double found, wrong_m;

	cab.sigma_m = 3;
	cab.error_x_m = 0;
	plow_the_grid(&cab);
	for (size_t i = 0; i < cab.count; i++) {
		cab.fixes[i].lon_e7 += 820;
		cab.fixes[i].lat_e7 += 640;
	}
	cab_match(net, &cab);
	score_the_grid(net, &found, &wrong_m);
	cr_assert_geq(found, 0.96, "finds %.3f", found);
	cr_assert_leq(wrong_m, 60, "claims %.0f m falsely", wrong_m);
	network_free(net);
}

Test(match, online_each_movement_is_told_once_and_in_time)
{
	struct network *net = grid();
	struct match_params params = match_params_default();
	struct cab cab = cab_at(5, 0, 6, 1);
	double found, wrong_m;

	cab.sigma_m = 5;
	plow_the_grid(&cab);
	cab_match_online(net, &cab);
	score_the_grid(net, &found, &wrong_m);
	cr_assert_geq(found, 0.97, "finds %.3f", found);
	for (size_t i = 0; i < answer.count; i++) {
		cr_assert_leq(answer.told_ms[i] - answer.moves[i].end_ms,
			      (int64_t)(params.live_lag_s * 1000) + 1000);
		if (i > 0)
			cr_assert_geq(answer.moves[i].start_ms, answer.moves[i - 1].end_ms);
	}
	network_free(net);
}

Test(match, the_same_input_gives_the_same_bytes)
{
	static struct movement first[ANSWER_MOVES_MOST];
	struct network *net = grid();
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	struct cab cab = cab_at(5, 0, 6, 1), other = cab_at(300, 300, 9, 5);
	size_t count;

	cab.sigma_m = 12;
	plow_the_grid(&cab);
	other.sigma_m = 20;
	cab_drive(&other, 600, 300);
	cab_match(net, &cab);
	count = answer.count;
	memcpy(first, answer.moves, sizeof(first));
	for (int round = 0; round < 2; round++) {
		cr_assert_eq(match_trip(matcher, other.fixes, other.count, answer_take, &answer,
					&answer.summary),
			     0);
		answer.count = 0;
		cr_assert_eq(match_trip(matcher, cab.fixes, cab.count, answer_take, &answer,
					&answer.summary),
			     0);
		cr_assert_eq(answer.count, count);
		for (size_t i = 0; i < count; i++) {
			const struct movement *a = &first[i], *b = &answer.moves[i];

			cr_assert(a->link == b->link && a->from_m == b->from_m &&
				  a->to_m == b->to_m && a->start_ms == b->start_ms &&
				  a->end_ms == b->end_ms && a->confidence == b->confidence &&
				  a->inferred == b->inferred);
		}
	}
	matcher_free(matcher);
	network_free(net);
}

Test(match, fixes_out_of_order_are_refused)
{
	struct network *net = DRAWN({0, 2, {0, 0, 1000, 0}});
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	struct match_live *live = match_live_new(net, &params, answer_take, &answer);
	struct cab cab = cab_at(50, 0, 8, 1);

	cab_drive(&cab, 100, 0);
	cab.fixes[3].time_ms = cab.fixes[2].time_ms;
	cr_assert_eq(
		match_trip(matcher, cab.fixes, cab.count, answer_take, &answer, &answer.summary),
		-EINVAL);
	cr_assert_eq(match_live_feed(live, &cab.fixes[2]), 0);
	cr_assert_eq(match_live_feed(live, &cab.fixes[3]), -ERANGE);
	cr_assert_eq(match_live_feed(live, &cab.fixes[4]), 0);
	match_live_free(live);
	matcher_free(matcher);
	network_free(net);
}

Test(match, no_fixes_and_no_roads_are_no_movements)
{
	struct network *net = NULL;
	struct match_params params = match_params_default();
	struct matcher *matcher;
	struct cab cab = cab_at(50, 0, 8, 1);

	cr_assert_eq(network_build(NULL, 0, &net), 0);
	matcher = matcher_new(net, &params);
	answer.count = 0;
	cr_assert_eq(match_trip(matcher, cab.fixes, 0, answer_take, &answer, &answer.summary), 0);
	cab_drive(&cab, 500, 0);
	cr_assert_eq(
		match_trip(matcher, cab.fixes, cab.count, answer_take, &answer, &answer.summary),
		0);
	cr_assert_eq(answer.count, 0);
	cr_assert_eq(answer.summary.off_road, cab.count);
	matcher_free(matcher);
	network_free(net);
}
