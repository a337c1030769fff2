/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far is the receiver off?  A fix tells how far beside its road the vehicle seems to be, but
 * not how far along it.  An error lasts, though: what the cross street told of it half a minute ago,
 * or tells in half a minute, it tells now.  This follows the error as a vector along the history
 * that was chosen, both ways in time (a Kalman filter and Rauch, Tung and Striebel's smoother,
 * 1965), so that the places where a vehicle turned or worked last can be told better than one fix
 * tells them.  docs/MATCHING.md, Where along the road.
 *
 * Pure.  A trail belongs to one matcher.
 */
#ifndef PLOW_GIS_MATCH_ERROR_H
#define PLOW_GIS_MATCH_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "gis/match.h"
#include "gis/match_lattice.h"
#include "gis/network.h"

/* What is believed of an error: a bell in the plane. */
struct belief {
	double x_m, y_m, xx, xy, yy;
};

/* An anchor on the way. */
struct error_mark {
	struct belief expected, seen; /* before its road told of it, and after */
	double kept;                  /* what of the error before is left in `expected` */
	double x_m, y_m;              /* the error, as all the marks of the trail tell */
	double at_m;                  /* so the vehicle was here, on the arc of the state chosen */
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
