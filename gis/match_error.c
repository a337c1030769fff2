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

/* Nothing is known yet but how large errors are. */
static struct belief nothing(double sigma_m)
{
	return (struct belief){.xx = sigma_m * sigma_m, .yy = sigma_m * sigma_m};
}

/*
 * From one anchor to the next: an error is forgotten little by little, and where the receiver
 * measured its motion, it is known how its error changed.  Both together, as in model_drift().
 */
static void expect(struct error_mark *mark, const struct error_mark *before,
		   const struct match_params *params, const struct anchor *anchor, double seconds)
{
	double kept = exp(-seconds / params->drift_s);
	double forgotten = anchor->sigma_m * anchor->sigma_m * (1 - kept * kept);
	double measured = anchor->motion.variance;
	double share = isinf(measured) || forgotten <= 0 ? 0 : forgotten / (forgotten + measured);
	double variance = isinf(measured) ? forgotten : share * measured;
	const struct belief *was = &before->seen;

	kept += (1 - kept) * share;
	mark->kept = kept;
	mark->expected = (struct belief){
		.x_m = kept * was->x_m + (share > 0 ? share * anchor->motion.drift_x_m : 0),
		.y_m = kept * was->y_m + (share > 0 ? share * anchor->motion.drift_y_m : 0),
		.xx = kept * kept * was->xx + variance,
		.xy = kept * kept * was->xy,
		.yy = kept * kept * was->yy + variance,
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

/* What the road the vehicle is on tells. */
static void look(const struct error_trail *trail, struct error_mark *mark,
		 const struct anchor *anchor, const struct state *state)
{
	double ahead_x, ahead_y, wide_m = trail->params.wobble_m;
	double weight = fmax(WEIGHT_LEAST, anchor->step.weight);

	mark->seen = mark->expected;
	if (state->arc == ARC_NONE)
		return;
	places_ahead(trail->net, state->arc, state->at_m, &ahead_x, &ahead_y);
	see(&mark->seen, -ahead_y, ahead_x,
	    state->error_y_m * ahead_x - state->error_x_m * ahead_y, wide_m * wide_m / weight);
}

/* What the next mark knows better, this one does as well, as far as the one follows from the other. */
static void look_back(struct error_mark *mark, const struct error_mark *next)
{
	const struct belief *p = &next->expected, *f = &mark->seen;
	double det = p->xx * p->yy - p->xy * p->xy;
	double x = next->x_m - p->x_m, y = next->y_m - p->y_m;
	double u = (p->yy * x - p->xy * y) / det, v = (p->xx * y - p->xy * x) / det;

	mark->x_m = f->x_m + next->kept * (f->xx * u + f->xy * v);
	mark->y_m = f->y_m + next->kept * (f->xy * u + f->yy * v);
}

/* Where on its arc a state is, when the fix is moved by its error. */
static double place_m(const struct error_trail *trail, const struct error_mark *mark,
		      const struct state *state)
{
	double ahead_x, ahead_y, at_m;

	if (state->arc == ARC_NONE)
		return state->at_m;
	places_ahead(trail->net, state->arc, state->at_m, &ahead_x, &ahead_y);
	at_m = state->at_m + (state->error_x_m - mark->x_m) * ahead_x +
	       (state->error_y_m - mark->y_m) * ahead_y;
	return fmin(arc_length_m(trail->net, state->arc), fmax(0, at_m));
}

static void make_room(struct error_trail *trail, size_t marks)
{
	while (trail->room < marks)
		trail->marks =
			x_grow(trail->marks, trail->room, &trail->room, sizeof(*trail->marks));
}

static double seconds_between(const struct anchor *before, const struct anchor *after)
{
	return (double)(after->at.fix.time_ms - before->at.fix.time_ms) / 1000;
}

void error_trail_follow(struct error_trail *trail, const struct lattice *lattice,
			const struct choice *choices)
{
	const struct anchor *anchors = lattice->anchors;
	size_t last = lattice->anchor_count - 1, first = trail->goes_on ? 1 : 0;
	struct error_mark *marks;

	make_room(trail, lattice->anchor_count);
	marks = trail->marks;
	for (size_t i = first; i <= last; i++) {
		if (i > 0)
			expect(&marks[i], &marks[i - 1], &trail->params, &anchors[i],
			       seconds_between(&anchors[i - 1], &anchors[i]));
		else
			marks[i].expected = nothing(anchors[i].sigma_m);
		look(trail, &marks[i], &anchors[i], &lattice->states[choices[i].state]);
	}
	marks[last].x_m = marks[last].seen.x_m;
	marks[last].y_m = marks[last].seen.y_m;
	for (size_t i = last; i-- > 0;)
		look_back(&marks[i], &marks[i + 1]);
	for (size_t i = first; i <= last; i++) {
		const struct state *state = &lattice->states[choices[i].state];

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
