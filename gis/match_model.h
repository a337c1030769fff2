/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probabilities of map matching, as costs: the negative logarithm of how likely something is,
 * up to a constant.  Everything that was chosen is in struct match_params; docs/MATCHING.md derives
 * the formulas.  Pure functions.
 */
#ifndef PLOW_GIS_MATCH_MODEL_H
#define PLOW_GIS_MATCH_MODEL_H

#include <math.h>
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

/* The vehicle is on no road of the map. */
double model_off(const struct match_params *params);
/* The receiver measured a course that can be believed. */
bool model_has_course(const struct fix *fix);
/* The receiver's course, when it gave one it can be believed with, against an arc's course. */
double model_heading(const struct match_params *params, const struct fix *fix, double course_deg);
/* Turning round on an arc, rest_m before its end and turned_m after the turn before. */
double model_turn(const struct match_params *params, const struct network *net, uint32_t arc,
		  double rest_m, double turned_m);

/* The receiver's error after a fix was found to lie distance_m from the road. */
double model_learn(const struct match_params *params, double sigma_m, double distance_m);

/*
 * What is asked for every history of every place, and so costs no call.
 */

/* The negative logarithm of a bell that has exponential tails from the knee on (Huber 1964). */
static inline double model_tailed(double z, double knee)
{
	return z < knee ? z * z / 2 : knee * z - knee * knee / 2;
}

/* A fix lies distance_m from where the vehicle is. */
static inline double model_emission(const struct match_params *params, double sigma_m,
				    double distance_m)
{
	double z = distance_m / sigma_m;
	double beyond = z > params->far_sigmas ? z - params->far_sigmas : 0;

	return model_tailed(z - beyond, params->tail_sigmas) + params->far_slope * beyond;
}

/* The error changed since the fix before, by so much more than was to be expected. */
static inline double model_change(const struct match_params *params, const struct model_step *step,
				  double sigmas)
{
	return step->kept * model_tailed(fabs(sigmas), params->tail_sigmas);
}

/*
 * The vehicle drove `metres` between two fixes.  Every metre is paid for on the way, so that what
 * is shorter than the distance of the fixes would seem likelier: this makes good for it, twice, so
 * that all in all the cost is that of the absolute difference (Newson and Krumm's).
 */
static inline double model_shortfall(const struct model_step *step, double metres)
{
	double missing_m = step->straight_m - metres;

	return missing_m > 0 ? 2 * step->costs.per_m * missing_m : 0;
}

/* A vehicle going one way along a link seems to have gone back `metres` further: jitter. */
static inline double model_backward(const struct match_params *params, double metres)
{
	return metres > 0 ? params->backward_per_m * metres : 0;
}

#endif
