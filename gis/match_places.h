/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a fix may be: every link near it, in both directions, and off the roads; each with what it
 * costs to be there, however one came (docs/MATCHING.md, Places of a fix).  Pure.
 */
#ifndef PLOW_GIS_MATCH_PLACES_H
#define PLOW_GIS_MATCH_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gis/match_lattice.h"

/* A place a fix may be at, going in one direction; ARC_NONE: on no road. */
struct place {
	uint32_t arc;
	double at_m, distance_m;
	double error_x_m, error_y_m;
	double ahead_x, ahead_y; /* the way the arc leads there, of length 1 */
	double cost;   /* of being there, however one came */
	bool measured; /* the receiver says that it drives this way, not the other */
};

/* The places of a fix, and how far its evidence counts. */
struct places_question {
	const struct lattice *lattice;
	const struct sighting *at;
	double weight; /* of its distance from a road */
	double last_m; /* so far from its road was the fix before; 0 for the first */
};

/*
 * Stores at most LATTICE_STATES_MOST places, the last of them off the roads, and how far the
 * furthest link is.  Returns how many.
 */
size_t places_find(const struct places_question *question, struct place *out, double *out_radius_m);

/*
 * A point of a link, and the way the link leads there, of length 1 (0 where two vertices are one).
 * network_point() gives its course, at the price of a tangent.
 */
struct place_point {
	double x_m, y_m, ahead_x, ahead_y;
};
struct place_point places_point(const struct network *net, uint32_t link, double along_m);

#endif
