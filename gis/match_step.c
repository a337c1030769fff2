/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step of Viterbi's algorithm: for each place a fix may be at the cheapest history.
 */
#include "gis/match_lattice.h"

#include <math.h>

#include "common/alloc.h"
#include "gis/match_error.h"
#include "gis/match_places.h"

/* A start's tag tells its state and whether it turned round before it started. */
#define TAG_TURNED 0x80000000u
struct step {
	struct lattice *lattice;
	const struct anchor *from, *to;
	struct place places[LATTICE_STATES_MOST]; /* the last one is off the roads */
	struct state states[LATTICE_STATES_MOST]; /* the cheapest history of each so far */
	size_t count;
	double radius_m; /* all places on roads are within it */
	double best;     /* the cheapest history of all so far */
};

/* A history that leads to a place. */
struct offer {
	double cost; /* without that of the place */
	uint32_t before;
	enum arrival_kind arrival;
	double at_m, metres; /* where it ends, and how far it drove from the state before */
	double behind_m;     /* where the fix seems to be, before that */
	double error_x_m, error_y_m;
};

/* No history leads here yet; what only a history tells is not set (take()). */
static void begin_state(struct state *state, const struct place *place)
{
	state->cost = MODEL_IMPOSSIBLE;
	state->arc = place->arc;
	state->distance_m = place->distance_m;
	state->before = STATE_NONE;
	state->rival = STATE_NONE;
	state->rival_margin = MODEL_IMPOSSIBLE;
	state->between = state->between_count = 0;
}

/* All places the fix may be at, and no history yet for any of them. */
static void find_places(struct step *step, double weight)
{
	const struct lattice *lattice = step->lattice;
	struct places_question question = {lattice, &step->to->at, weight, 0};

	if (step->from)
		question.last_m = lattice->states[lattice_best(lattice)].distance_m;
	step->count = places_find(&question, step->places, &step->radius_m);
	for (size_t i = 0; i < step->count; i++)
		begin_state(&step->states[i], &step->places[i]);
}

static struct offer offer_of(const struct step *step, size_t place, uint32_t before, double cost,
			     enum arrival_kind arrival)
{
	const struct place *p = &step->places[place];

	return (struct offer){
		.cost = cost,
		.before = before,
		.arrival = arrival,
		.at_m = p->at_m,
		.error_x_m = p->error_x_m,
		.error_y_m = p->error_y_m,
	};
}

/*
 * How the error changed, from one end of a move to the other.  Where the receiver measured its
 * motion, all of the error is known that the history told, and the road's side shows a part of it.
 */
static double change_cost(const struct step *step, const struct offer *offer,
			  const struct place *place)
{
	const struct lattice *lattice = step->lattice;
	const struct model_step *model = &step->to->step;
	const struct state *from = &lattice->states[offer->before];
	double x, y;

	if (!isinf(step->to->motion.variance)) {
		struct belief error = belief_after(&from->error, &step->to->error);
		double variance, beside_m;

		x = offer->error_x_m - error.x_m;
		y = offer->error_y_m - error.y_m;
		beside_m = y * place->ahead_x - x * place->ahead_y;
		variance = belief_beside(&error, &lattice->params, place->ahead_x, place->ahead_y);
		return model_change(&lattice->params, model, beside_m / sqrt(variance));
	}
	x = offer->error_x_m - from->error_x_m;
	y = offer->error_y_m - from->error_y_m;
	return model_change(&lattice->params, model, sqrt(x * x + y * y) / model->change_m);
}

/* Instead of the change of an error: off the roads nobody knows it. */
static double cost_of_break(const struct step *step)
{
	return step->lattice->params.off_change * step->to->step.kept;
}

/* What the move itself makes likely or not, given the fixes at both of its ends. */
static double motion_cost(const struct step *step, const struct offer *offer,
			  const struct place *place)
{
	const struct model_step *model = &step->to->step;

	if (!step->from)
		return 0;
	if (offer->arrival == ARRIVED_AFRESH)
		return cost_of_break(step);
	return model_shortfall(model, offer->metres) + change_cost(step, offer, place);
}

/* Remembers the second cheapest history: how much it lacks is how sure the first one is. */
static void note_rival(struct state *state, double cost, uint32_t before)
{
	if (cost - state->cost < state->rival_margin && before != state->before) {
		state->rival_margin = cost - state->cost;
		state->rival = before;
	}
}

static double turned_m(const struct step *step, const struct offer *offer)
{
	if (!step->from || offer->arrival == ARRIVED_AFRESH)
		return HUGE_VAL;
	if (offer->arrival == ARRIVED_TURNED || offer->arrival == ARRIVED_TURN_ROUTE)
		return offer->metres;
	return step->lattice->states[offer->before].turned_m + offer->metres;
}

/* The history is the cheapest of its place so far. */
static void accept(struct step *step, size_t place, const struct offer *offer, double cost)
{
	struct state *state = &step->states[place];

	if (state->before != STATE_NONE && state->before != offer->before) {
		state->rival_margin = state->cost - cost;
		state->rival = state->before;
	} else if (state->rival != offer->before) {
		state->rival_margin += state->cost - cost;
	} else {
		state->rival_margin = MODEL_IMPOSSIBLE;
		state->rival = STATE_NONE;
	}
	state->cost = cost;
	state->before = offer->before;
	state->arrival = (uint8_t)offer->arrival;
	state->at_m = offer->at_m;
	state->behind_m = offer->behind_m;
	state->turned_m = turned_m(step, offer);
	state->error_x_m = offer->error_x_m;
	state->error_y_m = offer->error_y_m;
	state->between_count = 0;
	if (cost < step->best)
		step->best = cost;
}

/* It cannot become so cheap that it matters to the place. */
static inline bool is_hopeless(const struct state *state, double cost)
{
	return cost >= state->cost + state->rival_margin;
}

/* Considers a history; true when it is the cheapest of its place so far. */
static bool take(struct step *step, size_t place, const struct offer *offer)
{
	struct state *state = &step->states[place];
	double cost = offer->cost + step->places[place].cost;

	if (is_hopeless(state, cost))
		return false;
	cost += motion_cost(step, offer, &step->places[place]);
	if (cost >= state->cost) {
		note_rival(state, cost, offer->before);
		return false;
	}
	accept(step, place, offer, cost);
	return true;
}

/* The same for one that comes to its place by no road. */
static void take_afresh(struct step *step, size_t place, uint32_t before, double cost)
{
	struct state *state = &step->states[place];
	double whole = cost + step->places[place].cost;
	struct offer offer;

	if (is_hopeless(state, whole))
		return;
	whole += cost_of_break(step);
	if (whole >= state->cost) {
		note_rival(state, whole, before);
		return;
	}
	offer = offer_of(step, place, before, cost, ARRIVED_AFRESH);
	accept(step, place, &offer, whole);
}

/* The vehicle seems to have gone back: it stayed where it was, and the fix is further off. */
static void hold(const struct step *step, const struct state *from, const struct place *place,
		 struct offer *offer)
{
	const struct lattice *lattice = step->lattice;
	double length = arc_length_m(lattice->net, from->arc), away_m;
	struct place_point point =
		places_point(lattice->net, arc_link(from->arc),
			     arc_is_forward(from->arc) ? from->at_m : length - from->at_m);

	offer->behind_m = from->at_m - offer->at_m;
	offer->at_m = from->at_m;
	offer->error_x_m = step->to->at.x_m - point.x_m;
	offer->error_y_m = step->to->at.y_m - point.y_m;
	away_m = sqrt(offer->error_x_m * offer->error_x_m + offer->error_y_m * offer->error_y_m);
	offer->cost += model_backward(&lattice->params, offer->behind_m - from->behind_m);
	offer->cost += step->to->step.weight *
		       (model_emission(&lattice->params, lattice->sigma_m, away_m) -
			model_emission(&lattice->params, lattice->sigma_m, place->distance_m));
}

/* Soon after a turn another one is likely, if the vehicle moves: a receiver that drifts seems to, too. */
static double cost_of_turn(const struct step *step, const struct state *from, double rest_m)
{
	const struct lattice *lattice = step->lattice;
	double turned_m = model_has_course(&step->to->at.fix) ? from->turned_m : HUGE_VAL;

	return model_turn(&lattice->params, lattice->net, from->arc, rest_m, turned_m);
}

/* From one state to a place on the same link. */
static void offer_same_link(struct step *step, uint32_t before, size_t place)
{
	const struct lattice *lattice = step->lattice;
	const struct state *from = &lattice->states[before];
	uint32_t arc = step->places[place].arc;
	double per_m = step->to->step.costs.per_m;
	struct offer offer = offer_of(step, place, before, from->cost, ARRIVED_ALONG);

	if (arc_is_against(lattice->net, arc))
		per_m += step->to->step.costs.against_per_m;
	if (from->arc != arc) {
		double rest = arc_length_m(lattice->net, arc) - from->at_m;

		/*
		 * Who has gone on meanwhile turns after this fix: that is found at the next one,
		 * unless the receiver measured that it comes back already.
		 */
		if (offer.at_m < rest && !step->places[place].measured)
			return;
		offer.arrival = ARRIVED_TURNED;
		offer.metres = fabs(offer.at_m - rest);
		offer.cost += per_m * offer.metres +
			      cost_of_turn(step, from, rest);
	} else if (offer.at_m >= from->at_m) {
		offer.metres = offer.at_m - from->at_m;
		offer.cost += per_m * offer.metres;
	} else {
		hold(step, from, &step->places[place], &offer);
	}
	take(step, place, &offer);
}

/* What is not driven along roads: leaving them, coming back to them, being elsewhere at once. */
static void offer_afresh(struct step *step)
{
	const struct lattice *lattice = step->lattice;
	const struct anchor *from = step->from;
	size_t off = step->count - 1;
	/* Routes pay for every metre, not only for those beyond the straight line: so must these.
	 */
	double way = step->to->step.straight_m * step->to->step.costs.per_m;

	for (uint32_t s = from->first; s < from->first + from->states; s++) {
		const struct state *state = &lattice->states[s];
		bool was_off = state->arc == ARC_NONE;
		double leave = was_off ? 0 : lattice->params.off_cost;
		double again = was_off ? lattice->params.off_cost : lattice->params.break_cost;

		take_afresh(step, off, s, state->cost + way + leave);
		if (!was_off && state->cost > 0)
			continue; /* only the best breaks: the others gain nothing by it */
		for (size_t i = 0; i < off; i++)
			take_afresh(step, i, s, state->cost + way + again);
	}
}

static void offer_same_links(struct step *step)
{
	const struct lattice *lattice = step->lattice;
	const struct anchor *from = step->from;

	for (uint32_t s = from->first; s < from->first + from->states; s++) {
		uint32_t arc = lattice->states[s].arc;

		if (arc == ARC_NONE)
			continue;
		for (size_t i = 0; i + 1 < step->count; i += 2) /* both directions of a link */
			if (arc_link(step->places[i].arc) == arc_link(arc)) {
				offer_same_link(step, s, i);
				offer_same_link(step, s, i + 1);
				break;
			}
	}
}

static void keep_between(struct lattice *lattice, const struct route_hit *hit, struct state *state)
{
	size_t free_arcs = lattice->arc_room - lattice->arc_count;
	size_t count =
		route_between(lattice->route, hit, lattice->arcs + lattice->arc_count, free_arcs);

	if (count > free_arcs) {
		lattice->arc_room = 2 * (lattice->arc_room + count);
		lattice->arcs = x_realloc(lattice->arcs, lattice->arc_room, sizeof(*lattice->arcs));
		route_between(lattice->route, hit, lattice->arcs + lattice->arc_count, count);
	}
	state->between = (uint32_t)lattice->arc_count;
	state->between_count = (uint32_t)count;
	lattice->arc_count += count;
}

static void take_hit(struct step *step, const struct route_hit *hit)
{
	struct lattice *lattice = step->lattice;
	bool turned = hit->tag & TAG_TURNED;
	double at_m = step->places[hit->target].at_m;
	struct offer offer = offer_of(step, hit->target, hit->tag & ~TAG_TURNED, hit->cost,
				      turned ? ARRIVED_TURN_ROUTE : ARRIVED_ROUTE);

	offer.metres = hit->metres + at_m;
	offer.cost += at_m * route_cost_per_m(lattice->route, hit->arc);
	if (take(step, hit->target, &offer))
		keep_between(lattice, hit, &step->states[hit->target]);
}

/* All routes at once: from every state of the fix before to every link near this one. */
static void offer_routes(struct step *step)
{
	struct lattice *lattice = step->lattice;
	struct route *route = lattice->route;
	const struct anchor *from = step->from;
	const double beam = lattice->params.beam;
	struct route_hit hit;

	route_begin(route, &step->to->step.costs, step->best + beam, step->to->step.furthest_m);
	route_aim(route, step->to->at.x_m, step->to->at.y_m, step->radius_m);
	for (uint32_t i = 0; i + 1 < step->count; i++)
		route_target(route, step->places[i].arc, i);
	for (uint32_t s = from->first; s < from->first + from->states; s++) {
		const struct state *state = &lattice->states[s];
		double rest, turn;

		if (state->arc == ARC_NONE)
			continue;
		rest = arc_length_m(lattice->net, state->arc) - state->at_m;
		turn = cost_of_turn(step, state, rest);
		route_start(route, state->arc, rest, state->cost, s);
		route_start(route, arc_reverse(state->arc), state->at_m, state->cost + turn,
			    s | TAG_TURNED);
	}
	while (route_next(route, &hit)) {
		take_hit(step, &hit);
		route_lower(route, step->best + beam);
	}
}

/* The trip's first fix, or the first one after too long a gap. */
static void begin(struct step *step)
{
	const struct lattice *lattice = step->lattice;
	uint32_t before = step->from ? lattice_best(lattice) : STATE_NONE;

	for (size_t i = 0; i < step->count; i++) {
		uint32_t arc = step->places[i].arc;
		struct offer offer = offer_of(step, i, before, 0, ARRIVED_AFRESH);

		if (arc == ARC_NONE)
			offer.cost = lattice->params.off_cost;
		else if (arc_is_against(lattice->net, arc))
			offer.cost = lattice->params.against_cost;
		take(step, i, &offer);
	}
}

/* What is believed of the error at a place, however the vehicle came there. */
static void learn_error(struct step *step, size_t place)
{
	const struct lattice *lattice = step->lattice;
	const struct place *p = &step->places[place];
	struct state *state = &step->states[place];

	if (state->before == STATE_NONE)
		state->error = belief_begin(lattice->sigma_m);
	else
		state->error = belief_after(&lattice->states[state->before].error,
					    &step->to->error);
	if (p->arc != ARC_NONE)
		belief_see(&state->error, &lattice->params, step->to->step.weight, state,
			   p->ahead_x, p->ahead_y);
}

/* Keeps what is within the beam as the newest anchor's states; the best then costs nothing. */
static void keep(struct step *step, struct anchor *anchor)
{
	struct lattice *lattice = step->lattice;

	anchor->first = (uint32_t)lattice->state_count;
	for (size_t i = 0; i < step->count; i++) {
		if (step->states[i].cost > step->best + lattice->params.beam)
			continue;
		learn_error(step, i);
		lattice->states = x_grow(lattice->states, lattice->state_count,
					 &lattice->state_room, sizeof(*lattice->states));
		lattice->states[lattice->state_count] = step->states[i];
		lattice->states[lattice->state_count++].cost -= step->best;
	}
	anchor->states = (uint32_t)(lattice->state_count - anchor->first);
}

/* What holds on the way to an anchor; a motion that is not believed was not measured. */
static void begin_step(const struct lattice *lattice, const struct anchor *from,
		       struct anchor *anchor)
{
	int64_t time_ms = from ? anchor->at.fix.time_ms - from->at.fix.time_ms : 0;
	double straight_m = anchor->step.straight_m;

	anchor->step = model_step(&lattice->params, lattice->sigma_m, anchor->step.seconds,
				  straight_m);
	if (lattice->motion_trust <= MODEL_TRUST)
		anchor->motion.variance = HUGE_VAL;
	anchor->error = error_change(&lattice->params, lattice->sigma_m, &anchor->motion,
				     (double)time_ms / 1000, straight_m);
	if (!isinf(anchor->motion.variance))
		anchor->step.kept = anchor->error.kept;
}

void lattice_add(struct lattice *lattice, const struct anchor *given)
{
	struct step step; /* large, and filled as far as it is used */
	struct anchor *anchor;
	const struct state *best;
	bool afresh;

	lattice->anchors = x_grow(lattice->anchors, lattice->anchor_count, &lattice->anchor_room,
				  sizeof(*lattice->anchors));
	anchor = &lattice->anchors[lattice->anchor_count];
	*anchor = *given;
	step.lattice = lattice;
	step.from = lattice->anchor_count > 0 ? anchor - 1 : NULL;
	step.to = anchor;
	step.best = MODEL_IMPOSSIBLE;
	afresh = !step.from || anchor->gap_s > lattice->params.max_gap_s;
	begin_step(lattice, step.from, anchor);
	find_places(&step, afresh ? 1 : anchor->step.weight);
	if (afresh) {
		begin(&step);
	} else {
		offer_same_links(&step);
		offer_afresh(&step);
		offer_routes(&step);
	}
	keep(&step, anchor);
	lattice->anchor_count++;
	lattice->motion_trust =
		model_learn_motion(lattice->motion_trust, lattice->sigma_m, &given->motion);
	best = &lattice->states[lattice_best(lattice)];
	if (best->arc != ARC_NONE)
		lattice->sigma_m =
			model_learn(&lattice->params, lattice->sigma_m, best->distance_m);
}
