/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parked means nothing cleared: a plow works, stands eight hours beside a road under a receiver
 * that drifts, and works again.  The stand adds not a metre, whatever the driver left the button
 * on, and the two working halves are found as if it had not been.
 */
#include "gis/drive.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "gis/geo.h"
#include "gis/network.h"
#include "gis/trips.h"
#include "tests/sim/gnss.h"
#include "tests/sim/random.h"

#define LON 140.4
#define LAT 38.6
#define START_MS INT64_C(1800000000000)
#define HALF_S 500 /* of work, at 5 m/s: 2,500 m */
#define PARKED_S (8 * 3600)
#define NIGHT_S (HALF_S + PARKED_S + HALF_S)
#define SIGMA_M 8
#define ASIDE_M 15
#define SETTLES_MS 120000 /* just before it leaves it errs onto the road it leaves by */
#define ENDS_M 45         /* a half begins and ends beside the road, under such errors */
#define SEEDS 4

/* Streets every 60 m around the yard at the end of the first half: something to drift onto. */
static struct network *make_streets(void)
{
	enum { LINES = 14 };
	static char ids[LINES][8];
	double lonlat[LINES][4];
	struct road_source sources[LINES] = {0};
	struct geo_scale scale = geo_scale_at(LAT);
	struct network *net;

	for (int i = 0; i < LINES; i++) {
		bool main_road = i == 0;
		double x = main_road ? 0 : 2260 + 40.0 * i;
		double xy[] = {x, main_road ? 0 : -300, main_road ? 6000 : x, main_road ? 0 : 300};

		for (int k = 0; k < 4; k += 2) {
			lonlat[i][k] = LON + xy[k] / scale.x_m_per_deg;
			lonlat[i][k + 1] = LAT + xy[k + 1] / scale.y_m_per_deg;
		}
		snprintf(ids[i], sizeof(ids[i]), "%d", i);
		sources[i].road = (struct road){.id = i + 1,
						.layer = "r",
						.source_id = ids[i],
						.name = "",
						.class_code = ""};
		sources[i].lonlat = lonlat[i];
		sources[i].points = 2;
	}
	cr_assert_eq(network_build(sources, LINES, &net), 0);
	return net;
}

/* What the driver, or nobody, told the unit while the plow stood. */
struct stand {
	const char *what, *class_code;
	char work;
	bool measures; /* the receiver gives its speed and course */
};

static const struct stand stands[] = {
	{"in its depot", "dozer", 'B', true},
	{"refuelling", "truck", 'G', true},
	{"waiting for orders", "rotary", 'R', true},
	{"at home, nobody said anything", "any", 'U', true},
	{"the button left on new snow", "dozer", 'N', true},
	{"the button left on new snow, a receiver without speed", "dozer", 'N', false},
	{"nobody said anything, a receiver without speed", "any", 'U', false},
};

struct night {
	struct fix fixes[NIGHT_S];
	size_t count;
};

static void make_night(const struct network *net, const struct stand *stand, uint64_t seed,
		       struct night *out)
{
	struct sim_random random = sim_random_of(seed, 1);
	struct gnss gnss = gnss_of(random, SIGMA_M, 0);

	gnss.next_outage_s = INFINITY; /* it would hide when the plow stopped */
	out->count = 0;
	for (int second = 0; second < NIGHT_S; second++) {
		bool parked = second >= HALF_S && second < HALF_S + PARKED_S;
		double x = 5.0 * (second < HALF_S ? second : parked ? HALF_S : second - PARKED_S);
		struct place place = {.speed_mps = parked ? 0 : 5, .course_deg = 90};
		struct fix *fix = &out->fixes[out->count];

		network_to_local(net, LON, LAT, &place.x_m, &place.y_m);
		place.x_m += x;
		place.y_m += parked ? ASIDE_M : 2;
		if (!gnss_measure(&gnss, net, &place, (struct sky){false, false}, second, 1, fix))
			continue;
		fix->time_ms = START_MS + 1000 * (int64_t)second;
		fix->work = parked ? stand->work : 'N';
		fix->work_source = WORK_FROM_BUTTON;
		if (!stand->measures)
			fix->speed_cmps = fix->course_cdeg = FIX_ABSENT;
		out->count++;
	}
}

struct answer {
	struct matcher *matcher;
	const struct network *net;
	const struct fix *fixes;
	struct drive_params params;
	struct span_list spans;
};

static void on_trip(size_t first, size_t count, void *arg)
{
	struct answer *answer = arg;
	struct match_summary summary;

	cr_assert_eq(drive_trip(answer->matcher, answer->net, &answer->params,
				answer->fixes + first, count, &answer->spans, &summary),
		     0);
}

/* Metres at work of the spans whose middle lies between two times. */
static double worked(const struct answer *answer, int64_t from_ms, int64_t to_ms)
{
	double metres = 0;

	for (size_t i = 0; i < answer->spans.count; i++) {
		const struct span *span = &answer->spans.spans[i];
		int64_t middle_ms = span->start_ms + (span->end_ms - span->start_ms) / 2;

		if (span->at_work && middle_ms >= from_ms && middle_ms < to_ms)
			metres += fabs(span->to_m - span->from_m);
	}
	return metres;
}

static void check(const struct network *net, const struct stand *stand, uint64_t seed)
{
	static struct night night; /* 3 MB */
	struct match_params params = match_params_default();
	struct trip_params trips = trip_params_default();
	struct answer answer = {.matcher = matcher_new(net, &params),
				.net = net,
				.fixes = night.fixes,
				.params = {.class_of_vehicle = work_class_find(stand->class_code),
					   .from_ms = INT64_MIN,
					   .to_ms = INT64_MAX}};
	int64_t parks_ms = START_MS + 1000 * HALF_S, leaves_ms = parks_ms + 1000 * PARKED_S;
	double before, during, after;

	make_night(net, stand, seed, &night);
	trips_split(night.fixes, night.count, &trips, on_trip, &answer);
	before = worked(&answer, START_MS, parks_ms + SETTLES_MS);
	during = worked(&answer, parks_ms + SETTLES_MS, leaves_ms - SETTLES_MS);
	after = worked(&answer, leaves_ms - SETTLES_MS, INT64_MAX);
	cr_expect_eq(during, 0, "%s, seed %d: %.2f m while it stood", stand->what, (int)seed,
		     during);
	cr_expect_float_eq(before, 5 * HALF_S, ENDS_M, "%s, seed %d: %.1f m before", stand->what,
			   (int)seed, before);
	cr_expect_float_eq(after, 5 * HALF_S, ENDS_M, "%s, seed %d: %.1f m after", stand->what,
			   (int)seed, after);
	matcher_free(answer.matcher);
	span_list_free(&answer.spans);
}

Test(parked, eight_hours_under_a_drifting_receiver_add_not_a_metre)
{
	struct network *net = make_streets();

	for (size_t i = 0; i < sizeof(stands) / sizeof(stands[0]); i++)
		for (uint64_t seed = 1; seed <= SEEDS; seed++)
			check(net, &stands[i], seed);
	network_free(net);
}
