/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vehicle was silent for a while.  Which metres of the way that fits best may be claimed all the
 * same, and which might have been driven another way (docs/MATCHING.md, Gaps)?
 */
#ifndef PLOW_GIS_MATCH_GAP_H
#define PLOW_GIS_MATCH_GAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gis/match_lattice.h"
#include "gis/route.h"

/* A part of an arc, in the direction of driving. */
struct piece {
	uint32_t arc;
	double from_m, to_m;
	bool claimed;
};

/* A way through a gap, from `before` to `after`, which were seen. */
struct gap {
	const struct state *before, *after;
	struct piece *pieces;
	size_t count;
	struct route_costs costs;
	bool turned; /* it turned round first, as its fixes say */
	double seconds;
	double pace_mps; /* of the vehicle before or after it, whichever is known to be faster */
};

struct gap_doubter;

struct gap_doubter *gap_doubter_new(const struct network *net);
void gap_doubter_free(struct gap_doubter *doubter);

/* Takes the claim off the pieces that another plausible way leaves out. */
void gap_doubt(struct gap_doubter *doubter, const struct gap *gap);

#endif
