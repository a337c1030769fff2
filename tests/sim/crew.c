/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/crew.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network.h"
#include "gis/route.h"
#include "tests/sim/motion.h"

#define KMH(speed) ((speed) / 3.6)

#define AHEAD_M 150.0     /* legs are planned so far ahead */
#define SHORT_WAY_M 260.0 /* over cleared road: shorter, and the blade stays down */
#define SHIFT_S 8100.0    /* between breaks */
#define YARD_ASIDE_M 11.0
#define BACKING_MPS KMH(6)
#define WORK_MOST_MPS KMH(20)
#define WORK_LEAST_MPS KMH(5)
#define TRANSFER_MOST_MPS KMH(40)
#define FAR_COST 1e7
#define ROUTE_MOST 4096

/* Driving against a one-way road is what nobody does who has another way. */
static const struct route_costs costs = {
	.per_m = 1,
	.against = 2e4,
	.against_per_m = 50,
	.turn_at_node = 160,
	.turn_at_end = 25,
};

struct crew {
	struct crew_task task;
	struct sim_random random;
	struct motion *motion;
	uint32_t *arcs; /* of the part: the first `left` are still to be cleared */
	size_t count, left;
	uint32_t link; /* where the planned legs end, and how the vehicle moves there */
	double along_m;
	int direction;
	double fuel_m, rested_s;
	bool in_yard;
	unsigned rounds;
};

struct machine machine_of(size_t vehicle, bool on_main_roads)
{
	static const struct machine machines[] = {
		{"dozer", KMH(10), KMH(31), false}, {"grader", KMH(13), KMH(35), false},
		{"dozer", KMH(9), KMH(30), true},   {"dozer", KMH(11), KMH(32), false},
		{"truck", KMH(17), KMH(39), false}, {"rotary", KMH(7), KMH(28), true},
		{"dozer", KMH(10), KMH(31), false}, {"grader", KMH(12), KMH(34), true},
	};
	static const struct machine trucks[] = {
		{"truck", KMH(19), KMH(40), false},
		{"truck", KMH(18), KMH(39), true},
	};

	return on_main_roads ? trucks[vehicle % 2] : machines[vehicle % 8];
}

static const struct road *road_of(const struct network *net, uint32_t link)
{
	return network_road(net, network_link(net, link)->road);
}

/* Both directions of every street, but not against a one-way. */
static void list_arcs(struct crew *crew)
{
	crew->arcs = x_calloc(2 * crew->task.count, sizeof(*crew->arcs));
	for (size_t i = 0; i < crew->task.count; i++) {
		for (int direction = 1; direction >= -1; direction -= 2) {
			uint32_t arc = arc_of(crew->task.links[i], direction);

			if (!arc_is_against(crew->task.net, arc))
				crew->arcs[crew->count++] = arc;
		}
	}
	crew->left = crew->count;
}

/* Goes to a place on the link it is on. */
static void go(struct crew *crew, double to_m, struct leg leg)
{
	if (to_m == crew->along_m)
		return;
	leg.link = crew->link;
	leg.from_m = crew->along_m;
	leg.to_m = to_m;
	motion_append(crew->motion, &leg);
	crew->along_m = to_m;
	crew->direction = leg.to_m < leg.from_m ? -1 : 1;
}

static void stand(struct crew *crew, char work, double seconds)
{
	struct leg leg = {.link = crew->link,
			  .from_m = crew->along_m,
			  .to_m = crew->along_m,
			  .pause_s = seconds,
			  .work = work};

	motion_append(crew->motion, &leg);
}

struct crew *crew_new(const struct crew_task *task, struct sim_random random)
{
	struct crew *crew = x_calloc(1, sizeof(*crew));

	crew->task = *task;
	crew->random = random;
	list_arcs(crew);
	crew->link = task->yard.link;
	crew->along_m = task->yard.along_m;
	crew->in_yard = true;
	if (task->begins_at_work && task->count) {
		crew->link = task->links[task->count / 2];
		crew->along_m = network_link(task->net, crew->link)->length_m / 2;
		crew->in_yard = false;
	}
	crew->direction = road_of(task->net, crew->link)->oneway < 0 ? -1 : 1;
	crew->motion =
		motion_new(task->net, crew->link, crew->along_m, crew->in_yard ? YARD_ASIDE_M : 0);
	if (crew->in_yard)
		stand(crew, 'B', sim_range(&crew->random, 20, 240));
	crew->fuel_m = sim_range(&crew->random, 16000, 26000);
	return crew;
}

void crew_free(struct crew *crew)
{
	if (!crew)
		return;
	motion_free(crew->motion);
	free(crew->arcs);
	free(crew);
}

struct motion *crew_motion(const struct crew *crew)
{
	return crew->motion;
}

size_t crew_left(const struct crew *crew)
{
	return crew->left;
}

unsigned crew_rounds(const struct crew *crew)
{
	return crew->rounds;
}

/* A narrow street slows everybody down. */
static double slowed(const struct crew *crew, uint32_t link, double speed_mps)
{
	float width_m = road_of(crew->task.net, link)->width_m;

	return width_m > 0 && width_m < 4.6f ? 0.75 * speed_mps : speed_mps;
}

static struct leg work_leg(struct crew *crew, uint32_t link)
{
	double mood = sim_range(&crew->random, 0.8, 1.1);
	double speed_mps = slowed(crew, link, mood * crew->task.machine.work_mps);

	return (struct leg){.work = 'N',
			    .limit_mps = fmax(WORK_LEAST_MPS, fmin(WORK_MOST_MPS, speed_mps))};
}

static struct leg transfer_leg(struct crew *crew, uint32_t link)
{
	double mood = sim_range(&crew->random, 0.9, 1.05);
	double speed_mps = slowed(crew, link, mood * crew->task.machine.transfer_mps);

	return (struct leg){.work = 'M', .limit_mps = fmin(TRANSFER_MOST_MPS, speed_mps)};
}

/* Enters an arc whose beginning the vehicle has reached. */
static void enter(struct crew *crew, uint32_t arc)
{
	crew->link = arc_link(arc);
	crew->along_m =
		arc_is_forward(arc) ? 0 : network_link(crew->task.net, crew->link)->length_m;
	crew->direction = arc_is_forward(arc) ? 1 : -1;
}

static double end_of(const struct crew *crew, uint32_t arc)
{
	return arc_is_forward(arc) ? network_link(crew->task.net, arc_link(arc))->length_m : 0;
}

static bool is_turn_round(const struct crew *crew, uint32_t arc)
{
	return arc_link(arc) == crew->link && crew->along_m == end_of(crew, arc_reverse(arc));
}

/* Drives a whole arc as `leg` says; turns round first, or backs out, where it came in by it. */
static void drive_arc(struct crew *crew, uint32_t arc, struct leg leg)
{
	if (is_turn_round(crew, arc)) {
		leg.pause_s = sim_range(&crew->random, 5, 15);
		leg.backing = arc_ends_dead(crew->task.net, arc_reverse(arc)) &&
			      arc_length_m(crew->task.net, arc) < 160 &&
			      sim_chance(&crew->random, 0.5);
		if (leg.backing)
			leg.limit_mps = BACKING_MPS;
	}
	enter(crew, arc);
	go(crew, end_of(crew, arc), leg);
}

/* Backs away from the heap in mid-street, then takes it in a second run. */
static void push_again(struct crew *crew, struct leg leg)
{
	double length_m = network_link(crew->task.net, crew->link)->length_m;
	int direction = crew->direction;
	double run_m = length_m * sim_range(&crew->random, 0.4, 0.8);
	double heap_m = direction > 0 ? run_m : length_m - run_m;
	double back_m =
		heap_m - direction * sim_range(&crew->random, 14, fmin(40, 0.35 * length_m));
	struct leg back = leg;

	go(crew, heap_m, leg);
	back.backing = true;
	back.limit_mps = BACKING_MPS;
	back.pause_s = sim_range(&crew->random, 2, 5);
	go(crew, back_m, back);
	leg.pause_s = sim_range(&crew->random, 2, 4);
	go(crew, direction > 0 ? length_m : 0, leg);
}

static double turn_into(const struct crew *crew, uint32_t arc)
{
	const struct network *net = crew->task.net;
	double x, y, here, there;

	network_point(net, crew->link, crew->along_m, &x, &y, &here);
	network_point(net, arc_link(arc), end_of(crew, arc_reverse(arc)), &x, &y, &there);
	return geo_turn_deg(here + (crew->direction < 0 ? 180 : 0),
			    there + (arc_is_forward(arc) ? 0 : 180));
}

/* At a junction: pushes the heap straight across, then comes back to the junction. */
static void push_across(struct crew *crew)
{
	size_t count;
	uint32_t node = arc_head(crew->task.net, arc_of(crew->link, crew->direction));
	const struct leaving *leaving = network_leaving(crew->task.net, node, &count);
	uint32_t here = crew->link;
	int direction = crew->direction;

	for (size_t i = 0; i < count; i++) {
		uint32_t arc = arc_of(leaving[i].link, leaving[i].direction);
		struct leg leg;
		double start_m, far_m;

		if (leaving[i].link == here || arc_is_against(crew->task.net, arc) ||
		    arc_length_m(crew->task.net, arc) < 30 || turn_into(crew, arc) > 35)
			continue;
		leg = work_leg(crew, leaving[i].link);
		enter(crew, arc);
		start_m = crew->along_m;
		far_m = start_m + crew->direction * sim_range(&crew->random, 7, 14);
		go(crew, far_m, leg);
		leg.backing = true;
		leg.limit_mps = BACKING_MPS;
		leg.pause_s = sim_range(&crew->random, 2, 4);
		go(crew, start_m, leg);
		/* It stands at the junction again, as it came to it. */
		crew->link = here;
		crew->direction = direction;
		crew->along_m = end_of(crew, arc_of(here, direction));
		return;
	}
}

static void clear_arc(struct crew *crew, uint32_t arc)
{
	struct leg leg = work_leg(crew, arc_link(arc));
	bool turned = is_turn_round(crew, arc);
	double length_m = arc_length_m(crew->task.net, arc);

	for (size_t i = 0; i < crew->left; i++) {
		if (crew->arcs[i] == arc) {
			crew->arcs[i] = crew->arcs[--crew->left];
			crew->arcs[crew->left] = arc;
			break;
		}
	}
	crew->fuel_m -= length_m;
	if (!turned && length_m > 60 && sim_chance(&crew->random, 0.06)) {
		enter(crew, arc);
		push_again(crew, leg);
	} else {
		drive_arc(crew, arc, leg);
	}
	if (sim_chance(&crew->random, 0.08))
		push_across(crew);
	if (sim_chance(&crew->random, 0.004))
		stand(crew, 'B', sim_range(&crew->random, 60, 240));
}

/* The uncleared street that goes on most nearly straight ahead; ARC_NONE where none begins here. */
static uint32_t choose_here(const struct crew *crew)
{
	const struct network *net = crew->task.net;
	uint32_t arrival = arc_of(crew->link, crew->direction), best = ARC_NONE;
	double best_deg = INFINITY;

	if (crew->along_m != end_of(crew, arrival))
		return ARC_NONE;
	for (size_t i = 0; i < crew->left; i++) {
		uint32_t arc = crew->arcs[i];
		double turn;

		if (arc_head(net, arc_reverse(arc)) != arc_head(net, arrival))
			continue;
		turn = turn_into(crew, arc);
		if (turn > 130 && !(arc_ends_dead(net, arrival) || crew->left < 3))
			turn += 1000; /* only when nothing else is left here */
		if (turn < best_deg) {
			best_deg = turn;
			best = arc;
		}
	}
	return best_deg < 1000 ? best : ARC_NONE;
}

/* Finds the nearest target named by the caller and drives to its beginning.  ARC_NONE: no way. */
static uint32_t drive_to_target(struct crew *crew)
{
	uint32_t arc = arc_of(crew->link, crew->direction), between[ROUTE_MOST];
	double rest_m = fabs(end_of(crew, arc) - crew->along_m);
	double back_m = arc_length_m(crew->task.net, arc) - rest_m;
	struct route_hit hit;
	size_t count;

	route_start(crew->task.route, arc, rest_m, 0, 0);
	if (rest_m > 0)
		route_start(crew->task.route, arc_reverse(arc), back_m, 60, 1);
	if (!route_next(crew->task.route, &hit))
		return ARC_NONE;
	count = route_between(crew->task.route, &hit, between, ROUTE_MOST);
	if (count > ROUTE_MOST)
		return ARC_NONE;
	if (rest_m > 0) {
		struct leg out = transfer_leg(crew, crew->link);

		out.pause_s = hit.tag ? sim_range(&crew->random, 4, 9) : 0;
		go(crew, end_of(crew, hit.tag ? arc_reverse(arc) : arc), out);
	}
	for (size_t i = 0; i < count; i++) {
		struct leg leg = hit.metres < SHORT_WAY_M
					 ? work_leg(crew, arc_link(between[i]))
					 : transfer_leg(crew, arc_link(between[i]));

		drive_arc(crew, between[i], leg);
	}
	return hit.arc;
}

/* Goes to the yard and stands there. */
static void go_home(struct crew *crew, char work, double seconds)
{
	const struct yard *yard = &crew->task.yard;
	uint32_t forward = arc_of(yard->link, 1), arc;

	route_begin(crew->task.route, &costs, FAR_COST, FAR_COST);
	for (int i = 0; i < 2; i++) {
		uint32_t way = i ? arc_reverse(forward) : forward;

		if (!arc_is_against(crew->task.net, way))
			route_target(crew->task.route, way, 0);
	}
	arc = drive_to_target(crew);
	if (arc != ARC_NONE) {
		enter(crew, arc);
		go(crew, yard->along_m, transfer_leg(crew, crew->link));
		crew->in_yard = true;
	}
	stand(crew, work, seconds);
}

static void start_round(struct crew *crew)
{
	crew->rounds++;
	crew->left = crew->count;
	go_home(crew, 'B', sim_range(&crew->random, 1200, 2400));
}

/* Decides what comes next and appends its legs. */
static void decide(struct crew *crew, double now_s)
{
	uint32_t arc;

	if (crew->count == 0) {
		stand(crew, 'B', 3600);
		return;
	}
	if (crew->left == 0) {
		start_round(crew);
		return;
	}
	if (crew->fuel_m <= 0) {
		crew->fuel_m = sim_range(&crew->random, 16000, 26000);
		go_home(crew, 'G', sim_range(&crew->random, 420, 840));
		return;
	}
	if (now_s - crew->rested_s > SHIFT_S) {
		crew->rested_s = now_s;
		stand(crew, 'R', sim_range(&crew->random, 600, 1200));
		return;
	}
	arc = choose_here(crew);
	if (arc == ARC_NONE) {
		route_begin(crew->task.route, &costs, FAR_COST, FAR_COST);
		for (size_t i = 0; i < crew->left; i++)
			route_target(crew->task.route, crew->arcs[i], 0);
		arc = drive_to_target(crew);
	}
	if (arc == ARC_NONE)
		crew->left = 0; /* no way leads to what is left */
	else
		clear_arc(crew, arc);
	crew->in_yard = false;
}

void crew_step(struct crew *crew, double now_s, double seconds)
{
	bool is_near;

	while (motion_left_m(crew->motion) < AHEAD_M && !motion_ends_standing(crew->motion))
		decide(crew, now_s);
	is_near = motion_left_m(crew->motion) < 80;
	motion_set_yard(crew->motion, crew->in_yard && is_near ? YARD_ASIDE_M : 0);
	motion_step(crew->motion, seconds);
}
