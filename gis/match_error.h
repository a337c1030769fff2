/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far is the receiver off?  A fix tells how far beside its road the vehicle seems to be, but
 * not how far along it.  An error lasts, though: what the cross street told of it half a minute ago,
 * it tells now.  Each state of the lattice carries what its history tells of the error as a vector
 * (a Kalman filter).  A trail carries what the chosen history tells back in time as well (Rauch,
 * Tung and Striebel's smoother, 1965), so that the places where a vehicle turned or worked last are
 * told better than by one fix.  docs/MATCHING.md: measured motion, and Where along the road.
 *
 * Pure.  A trail belongs to one matcher.
 */
#ifndef PLOW_GIS_MATCH_ERROR_H
#define PLOW_GIS_MATCH_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gis/match.h"
#include "gis/match_lattice.h"
#include "gis/network.h"

/* What is believed at first. */
struct belief belief_begin(double sigma_m);
/* What becomes of an error in so many seconds and metres, and of what is believed of it. */
struct error_change error_change(const struct match_params *params, double sigma_m,
				 const struct motion *motion, double seconds, double straight_m);
struct belief belief_after(const struct belief *was, const struct error_change *change);
/* The vehicle is on its road, which leads ahead: so far beside it is the error, but for its width. */
void belief_see(struct belief *belief, const struct match_params *params, double weight,
		const struct state *state, double ahead_x, double ahead_y);

/* How far beside a road a fix may seem to be, as believed: the variance, the road's width included. */
double belief_beside(const struct belief *belief, const struct match_params *params,
		     double ahead_x, double ahead_y);

/* How far beside its road, which leads ahead, a fix lies. */
struct error_sight {
	double beside_m, ahead_x, ahead_y;
};

/* An anchor on the way. */
struct error_mark {
	double x_m, y_m; /* the error, as all the marks of the trail tell */
	double at_m;     /* so the vehicle was here, on the arc of the state chosen */
	struct error_sight sight; /* on a road */
};

struct error_trail {
	const struct network *net;
	struct match_params params;
	struct error_mark *marks; /* one for each anchor of the lattice */
	size_t room;
	bool goes_on; /* marks[0] is known from the anchors before */
};

void error_trail_init(struct error_trail *trail, const struct network *net,
		      const struct match_params *params);
void error_trail_fini(struct error_trail *trail);
/* Before another trip. */
void error_trail_clear(struct error_trail *trail);

/* Marks every anchor of the lattice, in the states chosen. */
void error_trail_follow(struct error_trail *trail, const struct lattice *lattice,
			const struct choice *choices);
/* The anchors before this one are forgotten, as in lattice_drop(). */
void error_trail_drop(struct error_trail *trail, size_t anchor);

#endif
