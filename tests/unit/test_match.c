/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What plows do and receivers make of it, on small drawn networks.  Real drives are scored by
 * `make bench-truth`.
 */
#include "gis/match.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/geo.h"
#include "gis/network.h"

#define LON 140.4
#define LAT 38.6
#define START_MS 1800000000000
#define FIXES_MOST 32000
#define MOVES_MOST 4000

struct line {
	int8_t oneway;
	uint32_t points;
	double xy[16];
};

static struct network *build(const struct line *lines, size_t count)
{
	struct geo_scale scale = geo_scale_at(LAT);
	double lonlat[32][16];
	char ids[32][24];
	struct road_source sources[32] = {0};
	struct network *net = NULL;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < lines[i].points; k++) {
			lonlat[i][2 * k] = LON + lines[i].xy[2 * k] / scale.x_m_per_deg;
			lonlat[i][2 * k + 1] = LAT + lines[i].xy[2 * k + 1] / scale.y_m_per_deg;
		}
		snprintf(ids[i], sizeof(ids[i]), "%zu", i);
		sources[i].road = (struct road){.id = (int64_t)i + 1,
						.layer = "city",
						.source_id = ids[i],
						.name = "",
						.class_code = "",
						.oneway = lines[i].oneway};
		sources[i].lonlat = lonlat[i];
		sources[i].points = lines[i].points;
	}
	cr_assert_eq(network_build(sources, count, &net), 0);
	return net;
}

#define BUILD(...)                                                                                 \
	build((const struct line[]){__VA_ARGS__},                                                  \
	      sizeof((const struct line[]){__VA_ARGS__}) / sizeof(struct line))

/*
 * A vehicle under way and its receiver.  The receiver's error wanders: it is correlated over half a
 * minute, as real ones are.
 */
struct cab {
	struct fix fixes[FIXES_MOST];
	size_t count;
	double x_m, y_m, speed_mps, sigma_m, error_x_m, error_y_m;
	double now_s, every_s;
	bool silent;
	bool measures; /* speed and course, as receivers do by the Doppler shift */
	double course_deg;
	uint64_t seed;
};

static double uniform(struct cab *cab)
{
	cab->seed ^= cab->seed << 13;
	cab->seed ^= cab->seed >> 7;
	cab->seed ^= cab->seed << 17;
	return ((double)(cab->seed >> 11) + 0.5) / 9007199254740992.0;
}

static double bell(struct cab *cab)
{
	return sqrt(-2 * log(uniform(cab))) * cos(2 * M_PI * uniform(cab));
}

static struct cab cab_at(double x_m, double y_m, double speed_mps, double every_s)
{
	return (struct cab){.x_m = x_m,
			    .y_m = y_m,
			    .speed_mps = speed_mps,
			    .every_s = every_s,
			    .seed = 88172645463325252u};
}

static void sight(struct cab *cab, double off_x_m, double off_y_m)
{
	struct geo_scale scale = geo_scale_at(LAT);
	double kept = exp(-cab->every_s / 30), fresh = cab->sigma_m * sqrt(1 - kept * kept);
	struct fix fix = fix_none();

	cab->error_x_m = kept * cab->error_x_m + fresh * bell(cab);
	cab->error_y_m = kept * cab->error_y_m + fresh * bell(cab);
	if (cab->silent || cab->count == FIXES_MOST)
		return;
	fix.time_ms = START_MS + (int64_t)(cab->now_s * 1000);
	fix.lon_e7 = (int32_t)lround(
		(LON + (cab->x_m + cab->error_x_m + off_x_m) / scale.x_m_per_deg) * 1e7);
	fix.lat_e7 = (int32_t)lround(
		(LAT + (cab->y_m + cab->error_y_m + off_y_m) / scale.y_m_per_deg) * 1e7);
	fix.flags = FIX_VALID;
	if (cab->measures) {
		fix.speed_cmps = (int32_t)lround(100 * cab->speed_mps);
		fix.course_cdeg = (int32_t)lround(100 * cab->course_deg);
	}
	/* A receiver keeps its own rhythm, wherever the vehicle turns. */
	if (cab->count == 0 || fix.time_ms >= cab->fixes[cab->count - 1].time_ms + 100)
		cab->fixes[cab->count++] = fix;
}

static void stand(struct cab *cab, double seconds)
{
	for (double end = cab->now_s + seconds; cab->now_s < end; cab->now_s += cab->every_s)
		sight(cab, 0, 0);
}

static void drive(struct cab *cab, double x_m, double y_m)
{
	double metres = hypot(x_m - cab->x_m, y_m - cab->y_m);
	double step_m = cab->speed_mps * cab->every_s;
	double dx = (x_m - cab->x_m) / metres, dy = (y_m - cab->y_m) / metres;

	cab->course_deg = geo_course_deg(dx, dy);
	for (double done = 0; done < metres; done += step_m) {
		sight(cab, 0, 0);
		cab->x_m += dx * fmin(step_m, metres - done);
		cab->y_m += dy * fmin(step_m, metres - done);
		cab->now_s += cab->every_s * fmin(1, (metres - done) / step_m);
	}
}

/* What was found, and where. */
struct answer {
	struct movement moves[MOVES_MOST];
	int64_t told_ms[MOVES_MOST]; /* live: the time of the newest fix when it was told */
	int64_t now_ms;
	size_t count, jumps;
	int64_t jumped_ms; /* the first jump */
	struct match_summary summary;
};

static void on_movement(const struct movement *movement, void *arg)
{
	struct answer *answer = arg;

	cr_assert_lt(answer->count, MOVES_MOST);
	answer->told_ms[answer->count] = answer->now_ms;
	answer->moves[answer->count++] = *movement;
}

static struct answer answer;

static void match(const struct network *net, const struct cab *cab)
{
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	const int64_t *jumps_ms;

	answer.count = 0;
	cr_assert_eq(
		match_trip(matcher, cab->fixes, cab->count, on_movement, &answer, &answer.summary),
		0);
	jumps_ms = matcher_jumps_ms(matcher, &answer.jumps);
	answer.jumped_ms = answer.jumps > 0 ? jumps_ms[0] : 0;
	matcher_free(matcher);
}

static void match_online(const struct network *net, const struct cab *cab)
{
	struct match_params params = match_params_default();
	struct match_live *live = match_live_new(net, &params, on_movement, &answer);

	answer.count = 0;
	for (size_t i = 0; i < cab->count; i++) {
		answer.now_ms = cab->fixes[i].time_ms;
		cr_assert_eq(match_live_feed(live, &cab->fixes[i]), 0);
	}
	match_live_flush(live);
	match_live_free(live);
}

/* Metres driven on a road in a direction (0: both), every pass counted. */
static double driven(const struct network *net, uint32_t road, int direction)
{
	double metres = 0;

	for (size_t i = 0; i < answer.count; i++) {
		const struct movement *m = &answer.moves[i];
		double by = (double)m->to_m - (double)m->from_m;

		if (network_link(net, m->link)->road == road && by * direction >= 0)
			metres += fabs(by);
	}
	return metres;
}

/* The furthest place along a road that is claimed. */
static double furthest(const struct network *net, uint32_t road)
{
	double most = 0;

	for (size_t i = 0; i < answer.count; i++) {
		const struct movement *m = &answer.moves[i];
		const struct link *link = network_link(net, m->link);

		if (link->road == road)
			most = fmax(most, link->from_m + fmax((double)m->from_m, (double)m->to_m));
	}
	return most;
}

#define ABOUT(value, wanted, by)                                                                   \
	cr_assert_float_eq(value, wanted, by, #value " is %.1f, not %.1f", (double)(value),        \
			   (double)(wanted))

Test(match, a_straight_drive_is_one_pass_and_ends_where_the_fixes_end)
{
	struct network *net = BUILD({0, 2, {0, 0, 1000, 0}});
	struct cab cab = cab_at(100, 3, 8, 1);

	drive(&cab, 800, 3);
	sight(&cab, 0, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1), 700, 3);
	ABOUT(driven(net, 0, -1), 0, 0.1);
	cr_assert_eq(answer.summary.matched, cab.count);
	network_free(net);
}

Test(match, movements_follow_each_other_in_time_and_place)
{
	struct network *net = BUILD({0, 2, {0, 0, 300, 0}}, {0, 2, {300, 0, 300, 400}});
	struct cab cab = cab_at(20, 0, 8, 1);

	cab.sigma_m = 3;
	drive(&cab, 300, 0);
	drive(&cab, 300, 380);
	match(net, &cab);
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

Test(match, a_parallel_road_12_m_away_is_not_taken)
{
	struct network *net =
		BUILD({0, 3, {-200, 0, 0, 0, 1000, 0}}, {0, 4, {0, 0, 20, 12, 980, 12, 1000, 0}},
		      {0, 2, {1000, 0, 1200, 0}});

	for (int seed = 1; seed <= 10; seed++) {
		struct cab cab = cab_at(-190, 0, 6, 1);

		cab.sigma_m = 3;
		cab.seed += (uint64_t)seed * 7919;
		drive(&cab, 1190, 0);
		match(net, &cab);
		ABOUT(driven(net, 0, 1), 1190, 40);
		ABOUT(driven(net, 1, 0), 0, 30);
	}
	network_free(net);
}

Test(match, a_turn_in_a_dead_end_is_two_passes)
{
	struct network *net = BUILD({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 80}});
	struct cab cab = cab_at(-200, 0, 5, 1);

	drive(&cab, 0, 0);
	drive(&cab, 0, 78);
	stand(&cab, 10);
	drive(&cab, 0, 0);
	drive(&cab, 200, 0);
	match(net, &cab);
	ABOUT(driven(net, 1, 1), 78, 6);
	ABOUT(driven(net, 1, -1), 78, 6);
	ABOUT(driven(net, 0, 1), 400, 8);
	ABOUT(driven(net, 0, -1), 0, 1);
	network_free(net);
}

Test(match, a_turn_in_the_middle_of_a_link_is_found_where_it_was)
{
	struct network *net = BUILD({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 400}});

	for (int every = 1; every <= 5; every += 4) {
		struct cab cab = cab_at(-200, 0, 5, every);

		drive(&cab, 0, 0);
		drive(&cab, 0, 150);
		stand(&cab, 10);
		drive(&cab, 0, 0);
		drive(&cab, 200, 0);
		match(net, &cab);
		ABOUT(driven(net, 1, 1), 150, 5);
		ABOUT(driven(net, 1, -1), 150, 5);
		ABOUT(furthest(net, 1), 150, 5);
	}
	network_free(net);
}

Test(match, pushing_snow_back_and_forth_at_a_junction_is_found)
{
	struct network *net = BUILD({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 200}},
				    {0, 2, {0, 0, 0, -200}});
	struct cab cab = cab_at(-200, 0, 4, 1);

	drive(&cab, 0, 0);
	drive(&cab, 0, 30);
	drive(&cab, 0, -30);
	drive(&cab, 0, 0);
	drive(&cab, 200, 0);
	match(net, &cab);
	ABOUT(driven(net, 1, 1), 30, 6);
	ABOUT(driven(net, 1, -1), 30, 6);
	ABOUT(driven(net, 2, 0), 60, 10);
	ABOUT(driven(net, 0, 0), 400, 8);
	network_free(net);
}

/* A turn 150 m into a side street, seen by a receiver that errs by sigma_m: mean error of its place. */
static double turn_error_m(double sigma_m, bool measures)
{
	struct network *net = BUILD({0, 3, {-600, 0, 0, 0, 600, 0}}, {0, 2, {0, 0, 0, 400}});
	double sum_m = 0;

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cab cab = cab_at(-500, 0, 5, 1);

		cab.seed ^= seed << 20;
		cab.sigma_m = sigma_m;
		cab.measures = measures;
		drive(&cab, 0, 0);
		drive(&cab, 0, 150);
		drive(&cab, 0, 0);
		drive(&cab, 500, 0);
		match(net, &cab);
		sum_m += fabs(furthest(net, 1) - 150);
	}
	network_free(net);
	return sum_m / 20;
}

Test(match, where_a_vehicle_turned_is_told_by_the_error_its_cross_streets_show)
{
	double seen_m = turn_error_m(10, false), measured_m = turn_error_m(10, true);

	cr_assert_lt(seen_m, 8, "%.1f m", seen_m);
	cr_assert_lt(measured_m, 2.5, "%.1f m", measured_m);
}

/* Too short for positions that err by 8 m, but the receiver measures that the plow backs. */
Test(match, a_push_of_14_m_is_found_by_the_course_the_receiver_measures)
{
	struct network *net = BUILD({0, 2, {0, 0, 600, 0}});

	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cab cab = cab_at(20, 2, 3, 1);

		cab.seed ^= seed << 20;
		cab.sigma_m = 5;
		cab.measures = true;
		drive(&cab, 320, 2);
		cab.speed_mps = 1.6;
		drive(&cab, 306, 2);
		cab.speed_mps = 3;
		drive(&cab, 580, 2);
		match(net, &cab);
		cr_assert_gt(driven(net, 0, -1), 4, "%.1f m back, seed %d", driven(net, 0, -1),
			     (int)seed);
		cr_assert_lt(driven(net, 0, -1), 30, "%.1f m back, seed %d", driven(net, 0, -1),
			     (int)seed);
	}
	network_free(net);
}

Test(match, standing_adds_nothing)
{
	struct network *net = BUILD({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 200}});
	struct cab cab = cab_at(-200, 0, 6, 1);

	cab.sigma_m = 4;
	drive(&cab, 100, 0);
	stand(&cab, 900);
	drive(&cab, 250, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1), 450, 25);
	ABOUT(driven(net, 0, -1), 0, 25);
	ABOUT(driven(net, 1, 0), 0, 0.1);
	network_free(net);
}

/*
 * A trip ends where a long stand begins (gis/trips.h), so that the matcher seldom sees one.  If it
 * does, a receiver that wanders for eight hours makes it leave and come back at most once.
 */
Test(match, eight_hours_parked_beside_a_road_are_one_stand)
{
	struct network *net = BUILD({0, 3, {-300, 0, 0, 0, 300, 0}}, {0, 2, {0, 0, 0, 200}});

	for (int seed = 1; seed <= 5; seed++) {
		static struct cab cab;
		double before, added;

		cab = cab_at(-200, 0, 6, 1);
		cab.seed += (uint64_t)seed * 104729;
		cab.sigma_m = 8;
		drive(&cab, 100, 0);
		drive(&cab, 100, 15);
		match(net, &cab);
		before = driven(net, 0, 0) + driven(net, 1, 0);
		stand(&cab, 8 * 3600);
		match(net, &cab);
		added = driven(net, 0, 0) + driven(net, 1, 0) - before;
		cr_assert_leq(added, 80, "seed %d adds %.1f m", seed, added);
	}
	network_free(net);
}

Test(match, the_carriageways_of_a_divided_road_are_told_apart)
{
	struct network *net =
		BUILD({0, 2, {-200, 0, 0, 0}}, {1, 4, {0, 0, 20, -6, 780, -6, 800, 0}},
		      {1, 4, {800, 0, 780, 6, 20, 6, 0, 0}}, {0, 2, {800, 0, 1000, 0}});
	struct cab cab = cab_at(-150, 0, 8, 1);

	cab.sigma_m = 4;
	drive(&cab, 0, 0);
	drive(&cab, 20, -6);
	drive(&cab, 780, -6);
	drive(&cab, 900, 0);
	stand(&cab, 5);
	drive(&cab, 800, 0);
	drive(&cab, 780, 6);
	drive(&cab, 20, 6);
	drive(&cab, -150, 0);
	match(net, &cab);
	ABOUT(driven(net, 1, 1), 803, 3);
	ABOUT(driven(net, 2, 1), 803, 3);
	ABOUT(driven(net, 1, -1) + driven(net, 2, -1), 0, 1);
	network_free(net);
}

Test(match, a_bridge_is_no_junction)
{
	struct network *net = BUILD({0, 2, {-300, 0, 300, 0}}, {0, 2, {0, -300, 0, 300}});
	struct cab cab = cab_at(-250, 0, 8, 1);

	cab.sigma_m = 4;
	drive(&cab, 250, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1), 500, 20);
	ABOUT(driven(net, 1, 0), 0, 0.1);
	network_free(net);
}

Test(match, a_tunnel_is_claimed_as_inferred)
{
	struct network *net = BUILD({0, 2, {0, 0, 400, 0}}, {0, 2, {400, 0, 1600, 0}},
				    {0, 2, {1600, 0, 2000, 0}});
	struct cab cab = cab_at(50, 0, 12, 1);
	double inferred = 0;

	drive(&cab, 390, 0);
	cab.silent = true;
	drive(&cab, 1610, 0);
	cab.silent = false;
	drive(&cab, 1950, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1) + driven(net, 1, 1) + driven(net, 2, 1), 1900, 15);
	for (size_t i = 0; i < answer.count; i++)
		if (answer.moves[i].inferred)
			inferred +=
				fabs((double)answer.moves[i].to_m - (double)answer.moves[i].from_m);
	ABOUT(inferred, 1220, 40);
	network_free(net);
}

Test(match, a_gap_with_two_ways_is_not_claimed)
{
	struct network *net =
		BUILD({0, 2, {0, 0, 400, 0}}, {0, 4, {400, 0, 420, 300, 1580, 300, 1600, 0}},
		      {0, 4, {400, 0, 420, -290, 1580, -290, 1600, 0}}, {0, 2, {1600, 0, 2000, 0}});
	struct cab cab = cab_at(50, 0, 12, 1);

	drive(&cab, 390, 0);
	cab.silent = true;
	drive(&cab, 1610, 0);
	cab.silent = false;
	drive(&cab, 1950, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1), 350, 15);
	ABOUT(driven(net, 3, 1), 350, 15);
	ABOUT(driven(net, 1, 0) + driven(net, 2, 0), 0, 0.1);
	network_free(net);
}

/* 140 m of a straight road unseen, at 5 m/s before and after, after so many seconds. */
static double unseen(const struct network *net, double seconds)
{
	struct cab cab = cab_at(50, 0, 5, 1);
	double inferred_m = 0;

	drive(&cab, 390, 0);
	cab.silent = true;
	drive(&cab, 530, 0);
	cab.now_s += seconds - 140 / 5.0;
	cab.silent = false;
	drive(&cab, 950, 0);
	match(net, &cab);
	for (size_t i = 0; i < answer.count; i++)
		if (answer.moves[i].inferred)
			inferred_m += fabs((double)answer.moves[i].to_m -
					   (double)answer.moves[i].from_m);
	return inferred_m;
}

Test(match, a_gap_that_left_time_for_another_way_is_not_claimed)
{
	struct network *alone = BUILD({0, 2, {0, 0, 1000, 0}});
	struct network *block =
		BUILD({0, 4, {0, 0, 400, 0, 520, 0, 1000, 0}},
		      {0, 4, {400, 0, 400, 100, 520, 100, 520, 0}});

	ABOUT(unseen(block, 28), 140, 20);
	ABOUT(unseen(block, 200), 20, 20); /* only what leads to both ways */
	ABOUT(unseen(alone, 200), 140, 20);
	network_free(alone);
	network_free(block);
}

Test(match, twice_round_the_block_is_two_passes)
{
	struct network *net =
		BUILD({0, 2, {0, 0, 200, 0}}, {0, 2, {200, 0, 200, 150}},
		      {0, 2, {200, 150, 0, 150}}, {0, 2, {0, 150, 0, 0}}, {0, 2, {-200, 0, 0, 0}});
	struct cab cab = cab_at(-100, 0, 6, 1);

	cab.sigma_m = 3;
	drive(&cab, 0, 0);
	for (int round = 0; round < 2; round++) {
		drive(&cab, 200, 0);
		drive(&cab, 200, 150);
		drive(&cab, 0, 150);
		drive(&cab, 0, 0);
	}
	drive(&cab, -100, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1), 400, 12);
	ABOUT(driven(net, 1, 1), 300, 12);
	ABOUT(driven(net, 2, 1), 400, 12);
	ABOUT(driven(net, 3, 1), 300, 12);
	ABOUT(driven(net, 0, -1) + driven(net, 1, -1), 0, 12);
	network_free(net);
}

Test(match, driving_off_the_roads_claims_none)
{
	struct network *net = BUILD({0, 3, {-300, 0, 0, 0, 600, 0}}, {0, 2, {0, 0, 0, -300}});
	struct cab cab = cab_at(-250, 0, 6, 1);

	cab.sigma_m = 3;
	drive(&cab, -100, 0);
	drive(&cab, -100, 300);
	drive(&cab, 300, 300);
	drive(&cab, 300, 0);
	drive(&cab, 550, 0);
	match(net, &cab);
	ABOUT(driven(net, 0, 1), 400, 90);
	cr_assert_geq(answer.summary.breaks, 1);
	cr_assert_gt(answer.summary.off_road, 100);
	network_free(net);
}

/* Metres claimed on the one road of the map, of a drive that leaves it for another, 90 m beside it. */
static double claimed_beside(bool measures, uint64_t seed)
{
	struct network *net = BUILD({0, 2, {0, 0, 1200, 0}});
	struct cab cab = cab_at(20, 0, 4, 1);
	double claimed_m;

	cab.seed += seed;
	cab.sigma_m = 10;
	cab.measures = measures;
	drive(&cab, 500, 0);
	drive(&cab, 500, 90);
	drive(&cab, 900, 90);
	drive(&cab, 900, 0);
	drive(&cab, 1180, 0);
	match(net, &cab);
	claimed_m = driven(net, 0, 0);
	network_free(net);
	return claimed_m;
}

Test(match, a_road_the_map_lacks_is_told_from_drift_by_the_measured_motion)
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
	struct network *net = BUILD({0, 2, {-600, 0, 0, 0}}, {0, 4, {0, 0, 0, 200, 0, 212, 0, 300}},
				    {0, 2, {0, 200, 400, 200}}, {0, 2, {0, 212, 400, 212}});
	double claimed_m = 0;

	for (uint64_t seed = 1; seed <= 30; seed++) {
		struct cab cab = cab_at(-500, 0, 8, 1);

		cab.seed ^= seed << 20;
		cab.sigma_m = 10;
		cab.measures = measures;
		drive(&cab, 0, 0);
		drive(&cab, 0, 200);
		drive(&cab, 380, 200);
		match(net, &cab);
		claimed_m += driven(net, 3, 0);
	}
	network_free(net);
	return claimed_m / 30;
}

Test(match, two_roads_side_by_side_are_told_apart_by_the_error_the_streets_before_showed)
{
	double with_m = claimed_on_the_wrong_one(true), without_m = claimed_on_the_wrong_one(false);

	cr_assert_lt(with_m, 0.75 * without_m, "%.1f m, not %.1f m", with_m, without_m);
}

Test(match, a_fix_that_jumps_is_counted_and_ignored)
{
	struct network *net = BUILD({0, 2, {0, 0, 1000, 0}}, {0, 2, {0, 800, 1000, 800}});
	struct cab cab = cab_at(50, 0, 8, 1);
	int64_t jumped_ms;

	drive(&cab, 400, 0);
	sight(&cab, 0, 790);
	jumped_ms = cab.fixes[cab.count - 1].time_ms;
	cab.now_s++;
	cab.x_m += 8;
	drive(&cab, 900, 0);
	match(net, &cab);
	cr_assert_eq(answer.summary.jumped, 1);
	cr_assert_eq(answer.jumps, 1);
	cr_assert_eq(answer.jumped_ms, jumped_ms);
	ABOUT(driven(net, 0, 1), 850, 12);
	ABOUT(driven(net, 1, 0), 0, 0.1);
	network_free(net);
}

/* Streets 100 m apart, seven each way. */
static struct network *grid(void)
{
	struct line lines[14] = {0};

	for (int i = 0; i < 14; i++) {
		lines[i].points = 7;
		for (int k = 0; k < 7; k++) {
			lines[i].xy[2 * k] = (i < 7 ? k : i - 7) * 100;
			lines[i].xy[2 * k + 1] = (i < 7 ? i : k) * 100;
		}
	}
	return build(lines, 14);
}

static void plow_the_grid(struct cab *cab)
{
	for (int street = 0; street < 7; street++) {
		drive(cab, street % 2 ? 0 : 600, street * 100);
		if (street < 6)
			drive(cab, street % 2 ? 0 : 600, street * 100 + 100);
	}
}

/* Share of the seven streets that is found, and metres claimed on the others. */
static void score_the_grid(const struct network *net, double *out_found, double *out_false)
{
	double found = 0, wrong = 0;

	for (uint32_t street = 0; street < 7; street++)
		found += fmin(600, driven(net, street, street % 2 ? -1 : 1));
	for (uint32_t street = 8; street < 13; street++)
		wrong += driven(net, street, 0);
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
		match(net, &cab);
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
	match(net, &cab);
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
	match_online(net, &cab);
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
	static struct movement first[MOVES_MOST];
	struct network *net = grid();
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	struct cab cab = cab_at(5, 0, 6, 1), other = cab_at(300, 300, 9, 5);
	size_t count;

	cab.sigma_m = 12;
	plow_the_grid(&cab);
	other.sigma_m = 20;
	drive(&other, 600, 300);
	match(net, &cab);
	count = answer.count;
	memcpy(first, answer.moves, sizeof(first));
	for (int round = 0; round < 2; round++) {
		cr_assert_eq(match_trip(matcher, other.fixes, other.count, on_movement, &answer,
					&answer.summary),
			     0);
		answer.count = 0;
		cr_assert_eq(match_trip(matcher, cab.fixes, cab.count, on_movement, &answer,
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
	struct network *net = BUILD({0, 2, {0, 0, 1000, 0}});
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	struct match_live *live = match_live_new(net, &params, on_movement, &answer);
	struct cab cab = cab_at(50, 0, 8, 1);

	drive(&cab, 100, 0);
	cab.fixes[3].time_ms = cab.fixes[2].time_ms;
	cr_assert_eq(
		match_trip(matcher, cab.fixes, cab.count, on_movement, &answer, &answer.summary),
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
	cr_assert_eq(match_trip(matcher, cab.fixes, 0, on_movement, &answer, &answer.summary), 0);
	drive(&cab, 500, 0);
	cr_assert_eq(
		match_trip(matcher, cab.fixes, cab.count, on_movement, &answer, &answer.summary),
		0);
	cr_assert_eq(answer.count, 0);
	cr_assert_eq(answer.summary.off_road, cab.count);
	matcher_free(matcher);
	network_free(net);
}
