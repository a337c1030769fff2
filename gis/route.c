/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_LABEL UINT32_MAX
#define NO_TARGET UINT32_MAX
#define LABELS_AT_FIRST 128u
/* A search that has seen this many arcs is lost: a gap across a whole prefecture. */
#define LABELS_MOST (1u << 17)

struct label {
	double cost, metres;         /* when entering the arc */
	double end_cost, end_rest_m; /* at its end, and how far from there all that matters lies */
	double factor;               /* 1, or what the arc is discouraged by */
	uint32_t arc;
	uint32_t parent; /* the label of the arc before, or NO_LABEL after the start's arc */
	uint32_t tag, target;
	bool reached, settled;
};

/* The label of an arc, in the search that made it. */
struct place {
	uint32_t search, arc, label;
};

struct entry {
	double cost;
	uint32_t label;
};

struct route {
	const struct network *net;
	const struct arc *arcs;
	struct route_costs costs;
	double max_cost, max_m;
	double aim_x_m, aim_y_m, aim_radius_m; /* radius infinite: no aim */
	struct label *labels;
	struct place *table; /* open addressing, twice the labels; those of older searches are free */
	struct entry *heap;
	uint32_t count, room;
	uint32_t mask, search;
	size_t heap_count, heap_room;
};

double arc_length_m(const struct network *net, uint32_t arc)
{
	return network_arcs(net)[arc].length_m;
}

uint32_t arc_head(const struct network *net, uint32_t arc)
{
	const struct link *link = network_link(net, arc_link(arc));

	return arc_is_forward(arc) ? link->node_to : link->node_from;
}

bool arc_ends_dead(const struct network *net, uint32_t arc)
{
	return network_arcs(net)[arc].leaving_count <= 1;
}

bool arc_is_against(const struct network *net, uint32_t arc)
{
	return network_arcs(net)[arc].against;
}

static void *grown(void *old, size_t count, size_t size)
{
	void *bytes = reallocarray(old, count, size);

	if (!bytes)
		abort();
	return bytes;
}

static uint32_t hash_arc(uint32_t arc)
{
	uint32_t h = arc * 2654435769u;

	return h ^ (h >> 15);
}

/* The place of an arc in the table: its label's, or the free one where it belongs. */
static struct place *place_of(const struct route *route, uint32_t arc)
{
	uint32_t slot = hash_arc(arc) & route->mask;

	while (route->table[slot].search == route->search && route->table[slot].arc != arc)
		slot = (slot + 1) & route->mask;
	return &route->table[slot];
}

static void make_room(struct route *route)
{
	uint32_t room = route->room ? 2 * route->room : LABELS_AT_FIRST;

	route->labels = grown(route->labels, room, sizeof(*route->labels));
	free(route->table);
	route->table = calloc(2 * (size_t)room, sizeof(*route->table));
	if (!route->table)
		abort();
	route->room = room;
	route->mask = 2 * room - 1;
	for (uint32_t i = 0; i < route->count; i++)
		*place_of(route, route->labels[i].arc) =
			(struct place){route->search, route->labels[i].arc, i};
}

/* The label at a place, if there is one. */
static struct label *label_at(const struct route *route, const struct place *place)
{
	return place->search == route->search ? &route->labels[place->label] : NULL;
}

static struct label *add_label(struct route *route, struct place *place, uint32_t arc)
{
	uint32_t label = route->count;

	if (label == route->room) {
		make_room(route);
		place = place_of(route, arc);
	}
	*place = (struct place){route->search, arc, label};
	route->count++;
	route->labels[label] = (struct label){
		.arc = arc,
		.factor = 1,
		.parent = NO_LABEL,
		.target = NO_TARGET,
	};
	return &route->labels[label];
}

/* The label of an arc, made when there is none yet.  That may move the others. */
static struct label *label_of(struct route *route, uint32_t arc)
{
	struct place *place = place_of(route, arc);
	struct label *label = label_at(route, place);

	return label ? label : add_label(route, place, arc);
}

/* Without a jump: which of two is cheaper nobody can guess, least of all the processor. */
static bool entry_before(struct entry a, struct entry b)
{
	return (a.cost < b.cost) | ((a.cost == b.cost) & (a.label < b.label));
}

/* Puts an entry into the hole at i, or further up. */
static void heap_fill(struct entry *heap, size_t i, struct entry entry)
{
	while (i > 0) {
		size_t up = (i - 1) / 2;

		if (!entry_before(entry, heap[up]))
			break;
		heap[i] = heap[up];
		i = up;
	}
	heap[i] = entry;
}

static void heap_push(struct route *route, struct entry entry)
{
	if (route->heap_count == route->heap_room) {
		route->heap_room = route->heap_room ? 2 * route->heap_room : LABELS_AT_FIRST;
		route->heap = grown(route->heap, route->heap_room, sizeof(*route->heap));
	}
	heap_fill(route->heap, route->heap_count++, entry);
}

/* The hole goes all the way down, where the last entry mostly belongs. */
static struct entry heap_pop(struct route *route)
{
	struct entry *heap = route->heap, top = heap[0];
	size_t last = --route->heap_count, hole = 0, down;

	while ((down = 2 * hole + 2) < last) {
		down -= entry_before(heap[down - 1], heap[down]);
		heap[hole] = heap[down];
		hole = down;
	}
	if (down == last) { /* one child alone: or it is the last entry itself */
		heap[hole] = heap[down - 1];
		hole = down - 1;
	}
	heap_fill(heap, hole, heap[last]);
	return top;
}

struct route *route_new(const struct network *net)
{
	struct route *route = calloc(1, sizeof(*route));

	if (!route)
		abort();
	route->net = net;
	route->arcs = network_arcs(net);
	route->search = 1; /* the table begins with zeroes */
	make_room(route);
	return route;
}

void route_free(struct route *route)
{
	if (!route)
		return;
	free(route->labels);
	free(route->table);
	free(route->heap);
	free(route);
}

void route_begin(struct route *route, const struct route_costs *costs, double max_cost,
		 double max_m)
{
	route->costs = *costs;
	route->max_cost = max_cost;
	route->max_m = max_m;
	route->aim_radius_m = HUGE_VAL;
	route->count = 0;
	if (++route->search == 0) {
		memset(route->table, 0, 2 * (size_t)route->room * sizeof(*route->table));
		route->search = 1;
	}
	route->heap_count = 0;
}

void route_aim(struct route *route, double x_m, double y_m, double radius_m)
{
	route->aim_x_m = x_m;
	route->aim_y_m = y_m;
	route->aim_radius_m = radius_m;
}

void route_target(struct route *route, uint32_t arc, uint32_t target)
{
	label_of(route, arc)->target = target;
}

void route_discourage(struct route *route, uint32_t arc, double factor)
{
	label_of(route, arc)->factor = factor;
}

void route_lower(struct route *route, double max_cost)
{
	if (max_cost < route->max_cost)
		route->max_cost = max_cost;
}

static double cost_per_m(const struct route *route, const struct arc *arc)
{
	return route->costs.per_m + (arc->against ? route->costs.against_per_m : 0);
}

double route_cost_per_m(const struct route *route, uint32_t arc)
{
	return cost_per_m(route, &route->arcs[arc]);
}

struct arrival {
	uint32_t arc, parent, tag;
	double cost, metres; /* at the arc's end */
	double rest_m;       /* from there, as the crow flies, to anything of interest at least */
};

static double rest_m(const struct route *route, const struct arc *arc)
{
	double x, y, metres;

	if (isinf(route->aim_radius_m))
		return 0;
	x = (double)arc->end_x_m - route->aim_x_m;
	y = (double)arc->end_y_m - route->aim_y_m;
	metres = sqrt(x * x + y * y) - route->aim_radius_m;
	return (metres + fabs(metres)) / 2; /* 0 within */
}

/* Nothing of interest is near enough to go on to. */
static bool is_too_dear(const struct route *route, double cost, double rest)
{
	return cost + rest * route->costs.per_m > route->max_cost;
}

/*
 * Enters an arc at a cost, unless it was entered cheaper.  One that is no target, and from whose end
 * none is near enough, would be the end of its way: it is left out at once.
 */
static void enter(struct route *route, const struct arrival *from, uint32_t next, double cost)
{
	const struct arc *arc = &route->arcs[next];
	struct place *place = place_of(route, next);
	struct label *label = label_at(route, place);
	double factor = 1, rest, end_cost;

	if (label) {
		if (label->settled || (label->reached && label->cost <= cost))
			return;
		factor = label->factor;
	}
	end_cost = cost + factor * cost_per_m(route, arc) * arc->length_m;
	rest = rest_m(route, arc);
	if ((!label || label->target == NO_TARGET) && is_too_dear(route, end_cost, rest))
		return;
	if (!label)
		label = add_label(route, place, next);
	label->cost = cost;
	label->metres = from->metres;
	label->end_cost = end_cost;
	label->end_rest_m = rest;
	label->parent = from->parent;
	label->tag = from->tag;
	label->reached = true;
	heap_push(route, (struct entry){cost, (uint32_t)(label - route->labels)});
}

/* Goes on from the end of an arc into every arc that leaves there. */
static void go_on(struct route *route, const struct arrival *from)
{
	const struct arc *arc = &route->arcs[from->arc];
	double turn = arc->leaving_count <= 1 ? route->costs.turn_at_end : route->costs.turn_at_node;
	double against = arc->against ? 0 : route->costs.against;

	if (from->metres + from->rest_m > route->max_m ||
	    is_too_dear(route, from->cost, from->rest_m))
		return;
	for (uint32_t i = 0; i < arc->leaving_count; i++) {
		uint32_t next = arc_of(arc->leaving[i].link, arc->leaving[i].direction);
		double cost = from->cost + (turn * (next == arc_reverse(from->arc)) +
					    against * route->arcs[next].against);

		if (cost <= route->max_cost)
			enter(route, from, next, cost);
	}
}

void route_start(struct route *route, uint32_t arc, double rest, double cost, uint32_t tag)
{
	struct arrival from = {
		.arc = arc,
		.parent = NO_LABEL,
		.tag = tag,
		.cost = cost + rest * cost_per_m(route, &route->arcs[arc]),
		.metres = rest,
		.rest_m = rest_m(route, &route->arcs[arc]),
	};

	go_on(route, &from);
}

/* Goes on from the end of an arc whose label is settled. */
static void go_on_from(struct route *route, uint32_t index)
{
	const struct label *label = &route->labels[index];
	struct arrival end = {
		.arc = label->arc,
		.parent = index,
		.tag = label->tag,
		.cost = label->end_cost,
		.metres = label->metres + route->arcs[label->arc].length_m,
		.rest_m = label->end_rest_m,
	};

	go_on(route, &end);
}

bool route_next(struct route *route, struct route_hit *out)
{
	while (route->heap_count > 0) {
		struct entry top = heap_pop(route);
		struct label *label = &route->labels[top.label];

		if (label->settled)
			continue;
		if (top.cost > route->max_cost || route->count > LABELS_MOST)
			return false;
		label->settled = true;
		go_on_from(route, top.label);
		label = &route->labels[top.label]; /* it may have moved */
		if (label->target != NO_TARGET) {
			*out = (struct route_hit){
				.arc = label->arc,
				.target = label->target,
				.tag = label->tag,
				.label = top.label,
				.cost = label->cost,
				.metres = label->metres,
			};
			return true;
		}
	}
	return false;
}

size_t route_between(const struct route *route, const struct route_hit *hit, uint32_t *out,
		     size_t most)
{
	size_t count = 0;
	uint32_t label = route->labels[hit->label].parent;

	for (uint32_t l = label; l != NO_LABEL; l = route->labels[l].parent)
		count++;
	if (count > most)
		return count;
	for (size_t i = count; i > 0; i--) {
		out[i - 1] = route->labels[label].arc;
		label = route->labels[label].parent;
	}
	return count;
}
