/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_emit.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/geo.h"

void emitter_init(struct emitter *emitter, const struct network *net,
		  const struct match_params *params)
{
	*emitter = (struct emitter){.net = net, .params = *params, .doubter = gap_doubter_new(net)};
	emitter_clear(emitter);
}

void emitter_clear(struct emitter *emitter)
{
	emitter->reached_arc = ARC_NONE;
	emitter->pace_mps = 0;
}

void emitter_fini(struct emitter *emitter)
{
	gap_doubter_free(emitter->doubter);
	free(emitter->pieces);
}

static void add_piece(struct emitter *emitter, uint32_t arc, double from_m, double to_m)
{
	if (!(to_m > from_m))
		return;
	emitter->pieces =
		x_grow(emitter->pieces, emitter->count, &emitter->room, sizeof(*emitter->pieces));
	emitter->pieces[emitter->count++] =
		(struct piece){.arc = arc, .from_m = from_m, .to_m = to_m, .claimed = true};
}

/*
 * How far along its arc the left-out fix lies that was furthest ahead; or 0.  Its error is what it
 * was about that time.
 */
static double peak_along_m(const struct emitter *emitter, const struct state *before,
			   const struct anchor *anchor, const struct state *after)
{
	uint32_t arc = before->arc;
	const struct link *link = network_link(emitter->net, arc_link(arc));
	const struct vertex *v = network_vertices(emitter->net, arc_link(arc));
	double nearest = emitter->params.search_radius_m, along = -1, distance;
	double x_m = anchor->peak.x_m - (before->error_x_m + after->error_x_m) / 2;
	double y_m = anchor->peak.y_m - (before->error_y_m + after->error_y_m) / 2;

	if (anchor->peak_m <= 0)
		return 0;
	for (uint32_t i = 0; i + 1 < link->vertices; i++) {
		double share = geo_project((double)v[i].x_m, (double)v[i].y_m, (double)v[i + 1].x_m,
					   (double)v[i + 1].y_m, x_m, y_m, &distance);

		if (distance >= nearest)
			continue;
		nearest = distance;
		along = (double)v[i].along_m +
			share * ((double)v[i + 1].along_m - (double)v[i].along_m);
	}
	if (along < 0)
		return 0;
	return arc_is_forward(arc) ? along : link->length_m - along;
}

/* A vehicle that has made no headway may have turned already: remembers how far it came. */
static void note_reach(struct emitter *emitter, const struct state *before,
		       const struct anchor *anchor, const struct state *after)
{
	if (after->arrival != ARRIVED_ALONG || after->at_m > before->at_m) {
		emitter->reached_arc = ARC_NONE;
		return;
	}
	if (emitter->reached_arc != after->arc)
		emitter->reached_m = after->at_m;
	emitter->reached_arc = after->arc;
	emitter->reached_m = fmax(emitter->reached_m, peak_along_m(emitter, before, anchor, after));
}

/* It turned round on its link: where the fixes say that it was furthest. */
static void add_turn(struct emitter *emitter, const struct state *before,
		     const struct anchor *anchor, const struct state *after)
{
	uint32_t back = arc_reverse(before->arc);
	double length = arc_length_m(emitter->net, before->arc);
	double to_m = after->arrival == ARRIVED_TURNED ? after->at_m : length;
	double turn_m = fmax(before->at_m, length - to_m);

	turn_m = fmax(turn_m, peak_along_m(emitter, before, anchor, after));
	if (emitter->reached_arc == before->arc)
		turn_m = fmax(turn_m, emitter->reached_m);
	turn_m = fmin(turn_m, length);
	add_piece(emitter, before->arc, before->at_m, turn_m);
	add_piece(emitter, back, length - turn_m, to_m);
}

static void find_pieces(struct emitter *emitter, const struct lattice *lattice,
			const struct state *before, const struct anchor *anchor,
			const struct state *after)
{
	emitter->count = 0;
	switch ((enum arrival_kind)after->arrival) {
	case ARRIVED_AFRESH:
		return;
	case ARRIVED_ALONG:
		add_piece(emitter, after->arc, before->at_m, after->at_m);
		return;
	case ARRIVED_TURNED:
		add_turn(emitter, before, anchor, after);
		return;
	case ARRIVED_TURN_ROUTE:
		add_turn(emitter, before, anchor, after);
		break;
	case ARRIVED_ROUTE:
		add_piece(emitter, before->arc, before->at_m,
			  arc_length_m(emitter->net, before->arc));
		break;
	}
	for (uint32_t i = 0; i < after->between_count; i++) {
		uint32_t arc = lattice->arcs[after->between + i];

		add_piece(emitter, arc, 0, arc_length_m(emitter->net, arc));
	}
	add_piece(emitter, after->arc, 0, after->at_m);
}

/* How fast a fix says that the vehicle was; what is not known is no speed. */
static double speed_mps(const struct fix *fix)
{
	return fix->speed_cmps == FIX_ABSENT ? 0 : fix->speed_cmps / 100.0;
}

static void doubt_gap(struct emitter *emitter, const struct state *before,
		      const struct anchor *anchor, const struct state *after)
{
	double measured_mps =
		fmax(speed_mps(&anchor->left.fix), speed_mps(&anchor->at.fix));
	struct gap gap = {
		.before = before,
		.after = after,
		.pieces = emitter->pieces,
		.count = emitter->count,
		.costs = anchor->step.costs,
		.turned = after->arrival != ARRIVED_ROUTE,
		.seconds = anchor->gap_s,
		.pace_mps = fmax(emitter->pace_mps, measured_mps),
	};

	gap_doubt(emitter->doubter, &gap);
}

static void call(const struct emitter *emitter, const struct piece *piece,
		 struct movement *movement)
{
	double length = arc_length_m(emitter->net, piece->arc);
	double a = piece->from_m, b = piece->to_m;

	movement->link = arc_link(piece->arc);
	movement->from_m = (float)(arc_is_forward(piece->arc) ? a : length - a);
	movement->to_m = (float)(arc_is_forward(piece->arc) ? b : length - b);
	emitter->on_movement(movement, emitter->arg);
}

void emitter_step(struct emitter *emitter, const struct lattice *lattice,
		  const struct state *before, const struct anchor *anchor,
		  const struct state *after, double confidence)
{
	const struct sighting *left = &anchor->left, *at = &anchor->at;
	bool gap = anchor->gap_s > emitter->params.gap_s;
	double metres = 0, done = 0;
	struct movement movement = {
		.before = left->given ? left->given : &left->fix,
		.after = at->given ? at->given : &at->fix,
		.confidence = (float)confidence,
	};
	int64_t time = at->fix.time_ms - left->fix.time_ms;

	find_pieces(emitter, lattice, before, anchor, after);
	note_reach(emitter, before, anchor, after);
	if (gap && emitter->count > 0)
		doubt_gap(emitter, before, anchor, after);
	for (size_t i = 0; i < emitter->count; i++)
		metres += emitter->pieces[i].to_m - emitter->pieces[i].from_m;
	if (!gap && time > 0)
		emitter->pace_mps = 1000 * metres / (double)time;
	for (size_t i = 0; i < emitter->count; i++) {
		const struct piece *piece = &emitter->pieces[i];

		movement.start_ms = left->fix.time_ms + (int64_t)((double)time * done / metres);
		done += piece->to_m - piece->from_m;
		movement.end_ms = left->fix.time_ms + (int64_t)((double)time * done / metres);
		movement.inferred = gap;
		if (piece->claimed)
			call(emitter, piece, &movement);
	}
}
