/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far does the map lie beside its roads?  One that was drawn after another survey lies some metres
 * off everywhere, the same way.  A receiver's error comes and goes within a minute: what is left of
 * all the errors of a trip is the map's.  Every anchor on a road tells of it what lies across that
 * road.  docs/MATCHING.md: A map that lies beside its roads.
 *
 * Pure.
 */
#ifndef PLOW_GIS_MATCH_SHIFT_H
#define PLOW_GIS_MATCH_SHIFT_H

#include <stdbool.h>

#include "gis/match.h"
#include "gis/match_error.h"
#include "gis/match_model.h"

/* What the anchors so far tell; all zero: nothing. */
struct shift {
	double xx, xy, yy; /* how surely: the inverse of a variance */
	double x, y;       /* that, times the metres east and north that were seen */
};

/* An anchor on a road: the step that led to it, and what lies beside the road under an error of sigma_m. */
void shift_see(struct shift *shift, const struct match_params *params, double sigma_m,
	       const struct model_step *step, const struct error_sight *sight);

/* Lies the map off, and by more than makes no difference?  By so much lie fixes east and north of it. */
bool shift_told(const struct shift *shift, const struct match_params *params, double *out_x_m,
		double *out_y_m);

#endif
