/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which fixes the matcher uses.  At one fix a second the errors of neighbours are nearly equal and
 * the vehicle has hardly moved: taken all, they say more about the receiver than about the road. So
 * a fix becomes an anchor when it is some way from the last anchor, and the more so the longer the
 * vehicle has stood, or when the receiver measures that the vehicle turned round; the others only
 * tell when it left and how far it went before it turned.  A fix that could not have been driven to,
 * and from which its successor could not have been driven to either, is a jump and left out.
 */
#ifndef PLOW_GIS_MATCH_INTAKE_H
#define PLOW_GIS_MATCH_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fix.h"
#include "gis/match.h"
#include "gis/match_lattice.h"

/* Where the fixes since the last anchor lie, against it. */
struct stand {
	uint32_t count;
	double sum_x, sum_y, sum_squares;
};

/*
 * Which way the vehicle moves, as the receiver measures it: from the Doppler shift, and so without
 * the error its position has.
 */
struct bearing {
	bool known, turned;
	double course_deg;
	uint32_t against;          /* fixes in a row that say the opposite */
	double turned_x, turned_y; /* where it was found to have turned round */
};

struct intake {
	const struct network *net;
	struct match_params params;
	double sigma_m; /* the receiver's error as learnt so far */
	double shift_x_m, shift_y_m; /* so far beside the map fixes lie, all of them */
	bool started, doubts;
	struct sighting anchor;  /* the last anchor */
	double ahead_x, ahead_y; /* the direction it was reached in, of length 1; 0 at first */
	struct anchor next;      /* what is known of the next one */
	struct motion motion;    /* since the last anchor */
	struct stand stand;
	struct bearing bearing;
	struct sighting last;    /* the last fix that was believed */
	struct velocity velocity; /* that fix's */
	struct sighting doubted; /* one that may be a jump */
	uint32_t jumps;
	int64_t jumped_ms; /* the time of the last jump */
};

void intake_init(struct intake *intake, const struct network *net,
		 const struct match_params *params);
void intake_clear(struct intake *intake);

/* Takes a fix; `given` may be NULL.  Returns how many anchors came of it: 0, 1 or 2. */
size_t intake_feed(struct intake *intake, const struct fix *fix, const struct fix *given,
		   struct anchor out[2]);
/* At the end: the last fix becomes an anchor if it is not one yet. Returns 0 or 1. */
size_t intake_end(struct intake *intake, struct anchor *out);

#endif
