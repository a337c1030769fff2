/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/motion.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network.h"

#define COMFORT_BRAKE_MPS2 1.0
#define STEP_S 0.2 /* between two looks at the road ahead */
#define LOOK_AHEAD_M 90.0
#define ARRIVED_M 0.05
#define TURN_ROUND_DEG 130.0 /* beyond it the vehicle stops and sets off anew */
#define SIDE_SLOPE 0.15      /* metres aside for each metre driven */

struct motion {
	const struct network *net;
	struct leg *legs;
	size_t first, count, capacity; /* legs[first..first + count) are left */
	uint32_t link;
	double along_m, speed_mps, pause_s;
	double aside_m, yard_m; /* to the left of the link's own direction */
	int direction;
	char work;
	bool backing;
};

struct motion *motion_new(const struct network *net, uint32_t link, double along_m, double aside_m)
{
	struct motion *motion = x_calloc(1, sizeof(*motion));

	motion->net = net;
	motion->link = link;
	motion->along_m = along_m;
	motion->aside_m = aside_m;
	motion->yard_m = aside_m;
	motion->direction = 1;
	motion->work = 'B';
	return motion;
}

void motion_free(struct motion *motion)
{
	if (!motion)
		return;
	free(motion->legs);
	free(motion);
}

static int direction_of(const struct leg *leg)
{
	return leg->to_m < leg->from_m ? -1 : 1;
}

/* Takes over what a leg says; called when it becomes the first. */
static void begin_leg(struct motion *motion)
{
	const struct leg *leg = &motion->legs[motion->first];

	if (leg->link != motion->link && leg->from_m != leg->to_m)
		motion->aside_m *=
			motion->direction * direction_of(leg); /* the new link's own left */
	motion->link = leg->link;
	motion->along_m = leg->from_m;
	motion->pause_s = leg->pause_s;
	motion->work = leg->work;
	if (leg->from_m != leg->to_m) {
		motion->direction = direction_of(leg);
		motion->backing = leg->backing;
	}
}

void motion_append(struct motion *motion, const struct leg *leg)
{
	if (motion->first > 64 && motion->first > motion->count) {
		for (size_t i = 0; i < motion->count; i++)
			motion->legs[i] = motion->legs[motion->first + i];
		motion->first = 0;
	}
	motion->legs = x_grow(motion->legs, motion->first + motion->count, &motion->capacity,
			      sizeof(*motion->legs));
	motion->legs[motion->first + motion->count++] = *leg;
	if (motion->count == 1)
		begin_leg(motion);
}

bool motion_ends_standing(const struct motion *motion)
{
	const struct leg *last;

	if (motion->count == 0)
		return false;
	last = &motion->legs[motion->first + motion->count - 1];
	return last->from_m == last->to_m;
}

double motion_left_m(const struct motion *motion)
{
	double sum = 0;

	for (size_t i = 0; i < motion->count; i++) {
		const struct leg *leg = &motion->legs[motion->first + i];

		sum += fabs(leg->to_m - (i ? leg->from_m : motion->along_m));
	}
	return sum;
}

void motion_set_yard(struct motion *motion, double aside_m)
{
	motion->yard_m = aside_m;
}

/* Metres per second at which a corner of so many degrees is taken. */
static double corner_mps(double turn_deg)
{
	if (turn_deg < 10)
		return INFINITY;
	return fmax(1.8, 10.0 * (1.0 - turn_deg / 110.0));
}

/* The course of a movement over a link at a place, in its direction. */
static double course_at(const struct network *net, uint32_t link, double along_m, int direction)
{
	double x, y, course;

	network_point(net, link, along_m, &x, &y, &course);
	return direction < 0 ? fmod(course + 180.0, 360.0) : course;
}

/* The speed at which one leg may pass into the next. */
static double join_mps(const struct network *net, const struct leg *leg, const struct leg *next)
{
	double turn;

	if (!next || next->pause_s > 0 || next->from_m == next->to_m ||
	    leg->backing != next->backing)
		return 0;
	turn = geo_turn_deg(course_at(net, leg->link, leg->to_m, direction_of(leg)),
			    course_at(net, next->link, next->from_m, direction_of(next)));
	if (turn > TURN_ROUND_DEG)
		return 0;
	return fmin(next->limit_mps, corner_mps(turn));
}

/* What may be driven for a step from now to be no faster than `at_mps` in `ahead_m` metres. */
static double braking_mps(double at_mps, double ahead_m)
{
	double lost_mps = COMFORT_BRAKE_MPS2 * STEP_S;
	double square = at_mps * at_mps + 2 * COMFORT_BRAKE_MPS2 * fmax(0, ahead_m);

	return fmax(at_mps, sqrt(lost_mps * lost_mps + square) - lost_mps);
}

/* The bends of a leg from along_m on; `gone_m` is how far ahead along_m lies. */
static double bends_mps(const struct network *net, const struct leg *leg, double along_m,
			double gone_m)
{
	const struct vertex *v = network_vertices(net, leg->link);
	uint32_t vertices = network_link(net, leg->link)->vertices;
	double low = fmin(along_m, leg->to_m), high = fmax(along_m, leg->to_m);
	double allowed = leg->limit_mps;

	for (uint32_t i = 1; i + 1 < vertices; i++) {
		double turn, ahead = gone_m + fabs((double)v[i].along_m - along_m);

		if (v[i].along_m <= low || v[i].along_m >= high || ahead > LOOK_AHEAD_M)
			continue;
		turn = geo_turn_deg(
			geo_course_deg(v[i].x_m - v[i - 1].x_m, v[i].y_m - v[i - 1].y_m),
			geo_course_deg(v[i + 1].x_m - v[i].x_m, v[i + 1].y_m - v[i].y_m));
		allowed = fmin(allowed, braking_mps(corner_mps(turn), ahead));
	}
	return allowed;
}

/* The speed that everything ahead admits. */
static double allowed_mps(const struct motion *motion)
{
	double allowed = INFINITY, gone_m = 0;

	for (size_t i = 0; i < motion->count && gone_m < LOOK_AHEAD_M; i++) {
		const struct leg *leg = &motion->legs[motion->first + i];
		const struct leg *next = i + 1 < motion->count ? leg + 1 : NULL;
		double along_m = i ? leg->from_m : motion->along_m;

		allowed = fmin(allowed, i ? braking_mps(leg->limit_mps, gone_m) : leg->limit_mps);
		if (i == 0)
			allowed = fmin(allowed, bends_mps(motion->net, leg, along_m, gone_m));
		else
			allowed = fmin(allowed, braking_mps(bends_mps(motion->net, leg, along_m, 0),
							    gone_m));
		gone_m += fabs(leg->to_m - along_m);
		allowed = fmin(allowed, braking_mps(join_mps(motion->net, leg, next), gone_m));
	}
	return allowed;
}

static void next_leg(struct motion *motion)
{
	const struct leg *done = &motion->legs[motion->first];
	const struct leg *next = motion->count > 1 ? done + 1 : NULL;

	motion->along_m = done->to_m;
	if (join_mps(motion->net, done, next) == 0)
		motion->speed_mps = 0;
	motion->first++;
	motion->count--;
	if (motion->count)
		begin_leg(motion);
}

/* Moves on by so many metres, over as many legs as that is. */
static void advance(struct motion *motion, double metres)
{
	while (motion->count && motion->pause_s <= 0) {
		const struct leg *leg = &motion->legs[motion->first];
		double left = fabs(leg->to_m - motion->along_m);

		if (metres < left - ARRIVED_M) {
			motion->along_m += metres * direction_of(leg);
			return;
		}
		metres = fmax(0, metres - left);
		next_leg(motion);
		if (motion->speed_mps == 0)
			return;
	}
}

/* Keeps to the left of the road, as far as a lane is wide; crosses over only while it moves. */
static void keep_side(struct motion *motion, double metres)
{
	float width =
		network_road(motion->net, network_link(motion->net, motion->link)->road)->width_m;
	double lane = fmin(2.5, fmax(0.4, (width > 0 ? width : 5.0) / 4.0));
	int facing = motion->direction * (motion->backing ? -1 : 1);
	double wanted = motion->yard_m > 0 ? motion->yard_m : lane * facing;
	double room = metres * SIDE_SLOPE;

	motion->aside_m += fmax(-room, fmin(room, wanted - motion->aside_m));
}

void motion_step(struct motion *motion, double seconds)
{
	double before = motion->speed_mps, wanted;

	if (motion->count && motion->pause_s > 0) {
		motion->pause_s -= seconds;
		motion->speed_mps = 0;
		return;
	}
	if (!motion->count) {
		motion->speed_mps = 0;
		return;
	}
	wanted = allowed_mps(motion);
	motion->speed_mps = fmax(before - MOTION_BRAKE_MPS2 * seconds,
				 fmin(wanted, before + MOTION_SPEED_UP_MPS2 * seconds));
	keep_side(motion, motion->speed_mps * seconds);
	advance(motion, (before + motion->speed_mps) / 2 * seconds);
}

struct place motion_place(const struct motion *motion)
{
	struct place place = {
		.link = motion->link,
		.along_m = motion->along_m,
		.direction = motion->direction,
		.speed_mps = motion->speed_mps,
		.work = motion->work,
		.backing = motion->backing,
	};
	double course;

	network_point(motion->net, place.link, place.along_m, &place.x_m, &place.y_m, &course);
	place.x_m -= motion->aside_m * cos(course * (M_PI / 180.0));
	place.y_m += motion->aside_m * sin(course * (M_PI / 180.0));
	place.course_deg = place.direction < 0 ? fmod(course + 180.0, 360.0) : course;
	return place;
}
