/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_error.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/match_places.h"

/* So little at least is a road worth to an anchor, however near it is to the one before. */
#define WEIGHT_LEAST 0.1

void error_trail_init(struct error_trail *trail, const struct network *net,
		      const struct match_params *params)
{
	*trail = (struct error_trail){.net = net, .params = *params};
}

void error_trail_fini(struct error_trail *trail)
{
	free(trail->marks);
}

void error_trail_clear(struct error_trail *trail)
{
	trail->goes_on = false;
}

struct belief belief_begin(double sigma_m)
{
	return (struct belief){.xx = sigma_m * sigma_m, .yy = sigma_m * sigma_m};
}

/*
 * An error is forgotten little by little, and where the receiver measured its motion, it is known
 * how its error changed.  Both together, two bells multiplied.
 */
struct error_change error_change(const struct match_params *params, double sigma_m,
				 const struct motion *motion, double seconds, double straight_m)
{
	double kept = exp(-seconds / params->drift_s - straight_m / params->drift_m);
	double forgotten = sigma_m * sigma_m * (1 - kept * kept), share;

	if (isinf(motion->variance) || forgotten <= 0)
		return (struct error_change){.kept = kept, .variance = forgotten};
	share = forgotten / (forgotten + motion->variance);
	return (struct error_change){
		.kept = kept + (1 - kept) * share,
		.x_m = share * motion->drift_x_m,
		.y_m = share * motion->drift_y_m,
		.variance = share * motion->variance,
	};
}

struct belief belief_after(const struct belief *was, const struct error_change *change)
{
	double kept = change->kept;

	return (struct belief){
		.x_m = kept * was->x_m + change->x_m,
		.y_m = kept * was->y_m + change->y_m,
		.xx = kept * kept * was->xx + change->variance,
		.xy = kept * kept * was->xy,
		.yy = kept * kept * was->yy + change->variance,
	};
}

/* The vehicle is on its road: so far beside it is the error, but for the road's width. */
static void see(struct belief *belief, double normal_x, double normal_y, double beside_m,
		double variance)
{
	double px = belief->xx * normal_x + belief->xy * normal_y;
	double py = belief->xy * normal_x + belief->yy * normal_y;
	double doubt = px * normal_x + py * normal_y + variance;
	double news = beside_m - belief->x_m * normal_x - belief->y_m * normal_y;

	belief->x_m += px * news / doubt;
	belief->y_m += py * news / doubt;
	belief->xx -= px * px / doubt;
	belief->xy -= px * py / doubt;
	belief->yy -= py * py / doubt;
}

double belief_beside(const struct belief *belief, const struct match_params *params,
		     double ahead_x, double ahead_y)
{
	return belief->xx * ahead_y * ahead_y - 2 * belief->xy * ahead_x * ahead_y +
	       belief->yy * ahead_x * ahead_x + params->wobble_m * params->wobble_m;
}

void belief_see(struct belief *belief, const struct match_params *params, double weight,
		const struct state *state, double ahead_x, double ahead_y)
{
	double wide_m = params->wobble_m;

	see(belief, -ahead_y, ahead_x, state->error_y_m * ahead_x - state->error_x_m * ahead_y,
	    wide_m * wide_m / fmax(WEIGHT_LEAST, weight));
}

/* What the next mark knows better, this one does as well, as far as the one follows from the other. */
static void look_back(struct error_mark *mark, const struct belief *f,
		      const struct error_change *change, const struct error_mark *next)
{
	const struct belief expected = belief_after(f, change), *p = &expected;
	double det = p->xx * p->yy - p->xy * p->xy;
	double x = next->x_m - p->x_m, y = next->y_m - p->y_m;
	double u = (p->yy * x - p->xy * y) / det, v = (p->xx * y - p->xy * x) / det;

	mark->x_m = f->x_m + change->kept * (f->xx * u + f->xy * v);
	mark->y_m = f->y_m + change->kept * (f->xy * u + f->yy * v);
}

/* Where on its arc a state is, when the fix is moved by its error. */
static double place_m(const struct error_trail *trail, struct error_mark *mark,
		      const struct state *state)
{
	struct place_point point;
	double length_m, ahead_m;
	bool forward;

	if (state->arc == ARC_NONE)
		return state->at_m;
	forward = arc_is_forward(state->arc);
	length_m = arc_length_m(trail->net, state->arc);
	point = places_point(trail->net, arc_link(state->arc),
			     forward ? state->at_m : length_m - state->at_m);
	mark->sight = (struct error_sight){
		.beside_m = state->error_y_m * point.ahead_x - state->error_x_m * point.ahead_y,
		.ahead_x = point.ahead_x,
		.ahead_y = point.ahead_y,
	};
	ahead_m = (state->error_x_m - mark->x_m) * point.ahead_x +
		  (state->error_y_m - mark->y_m) * point.ahead_y;
	return fmin(length_m, fmax(0, state->at_m + (forward ? ahead_m : -ahead_m)));
}

static void make_room(struct error_trail *trail, size_t marks)
{
	while (trail->room < marks)
		trail->marks =
			x_grow(trail->marks, trail->room, &trail->room, sizeof(*trail->marks));
}

void error_trail_follow(struct error_trail *trail, const struct lattice *lattice,
			const struct choice *choices)
{
	size_t last = lattice->anchor_count - 1;
	const struct state *state = &lattice->states[choices[last].state];
	struct error_mark *marks;

	make_room(trail, lattice->anchor_count);
	marks = trail->marks;
	marks[last].x_m = state->error.x_m;
	marks[last].y_m = state->error.y_m;
	for (size_t i = last; i-- > 0;)
		look_back(&marks[i], &lattice->states[choices[i].state].error,
			  &lattice->anchors[i + 1].error, &marks[i + 1]);
	for (size_t i = trail->goes_on ? 1 : 0; i <= last; i++) {
		state = &lattice->states[choices[i].state];
		marks[i].at_m = place_m(trail, &marks[i], state);
		if (i > 0 && state->arrival == ARRIVED_ALONG)
			marks[i].at_m = fmax(marks[i].at_m, marks[i - 1].at_m);
	}
}

void error_trail_drop(struct error_trail *trail, size_t anchor)
{
	trail->marks[0] = trail->marks[anchor];
	trail->goes_on = true;
}
