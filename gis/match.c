/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/match_emit.h"
#include "gis/match_error.h"
#include "gis/match_intake.h"
#include "gis/match_lattice.h"
#include "gis/match_shift.h"

/* How many anchors may gather before agreement is looked for: looking costs as much as there are.
 */
#define LOOK_AFTER 24

/* For so long what a receiver's error is becomes plainer by what it is later. */
#define HINDSIGHT_MS 60000

/* A margin of so much cost between the best two histories makes the odds e : 1. */
#define CONFIDENCE_COST 3.0

/* Intake, lattice and emitter, put together; a whole trip and the live map differ only in patience.
 */
struct tracer {
	struct lattice lattice;
	struct intake intake;
	struct emitter emitter;
	struct error_trail trail;
	struct shift shift; /* of the map, as what was settled tells */
	struct choice *choices; /* for each anchor of the lattice */
	size_t choice_room;
	size_t look_after;
	struct match_summary summary;
};

struct matcher {
	struct tracer tracer;
	int64_t *jumps_ms;
	size_t jump_count, jump_room;
};

struct match_live {
	struct tracer tracer;
	int64_t last_ms;
	bool started;
};

static void tracer_init(struct tracer *tracer, const struct network *net,
			const struct match_params *params)
{
	lattice_init(&tracer->lattice, net, params);
	intake_init(&tracer->intake, net, params);
	emitter_init(&tracer->emitter, net, params);
	error_trail_init(&tracer->trail, net, params);
	tracer->look_after = LOOK_AFTER;
}

static void tracer_fini(struct tracer *tracer)
{
	lattice_fini(&tracer->lattice);
	emitter_fini(&tracer->emitter);
	error_trail_fini(&tracer->trail);
	free(tracer->choices);
}

static void tracer_clear(struct tracer *tracer)
{
	lattice_clear(&tracer->lattice);
	intake_clear(&tracer->intake);
	emitter_clear(&tracer->emitter);
	error_trail_clear(&tracer->trail);
	tracer->shift = (struct shift){0};
	tracer->look_after = LOOK_AFTER;
	tracer->summary = (struct match_summary){0};
}

static void count(struct tracer *tracer, const struct anchor *anchor, const struct state *before,
		  const struct state *state)
{
	if (state->arc == ARC_NONE) {
		tracer->summary.off_road += anchor->fixes;
	} else {
		tracer->summary.matched += anchor->fixes;
		tracer->summary.breaks += before && state->arrival == ARRIVED_AFRESH;
	}
}

/*
 * Is a state on a road that the chosen history is not on, around this anchor?  When exactly a
 * junction was passed is always in doubt, but makes no difference.
 */
static bool is_elsewhere(const struct tracer *tracer, uint32_t state, size_t anchor)
{
	const struct lattice *lattice = &tracer->lattice;
	size_t from = anchor > 0 ? anchor - 1 : 0;
	size_t to = anchor + 1 < lattice->anchor_count ? anchor + 1 : anchor;

	for (size_t i = from; i <= to; i++)
		if (arc_link(lattice->states[tracer->choices[i].state].arc) ==
		    arc_link(lattice->states[state].arc))
			return false;
	return true;
}

/*
 * Another history went `state` at the anchor and came back to the chosen one later, at a cost of
 * `margin`: by so much the anchors on which it was elsewhere are sure.
 */
static void doubt(struct tracer *tracer, uint32_t state, size_t anchor, double margin)
{
	const struct lattice *lattice = &tracer->lattice;

	for (;; anchor--) {
		struct choice *choice = &tracer->choices[anchor];

		if (state == choice->state)
			return;
		if (is_elsewhere(tracer, state, anchor))
			choice->margin = fmin(choice->margin, margin);
		if (anchor == 0)
			return;
		state = lattice->states[state].before;
	}
}

/* The history of the newest anchor's state, and how sure each of its places is. */
static void choose(struct tracer *tracer, uint32_t state)
{
	const struct lattice *lattice = &tracer->lattice;
	const struct anchor *last = &lattice->anchors[lattice->anchor_count - 1];

	while (tracer->choice_room < lattice->anchor_count)
		tracer->choices = x_grow(tracer->choices, tracer->choice_room, &tracer->choice_room,
					 sizeof(*tracer->choices));
	for (size_t i = lattice->anchor_count; i-- > 0;) {
		tracer->choices[i] = (struct choice){state, MODEL_IMPOSSIBLE};
		state = lattice->states[state].before;
	}
	for (size_t i = lattice->anchor_count - 1; i > 0; i--) {
		const struct state *chosen = &lattice->states[tracer->choices[i].state];

		if (chosen->rival != STATE_NONE)
			doubt(tracer, chosen->rival, i - 1, chosen->rival_margin);
	}
	for (uint32_t s = last->first; s < last->first + last->states; s++)
		doubt(tracer, s, lattice->anchor_count - 1, lattice->states[s].cost);
}

static double confidence_of(const struct choice *before, const struct choice *after)
{
	return 1 / (1 + exp(-fmin(before->margin, after->margin) / CONFIDENCE_COST));
}

/* The state chosen for an anchor, where the vehicle was as the receiver's error is known now. */
static struct state placed(const struct tracer *tracer, size_t anchor)
{
	struct state state = tracer->lattice.states[tracer->choices[anchor].state];
	const struct error_mark *mark = &tracer->trail.marks[anchor];

	state.at_m = mark->at_m;
	state.error_x_m = mark->x_m;
	state.error_y_m = mark->y_m;
	return state;
}

/* What leads to an anchor on the way to the newest one's state is the answer. */
static void settle(struct tracer *tracer, size_t upto, uint32_t state)
{
	struct lattice *lattice = &tracer->lattice;

	choose(tracer, state);
	error_trail_follow(&tracer->trail, lattice, tracer->choices);
	for (size_t i = 1; i <= upto; i++) {
		const struct choice *choice = &tracer->choices[i];
		struct state before = placed(tracer, i - 1), after = placed(tracer, i);

		count(tracer, &lattice->anchors[i], &before, &after);
		if (after.arc != ARC_NONE)
			shift_see(&tracer->shift, &lattice->params, lattice->sigma_m,
				  &lattice->anchors[i].step, &tracer->trail.marks[i].sight);
		emitter_step(&tracer->emitter, lattice, &before, &lattice->anchors[i], &after,
			     confidence_of(choice - 1, choice));
	}
	error_trail_drop(&tracer->trail, upto);
	lattice_drop(lattice, upto, tracer->choices[upto].state);
}

/* What all histories agree on and is older than so long, so that what came then can tell of it. */
static void settle_agreed(struct tracer *tracer, int64_t patience_ms)
{
	const struct lattice *lattice = &tracer->lattice;
	size_t upto = lattice_agreed(lattice);
	int64_t newest_ms;

	if (upto == SIZE_MAX)
		return;
	newest_ms = lattice->anchors[lattice->anchor_count - 1].at.fix.time_ms;
	while (upto > 0 && lattice->anchors[upto].at.fix.time_ms > newest_ms - patience_ms)
		upto--;
	if (upto > 0)
		settle(tracer, upto, lattice_best(lattice));
}

static void add_anchors(struct tracer *tracer, const struct anchor *anchors, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		bool first = tracer->lattice.anchor_count == 0;

		lattice_add(&tracer->lattice, &anchors[i]);
		if (first)
			count(tracer, &anchors[i], NULL,
			      &tracer->lattice.states[lattice_best(&tracer->lattice)]);
	}
}

static void tracer_feed(struct tracer *tracer, const struct fix *fix, const struct fix *given)
{
	struct anchor anchors[2];

	tracer->summary.fixes++;
	tracer->intake.sigma_m = tracer->lattice.sigma_m;
	add_anchors(tracer, anchors, intake_feed(&tracer->intake, fix, given, anchors));
}

static void tracer_end(struct tracer *tracer)
{
	struct lattice *lattice = &tracer->lattice;
	struct anchor anchor;

	add_anchors(tracer, &anchor, intake_end(&tracer->intake, &anchor));
	if (lattice->anchor_count > 1)
		settle(tracer, lattice->anchor_count - 1, lattice_best(lattice));
	tracer->summary.jumped = tracer->intake.jumps;
}

struct matcher *matcher_new(const struct network *net, const struct match_params *params)
{
	struct matcher *matcher = x_calloc(1, sizeof(*matcher));

	tracer_init(&matcher->tracer, net, params);
	return matcher;
}

void matcher_free(struct matcher *matcher)
{
	if (!matcher)
		return;
	tracer_fini(&matcher->tracer);
	free(matcher->jumps_ms);
	free(matcher);
}

const int64_t *matcher_jumps_ms(const struct matcher *matcher, size_t *out_count)
{
	*out_count = matcher->jump_count;
	return matcher->jumps_ms;
}

/* A fix finds at most one before it to have been a jump. */
static void note_jump(struct matcher *matcher)
{
	const struct intake *intake = &matcher->tracer.intake;

	if (intake->jumps == matcher->jump_count)
		return;
	matcher->jumps_ms = x_grow(matcher->jumps_ms, matcher->jump_count, &matcher->jump_room,
				   sizeof(*matcher->jumps_ms));
	matcher->jumps_ms[matcher->jump_count++] = intake->jumped_ms;
}

/* The whole trip, the map lying off by so much. */
static void match_once(struct matcher *matcher, const struct fix *fixes, size_t number,
		       double shift_x_m, double shift_y_m)
{
	struct tracer *tracer = &matcher->tracer;

	tracer_clear(tracer);
	tracer->intake.shift_x_m = shift_x_m;
	tracer->intake.shift_y_m = shift_y_m;
	matcher->jump_count = 0;
	for (size_t i = 0; i < number; i++) {
		tracer_feed(tracer, &fixes[i], &fixes[i]);
		note_jump(matcher);
		if (tracer->lattice.anchor_count >= tracer->look_after) {
			settle_agreed(tracer, HINDSIGHT_MS);
			tracer->look_after = LOOK_AFTER + 2 * tracer->lattice.anchor_count;
		}
	}
	tracer_end(tracer);
	note_jump(matcher);
}

int match_trip(struct matcher *matcher, const struct fix *fixes, size_t number,
	       movement_cb *on_movement, void *arg, struct match_summary *out)
{
	struct tracer *tracer = &matcher->tracer;
	double x_m, y_m;

	for (size_t i = 1; i < number; i++)
		if (fixes[i].time_ms <= fixes[i - 1].time_ms)
			return -EINVAL;
	tracer->emitter.on_movement = on_movement;
	tracer->emitter.arg = arg;
	match_once(matcher, fixes, number, 0, 0);
	if (shift_told(&tracer->shift, &tracer->lattice.params, &x_m, &y_m)) {
		on_movement(NULL, arg);
		match_once(matcher, fixes, number, x_m, y_m);
	}
	*out = tracer->summary;
	return 0;
}

struct match_live *match_live_new(const struct network *net, const struct match_params *params,
				  movement_cb *on_movement, void *arg)
{
	struct match_live *live = x_calloc(1, sizeof(*live));

	tracer_init(&live->tracer, net, params);
	live->tracer.emitter.on_movement = on_movement;
	live->tracer.emitter.arg = arg;
	return live;
}

void match_live_free(struct match_live *live)
{
	if (!live)
		return;
	tracer_fini(&live->tracer);
	free(live);
}

/* What is older than the lag is decided by the best history known now. */
static void settle_old(struct match_live *live, int64_t now_ms)
{
	struct lattice *lattice = &live->tracer.lattice;
	int64_t lag_ms = (int64_t)(lattice->params.live_lag_s * 1000);
	size_t upto = 0;
	uint32_t best;

	while (upto + 1 < lattice->anchor_count &&
	       lattice->anchors[upto + 1].at.fix.time_ms <= now_ms - lag_ms)
		upto++;
	if (upto == 0)
		return;
	best = lattice_best(lattice);
	lattice_decide(lattice, upto, lattice_ancestor(lattice, best, upto));
	settle(&live->tracer, upto, lattice_best(lattice));
}

int match_live_feed(struct match_live *live, const struct fix *fix)
{
	if (live->started && fix->time_ms <= live->last_ms)
		return -ERANGE;
	live->started = true;
	live->last_ms = fix->time_ms;
	tracer_feed(&live->tracer, fix, NULL);
	settle_agreed(&live->tracer, 0);
	settle_old(live, fix->time_ms);
	return 0;
}

void match_live_flush(struct match_live *live)
{
	tracer_end(&live->tracer);
	tracer_clear(&live->tracer);
	live->started = false;
}
