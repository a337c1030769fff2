/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_shift.h"

#include <math.h>

/* It is believed when it lies so many sigmas from none, */
#define SURE_SIGMAS 3
/* and minded from so many metres on: half a road's width and the side it is driven on are no shift. */
#define MINDED_M 5

/* The likeliest shift, when one of shift_m was to be expected. */
static void likeliest(const struct shift *shift, const struct match_params *params, double *out_x_m,
		      double *out_y_m)
{
	double expected = 1 / (params->shift_m * params->shift_m);
	double xx = shift->xx + expected, yy = shift->yy + expected;
	double det = xx * yy - shift->xy * shift->xy;

	*out_x_m = (yy * shift->x - shift->xy * shift->y) / det;
	*out_y_m = (xx * shift->y - shift->xy * shift->x) / det;
}

/*
 * Anchors near each other have nearly the same error, and tell as much as (1 - kept) / (1 + kept) of
 * their number would that are independent.  What lies more than tail_sigmas from what is believed so
 * far tells no more than what lies just there (Huber 1964).
 */
void shift_see(struct shift *shift, const struct match_params *params, double sigma_m,
	       const struct model_step *step, const struct error_sight *sight)
{
	double most_m = params->tail_sigmas * sigma_m, across_x = -sight->ahead_y;
	double across_y = sight->ahead_x, x, y, expected_m, beside_m, weight;

	likeliest(shift, params, &x, &y);
	expected_m = x * across_x + y * across_y;
	beside_m = expected_m + fmin(most_m, fmax(-most_m, sight->beside_m - expected_m));
	weight = (1 - step->lasts) / (1 + step->lasts) / (sigma_m * sigma_m);
	shift->xx += weight * across_x * across_x;
	shift->xy += weight * across_x * across_y;
	shift->yy += weight * across_y * across_y;
	shift->x += weight * beside_m * across_x;
	shift->y += weight * beside_m * across_y;
}

bool shift_told(const struct shift *shift, const struct match_params *params, double *out_x_m,
		double *out_y_m)
{
	double sigmas_squared;

	likeliest(shift, params, out_x_m, out_y_m);
	sigmas_squared = *out_x_m * shift->x + *out_y_m * shift->y;
	return sigmas_squared > SURE_SIGMAS * SURE_SIGMAS && hypot(*out_x_m, *out_y_m) > MINDED_M;
}
