/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/fleet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "common/wire.h"
#include "gis/geo.h"
#include "gis/network.h"
#include "gis/route.h"
#include "tests/sim/crew.h"
#include "tests/sim/gnss.h"
#include "tests/sim/motion.h"
#include "tests/sim/plan.h"
#include "tests/sim/random.h"
#include "tests/sim/truth.h"

#define SIDE 12 /* streets each way */
#define BLOCK_M 120.0

/* A grid of streets, each cut at its crossings; one is one-way, and a dead end and a sidewalk lie
 * apart. */
static struct network *grid_town(void)
{
	static double lonlat[2 * SIDE + 2][2 * SIDE];
	static char ids[2 * SIDE + 2][8];
	struct road_source sources[2 * SIDE + 2] = {0};
	struct geo_scale scale = geo_scale_at(38.6);
	double dx = BLOCK_M / scale.x_m_per_deg, dy = BLOCK_M / scale.y_m_per_deg;
	struct network *net = NULL;

	for (size_t i = 0; i < 2 * SIDE; i++) {
		for (size_t k = 0; k < SIDE; k++) {
			lonlat[i][2 * k] = 140.4 + dx * (double)(i < SIDE ? i : k);
			lonlat[i][2 * k + 1] = 38.6 + dy * (double)(i < SIDE ? k : i - SIDE);
		}
		sources[i].points = SIDE;
	}
	for (size_t k = 0; k < 2; k++) {
		lonlat[2 * SIDE][2 * k] = 140.4 - dx * (double)k; /* from the corner to the west */
		lonlat[2 * SIDE][2 * k + 1] = 38.6;
		lonlat[2 * SIDE + 1][2 * k] = 140.4 + dx * (1.3 + (double)k); /* meets nothing */
		lonlat[2 * SIDE + 1][2 * k + 1] = 38.6 + 0.05 * dy;
		sources[2 * SIDE + k].points = 2;
	}
	for (size_t i = 0; i < 2 * SIDE + 2; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%zu", i);
		sources[i].lonlat = lonlat[i];
		sources[i].road = (struct road){.id = (int64_t)i + 1,
						.layer = "town",
						.source_id = ids[i],
						.name = "",
						.class_code = "",
						.width_m = 6};
	}
	sources[3].road.oneway = 1;
	sources[2 * SIDE + 1].road.flags = ROAD_SIDEWALK;
	cr_assert_eq(network_build(sources, 2 * SIDE + 2, &net), 0);
	return net;
}

Test(sim_random, gives_the_same_numbers_for_the_same_seed_and_others_for_another_stream)
{
	struct sim_random a = sim_random_of(7, 1), b = sim_random_of(7, 1), c = sim_random_of(7, 2);
	int same = 0;

	for (int i = 0; i < 100; i++) {
		uint64_t x = sim_bits(&a);

		cr_assert_eq(x, sim_bits(&b));
		same += x == sim_bits(&c);
	}
	cr_assert_eq(same, 0);
}

Test(sim_random, draws_normal_numbers_with_mean_0_and_deviation_1)
{
	struct sim_random random = sim_random_of(1, 1);
	double sum = 0, squares = 0;

	for (int i = 0; i < 100000; i++) {
		double x = sim_normal(&random);

		sum += x;
		squares += x * x;
	}
	cr_assert_lt(fabs(sum / 1e5), 0.02);
	cr_assert_lt(fabs(squares / 1e5 - 1), 0.02);
}

Test(sim_plan, gives_every_joined_carriageway_to_exactly_one_vehicle)
{
	struct network *net = grid_town();
	struct plan *plan = plan_new(net, 3, NULL, 0);
	size_t links = network_links(net), total = 0;
	int *given = calloc(links, sizeof(*given));

	for (size_t v = 0; v < 3; v++) {
		size_t count;
		const uint32_t *mine = plan_links(plan, v, &count);

		cr_assert_gt(count, links / 6);
		for (size_t i = 0; i < count; i++)
			given[mine[i]]++;
		total += count;
	}
	cr_assert_eq(total, links - 1, "all but the sidewalk");
	for (size_t i = 0; i < links; i++) {
		bool sidewalk = network_road(net, network_link(net, (uint32_t)i)->road)->flags &
				ROAD_SIDEWALK;

		cr_assert_eq(given[i], sidewalk ? 0 : 1);
	}
	free(given);
	plan_free(plan);
	network_free(net);
}

Test(sim_plan, starts_from_the_road_before_the_nearest_depot)
{
	struct network *net = grid_town();
	const double depots[] = {141.0, 39.0, 140.4, 38.6004};
	struct plan *plan = plan_new(net, 1, depots, 2);
	struct yard yard = plan_yard(plan, 0);
	double x, y, depot_x, depot_y, course;

	network_point(net, yard.link, yard.along_m, &x, &y, &course);
	network_to_local(net, depots[2], depots[3], &depot_x, &depot_y);
	cr_assert_lt(hypot(x - depot_x, y - depot_y), 20);
	plan_free(plan);
	network_free(net);
}

/* A crew at work in the whole grid. */
struct night {
	struct network *net;
	struct route *route;
	struct plan *plan;
	struct crew *crew;
};

static struct night night_of(uint64_t seed)
{
	struct night night = {.net = grid_town()};
	struct crew_task task;

	night.route = route_new(night.net);
	night.plan = plan_new(night.net, 1, NULL, 0);
	task = (struct crew_task){.net = night.net,
				  .route = night.route,
				  .yard = plan_yard(night.plan, 0),
				  .machine = machine_of(0, false)};
	task.links = plan_links(night.plan, 0, &task.count);
	night.crew = crew_new(&task, sim_random_of(seed, 0));
	return night;
}

static void night_end(struct night *night)
{
	crew_free(night->crew);
	plan_free(night->plan);
	route_free(night->route);
	network_free(night->net);
}

Test(sim_crew, clears_every_street_in_both_directions_and_a_one_way_street_in_one)
{
	struct night night = night_of(5);
	size_t links = network_links(night.net);
	double(*driven_m)[2] = calloc(links, sizeof(*driven_m));
	double last_m = 0, now_s = 0;
	uint32_t last = NETWORK_NONE;

	/* Until it stands in its yard again. */
	while (now_s < 80000) {
		struct place place;

		crew_step(night.crew, now_s += 0.2, 0.2);
		place = motion_place(crew_motion(night.crew));
		if (crew_rounds(night.crew) == 1 && place.work == 'B')
			break;
		if (place.link == last && work_is_clearing(place.work) && place.along_m != last_m)
			driven_m[last][place.along_m < last_m] += fabs(place.along_m - last_m);
		last = place.link;
		last_m = place.along_m;
	}
	cr_assert_eq(crew_rounds(night.crew), 1, "not done after %g s", now_s);
	for (uint32_t i = 0; i < links; i++) {
		const struct link *link = network_link(night.net, i);
		const struct road *road = network_road(night.net, link->road);

		if (road->flags & ROAD_SIDEWALK) {
			cr_assert_eq(driven_m[i][0] + driven_m[i][1], 0);
			continue;
		}
		cr_assert_gt(driven_m[i][0], link->length_m - 3, "forward on link %u", i);
		if (road->oneway == 0)
			cr_assert_gt(driven_m[i][1], link->length_m - 3, "backward on link %u", i);
		else
			cr_assert_lt(driven_m[i][1], 60, "only backing, against the one-way");
	}
	free(driven_m);
	night_end(&night);
}

/* The street with one open end: the last but the sidewalk. */
static bool is_dead_end(const struct network *net, uint32_t link)
{
	return network_road(net, network_link(net, link)->road)->id == 2 * SIDE + 1;
}

/* How long a crew stood with a work code, in its yard and elsewhere, longest. */
struct stood {
	double yard_s, elsewhere_s;
};

static void note_standing(struct stood *stood, struct yard yard, struct place place, double since_s)
{
	bool in_yard = place.link == yard.link && fabs(place.along_m - yard.along_m) < 1;
	double *longest = in_yard ? &stood->yard_s : &stood->elsewhere_s;

	*longest = fmax(*longest, since_s);
}

Test(sim_crew, waits_and_refuels_in_its_yard_rests_on_the_way_and_backs_out_of_a_dead_end)
{
	struct night night = night_of(7);
	struct yard yard = plan_yard(night.plan, 0);
	struct stood waits = {0}, refuels = {0}, rests = {0};
	double since_s = 0, backing_s = 0;
	char work = '\0';

	for (double now_s = 0; now_s < 30000; now_s += 0.2) {
		struct place place;

		crew_step(night.crew, now_s, 0.2);
		place = motion_place(crew_motion(night.crew));
		since_s = place.work == work && place.speed_mps == 0 ? since_s + 0.2 : 0;
		work = place.work;
		if (work == 'B')
			note_standing(&waits, yard, place, since_s);
		if (work == 'G')
			note_standing(&refuels, yard, place, since_s);
		if (work == 'R')
			note_standing(&rests, yard, place, since_s);
		if (place.backing && place.speed_mps > 0 && is_dead_end(night.net, place.link))
			backing_s += 0.2;
	}
	cr_expect(waits.yard_s > 15 && waits.yard_s < 2400, "waited for %g s", waits.yard_s);
	cr_expect(refuels.yard_s > 400 && refuels.yard_s < 860, "refuelled for %g s", refuels.yard_s);
	cr_expect(rests.elsewhere_s > 580 && rests.elsewhere_s < 1220, "rested for %g s", rests.elsewhere_s);
	cr_expect_lt(refuels.elsewhere_s, 1, "there is no fuel in the street");
	cr_expect_gt(backing_s, 20, "backed out of the dead end for %g s", backing_s);
	night_end(&night);
}

Test(sim_crew, keeps_to_the_speeds_and_forces_a_plow_has)
{
	struct night night = night_of(6);
	double before_mps = 0, x = NAN, y = NAN;

	for (double now_s = 0; now_s < 6000; now_s += 0.2) {
		struct place place;

		crew_step(night.crew, now_s, 0.2);
		place = motion_place(crew_motion(night.crew));
		cr_assert_geq(place.speed_mps, 0);
		cr_assert_leq(place.speed_mps, place.work == 'N' ? 20.1 / 3.6 : 40.1 / 3.6);
		cr_assert_leq(place.speed_mps - before_mps, 0.2 * MOTION_SPEED_UP_MPS2 + 1e-9);
		/* The last decimetre before a stop is taken in one step. */
		cr_assert_leq(before_mps - place.speed_mps,
			      place.speed_mps > 0 ? 0.2 * MOTION_BRAKE_MPS2 + 1e-9 : 0.6);
		cr_assert_geq(place.along_m, 0);
		cr_assert_leq(place.along_m, network_link(night.net, place.link)->length_m);
		/* At a corner the lane beside one street becomes the lane beside the other. */
		if (!isnan(x))
			cr_assert_lt(hypot(place.x_m - x, place.y_m - y), 6);
		x = place.x_m;
		y = place.y_m;
		before_mps = place.speed_mps;
	}
	night_end(&night);
}

/* Errors of a receiver that stands in one place, once a second. */
static void measure(double sigma_m, struct sky sky, double *east_m, size_t count)
{
	struct network *net = grid_town();
	struct motion *motion = motion_new(net, 0, 10, 0);
	struct place place = motion_place(motion);
	struct gnss gnss = gnss_of(sim_random_of(3, 3), sigma_m, 0);
	double last = 0;

	for (size_t i = 0; i < count; i++) {
		struct fix fix;
		double x_m, y_m;

		if (gnss_measure(&gnss, net, &place, sky, (double)i, 1, &fix)) {
			network_to_local(net, 1e-7 * fix.lon_e7, 1e-7 * fix.lat_e7, &x_m, &y_m);
			last = x_m - place.x_m;
		}
		east_m[i] = last;
	}
	motion_free(motion);
	network_free(net);
}

static double covariance(const double *values, size_t count, size_t lag)
{
	double sum = 0;

	for (size_t i = lag; i < count; i++)
		sum += values[i] * values[i - lag];
	return sum / (double)(count - lag);
}

Test(sim_gnss, errs_by_sigma_and_remembers_its_error_for_about_half_a_minute)
{
	static double east_m[200000];
	const size_t count = sizeof(east_m) / sizeof(east_m[0]);
	double square;

	measure(4, (struct sky){false, false}, east_m, count);
	square = covariance(east_m, count, 0);
	cr_assert_lt(fabs(sqrt(square) - 4), 1, "deviation %g m", sqrt(square));
	cr_assert_gt(covariance(east_m, count, 5) / square, 0.75);
	cr_assert_gt(covariance(east_m, count, 30) / square, 0.25);
	cr_assert_lt(covariance(east_m, count, 200) / square, 0.15);
}

Test(sim_gnss, says_nothing_in_a_tunnel)
{
	double east_m[500];

	measure(4, (struct sky){false, true}, east_m, 500);
	for (size_t i = 0; i < 500; i++)
		cr_assert_eq(east_m[i], 0);
}

Test(sim_gnss, falls_silent_for_30_to_200_s_as_often_as_asked)
{
	struct network *net = grid_town();
	struct motion *motion = motion_new(net, 0, 10, 0);
	struct place place = motion_place(motion);
	struct gnss gnss = gnss_of(sim_random_of(3, 3), 4, 600);
	int silent_s = 0, silences = 0, all_s = 0;
	const int seconds = 200000;

	gnss.next_outage_s = INFINITY;
	for (int i = 0; i < seconds; i++) {
		struct fix fix;

		if (!gnss_measure(&gnss, net, &place, (struct sky){false, false}, i, 1, &fix)) {
			silent_s++;
			all_s++;
			continue;
		}
		if (silent_s > 0) {
			silences++;
			cr_assert(silent_s >= 29 && silent_s <= 201, "%d s", silent_s);
		}
		silent_s = 0;
	}
	cr_assert_float_eq((double)(seconds - all_s) / silences, 600, 120);
	motion_free(motion);
	network_free(net);
}

static struct fix fix_at(int64_t time_ms)
{
	struct fix fix = fix_none();

	fix.time_ms = time_ms;
	fix.lon_e7 = 1404000000;
	fix.lat_e7 = 386000000;
	fix.flags = FIX_VALID;
	fix.work = 'N';
	fix.work_source = WORK_FROM_BUTTON;
	return fix;
}

Test(sim_radio, sends_again_what_nobody_acknowledged_and_forgets_what_was)
{
	const struct radio_mishaps none = {0};
	struct seal_key key;
	struct radio *radio;
	uint8_t datagram[SEAL_DATAGRAM_MAX], plain[SEAL_PLAIN_MAX];
	static struct wire_fixes message;
	struct wire_ack ack = {.spool_id = 9, .count = 1, .ranges = {{3, 5}}};
	uint64_t number;
	size_t size;

	cr_assert_eq(seal_init(), 0);
	seal_key_new(&key);
	radio = radio_new(&key, 9, &none, sim_random_of(1, 1));
	for (int i = 0; i < 5; i++) {
		struct fix fix = fix_at(INT64_C(1800000000000) + 1000 * i);

		radio_record(radio, &fix);
	}
	size = radio_next(radio, 100, 0, datagram);
	cr_assert_gt(size, 0);
	cr_assert_eq(radio_next(radio, 200, 0, datagram), 0, "all of it is on its way");
	size = radio_next(radio, 5000, 0, datagram);
	cr_assert_eq(seal_open(&key, datagram, size, &number, plain, &size), SEAL_OK);
	cr_assert_eq(wire_get_fixes(plain, size, &message), 0);
	cr_assert_eq(message.count, 5);
	cr_assert_eq(number, 2);

	ack.answers = number;
	size = wire_put_ack(&ack, plain, sizeof(plain));
	size = seal_close(&key, SEAL_ACK, 1, plain, size, datagram);
	cr_assert(radio_hear(radio, 5010, datagram, size));
	cr_assert_eq(radio_kept(radio), 5, "1 and 2 are missing, so nothing can be dropped yet");
	size = radio_next(radio, 60000, 0, datagram);
	cr_assert_eq(seal_open(&key, datagram, size, &number, plain, &size), SEAL_OK);
	cr_assert_eq(wire_get_fixes(plain, size, &message), 0);
	cr_assert_eq(message.count, 2);
	cr_assert_eq(message.fixes[1].seq, 2);
	radio_free(radio);
}

/* The truth of a night of so many seconds as text; to be freed. */
static char *truth_of(struct network *net, uint64_t seed, int64_t seconds)
{
	struct fleet_settings settings = {.vehicles = 3,
					  .seed = seed,
					  .start_ms = INT64_C(1800000000000),
					  .length_ms = 1000 * seconds,
					  .interval_ms = 500,
					  .sigma_m = 4};
	struct fleet *fleet = fleet_new(net, &settings);
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	fleet_write_truth(fleet, file);
	while (!fleet_is_over(fleet))
		fleet_step(fleet);
	fleet_free(fleet);
	fclose(file);
	return text;
}

Test(sim_fleet, drives_the_same_night_for_the_same_seed_and_another_one_for_another)
{
	struct network *net = grid_town();
	char *a = truth_of(net, 1, 900), *b = truth_of(net, 1, 900), *c = truth_of(net, 2, 900);

	cr_assert_str_eq(a, b);
	cr_assert_str_neq(a, c);
	free(a);
	free(b);
	free(c);
	network_free(net);
}

Test(sim_fleet, writes_one_row_of_truth_a_second_for_each_vehicle)
{
	struct network *net = grid_town();
	char *text = truth_of(net, 1, 60);
	size_t lines = 0;

	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	cr_assert_eq(lines, 1 + 3 * 60);
	cr_assert_eq(strstr(text, "vehicle,unix_time,layer,source_id,offset_m,direction,at_work\n"
				  "SIM-001,1800000000,town,"),
		     text, "%.100s", text);
	free(text);
	network_free(net);
}
