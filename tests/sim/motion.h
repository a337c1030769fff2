/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a heavy vehicle moves along the legs it was given: it speeds up and slows down within bounds,
 * slows for corners it sees coming, stops before it turns round.  What it is to do is crew.h's
 * matter. Pure computation; a motion belongs to one thread.
 */
#ifndef PLOW_TESTS_SIM_MOTION_H
#define PLOW_TESTS_SIM_MOTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct network;
struct motion;

#define MOTION_SPEED_UP_MPS2 0.7
#define MOTION_BRAKE_MPS2 1.6 /* at most; it plans with less */

/* A piece of the way along one link; from_m > to_m against the link, from_m == to_m to stand. */
struct leg {
	uint32_t link;
	double from_m, to_m;
	double limit_mps;
	double pause_s; /* stands so long before it sets off */
	char work;      /* work code while on this leg */
	bool backing;   /* in reverse gear, blade up */
};

/* Where the vehicle truly is. */
struct place {
	uint32_t link;
	double along_m; /* from the start of the link */
	int direction;  /* 1 along the link, -1 against it: of the movement, also when backing */
	double speed_mps;
	double course_deg; /* of the movement */
	double x_m, y_m;   /* local metres, beside the middle of the road as traffic keeps left */
	char work;
	bool backing;
};

/* Stands on a link, aside_m to its left. */
struct motion *motion_new(const struct network *net, uint32_t link, double along_m, double aside_m);
void motion_free(struct motion *motion);

/* Appends a leg, which must begin where the one before it ends. */
void motion_append(struct motion *motion, const struct leg *leg);

/* Metres of way not yet driven; whether the legs end in standing somewhere for a while. */
double motion_left_m(const struct motion *motion);
bool motion_ends_standing(const struct motion *motion);

/* Makes for a yard so far to the left of the road's own direction; 0: keeps to its lane. */
void motion_set_yard(struct motion *motion, double aside_m);

void motion_step(struct motion *motion, double seconds);
struct place motion_place(const struct motion *motion);

#endif
