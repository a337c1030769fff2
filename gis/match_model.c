/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_model.h"

#include <math.h>

#include "gis/geo.h"

/* Below this a receiver's course is noise. */
#define COURSE_SPEED_MIN_CMPS 100
/* Sigma follows the errors' 90 % quantile, 1.645 sigmas of a bell, fix by fix and within bounds. */
#define LEARN_RATE 0.15
#define LEARN_QUANTILE 0.9
#define LEARN_SIGMAS 1.645
#define LEARN_LEAST 0.5 /* of gps_sigma_m */
#define LEARN_MOST 2.0

/* A velocity that changed between two fixes did so at any moment: one sigma, as a share of the time. */
#define SOMEWHEN 0.29
/* A measured motion that is off by less, more often than not, was made of the positions. */
#define AGREES_SIGMAS 0.35
#define TELLS_SHARE 0.7 /* of that: what is more doubtful tells nothing about it */
#define TRUST_RATE 0.06

struct match_params match_params_default(void)
{
	return (struct match_params){
		.gps_sigma_m = 8,
		.tail_sigmas = 2,
		.far_sigmas = 4,
		.far_slope = 1,
		.evidence_m = 25,
		.drift_s = 30,
		.drift_m = 200,
		.wobble_m = 2,
		.motion_mps = 0.1,
		.motion_mps2 = 0.015,
		.shift_m = 10,
		.search_radius_m = 50,
		.heading_cost = 4,
		.heading_mps = 1.5,
		.anchor_m = 10,
		.anchor_sigmas = 1.5,
		.stand_sigmas = 5,
		.detour_m = 10,
		.detour_share = 0.05,
		.turn_cost = 8,
		.turn_node_cost = 6,
		.turn_end_cost = 2,
		.again_cost = 2,
		.again_m = 40,
		.against_cost = 5,
		.against_per_m = 0.1,
		.backward_per_m = 0.3,
		.off_distance_m = 70,
		.off_change = 1,
		.off_cost = 12,
		.break_cost = 30,
		.max_speed_mps = 60,
		.beam = 20,
		.gap_s = 20,
		.max_gap_s = 900,
		.live_lag_s = 10,
	};
}

struct model_step model_step(const struct match_params *params, double sigma_m, double seconds,
			     double straight_m)
{
	struct model_step step = {.seconds = seconds, .straight_m = straight_m};
	double detour_m = params->detour_m + params->detour_share * straight_m;

	step.weight = fmin(1, straight_m / params->evidence_m);
	step.kept = exp(-seconds / params->drift_s - straight_m / params->drift_m);
	step.lasts = step.kept;
	step.change_m =
		sqrt(2 * sigma_m * sigma_m * (1 - step.kept) + params->wobble_m * params->wobble_m);
	step.furthest_m = params->max_speed_mps * seconds + 2 * params->search_radius_m;
	step.costs = (struct route_costs){
		.per_m = 1 / detour_m,
		.against = params->against_cost,
		.against_per_m = params->against_per_m,
		.turn_at_node = params->turn_node_cost,
		.turn_at_end = params->turn_end_cost,
	};
	return step;
}

/*
 * A velocity that is measured does not know of the position's error, and so shows it.  One that was
 * made of the positions agrees with them, right or wrong, and tells nothing.
 */
double model_learn_motion(double trust, double sigma_m, const struct motion *motion)
{
	double drift_m = hypot(motion->drift_x_m, motion->drift_y_m);
	double agrees_m = AGREES_SIGMAS * sigma_m;

	if (sqrt(motion->variance) > TELLS_SHARE * agrees_m)
		return trust;
	return trust + TRUST_RATE * ((drift_m > agrees_m ? 1 : 0) - trust);
}

double model_motion_variance(const struct match_params *params, double seconds,
			     const struct velocity *from, const struct velocity *to)
{
	double change_mps = hypot(to->x_mps - from->x_mps, to->y_mps - from->y_mps);
	double sigma_m = (params->motion_mps + SOMEWHEN * change_mps) * seconds +
			 params->motion_mps2 * seconds * seconds;

	return sigma_m * sigma_m;
}

struct velocity model_velocity(const struct fix *fix)
{
	bool stands = fix->speed_cmps != FIX_ABSENT && fix->speed_cmps < COURSE_SPEED_MIN_CMPS;
	double mps = fix->speed_cmps / 100.0;
	double course = fix->course_cdeg / 100.0 * M_PI / 180;

	if (fix->speed_cmps == FIX_ABSENT || fix->course_cdeg == FIX_ABSENT)
		return (struct velocity){.known = stands};
	return (struct velocity){true, mps * sin(course), mps * cos(course)};
}

double model_off(const struct match_params *params)
{
	return model_emission(params, params->gps_sigma_m, params->off_distance_m);
}

double model_learn(const struct match_params *params, double sigma_m, double distance_m)
{
	bool beyond = distance_m > LEARN_SIGMAS * sigma_m;

	sigma_m *= exp(LEARN_RATE * (beyond ? LEARN_QUANTILE : LEARN_QUANTILE - 1));
	return fmin(LEARN_MOST * params->gps_sigma_m,
		    fmax(LEARN_LEAST * params->gps_sigma_m, sigma_m));
}

bool model_has_course(const struct fix *fix)
{
	return fix->course_cdeg != FIX_ABSENT && fix->speed_cmps != FIX_ABSENT &&
	       fix->speed_cmps >= COURSE_SPEED_MIN_CMPS;
}

double model_heading(const struct match_params *params, const struct fix *fix, double course_deg)
{
	if (!model_has_course(fix))
		return 0;
	return params->heading_cost * fmin(params->heading_mps, fix->speed_cmps / 100.0) *
	       (1 - cos((fix->course_cdeg / 100.0 - course_deg) * M_PI / 180));
}

double model_turn(const struct match_params *params, const struct network *net, uint32_t arc,
		  double rest_m, double turned_m)
{
	double cost = turned_m < params->again_m ? params->again_cost : params->turn_cost;

	/* Near a dead end the receiver cannot tell whether the vehicle went all the way. */
	if (rest_m < 2 * params->gps_sigma_m && arc_ends_dead(net, arc))
		cost = fmin(cost, params->turn_end_cost);
	if (arc_is_against(net, arc_reverse(arc)))
		cost += params->against_cost;
	return cost;
}
