/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probabilities of map matching, as costs: the negative logarithm of how likely something is,
 * up to a constant.  Everything that was chosen is in struct match_params; docs/MATCHING.md derives
 * the formulas.  Pure functions.
 */
#ifndef PLOW_GIS_MATCH_MODEL_H
#define PLOW_GIS_MATCH_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fix.h"
#include "gis/match.h"
#include "gis/network.h"
#include "gis/route.h"

#define MODEL_IMPOSSIBLE 1e30

/* What holds between two successive fixes in use. */
struct model_step {
	double seconds; /* from leaving the first to reaching the second */
	double straight_m;
	double weight;     /* of the second fix's distance: near fixes have nearly the same error */
	double kept;       /* correlation of its error with the first's */
	double lasts;      /* the same, whatever motion was measured */
	double change_m;   /* how much the error changes meanwhile, one sigma */
	double furthest_m; /* no vehicle drives more than this */
	struct route_costs costs;
};

/* sigma_m is the receiver's error as learnt so far (model_learn). */
struct model_step model_step(const struct match_params *params, double sigma_m, double seconds,
			     double straight_m);

/*
 * What the receiver's own speed and course say of the time between two fixes in use: by so much its
 * error changed, since the fixes moved and the vehicle did not.  The variance is infinite where it
 * measured none.
 */
struct motion {
	double drift_x_m, drift_y_m, variance;
};
/* Of 0 to 1, how often so far the motion told of an error; above MODEL_TRUST it is believed. */
#define MODEL_TRUST 0.5
double model_learn_motion(double trust, double sigma_m, const struct motion *motion);
/* East and north, as the receiver measured them; unknown when it did not. */
struct velocity {
	bool known;
	double x_mps, y_mps;
};
struct velocity model_velocity(const struct fix *fix);
/* Of a motion reckoned from two velocities, seconds apart. */
double model_motion_variance(const struct match_params *params, double seconds,
			     const struct velocity *from, const struct velocity *to);

/* A fix lies distance_m from where the vehicle is. */
double model_emission(const struct match_params *params, double sigma_m, double distance_m);
/* The vehicle is on no road of the map. */
double model_off(const struct match_params *params);
/* The error changed since the fix before, by so much more than was to be expected. */
double model_change(const struct match_params *params, const struct model_step *step,
		    double sigmas);
/*
 * The vehicle drove `metres` between two fixes.  Every metre is paid for on the way, so that what
 * is shorter than the distance of the fixes would seem likelier: this makes good for it, twice, so
 * that all in all the cost is that of the absolute difference (Newson and Krumm's).
 */
double model_shortfall(const struct model_step *step, double metres);
/* The receiver measured a course that can be believed. */
bool model_has_course(const struct fix *fix);
/* The receiver's course, when it gave one it can be believed with, against an arc's course. */
double model_heading(const struct match_params *params, const struct fix *fix, double course_deg);
/* A vehicle going one way along a link seems to have gone back `metres` further: jitter. */
double model_backward(const struct match_params *params, double metres);
/* Turning round on an arc, rest_m before its end and turned_m after the turn before. */
double model_turn(const struct match_params *params, const struct network *net, uint32_t arc,
		  double rest_m, double turned_m);

/* The receiver's error after a fix was found to lie distance_m from the road. */
double model_learn(const struct match_params *params, double sigma_m, double distance_m);

#endif
