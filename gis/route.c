/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_LABEL UINT32_MAX
#define NO_TARGET UINT32_MAX
#define LABELS_AT_FIRST 256u
/* A search that has seen this many arcs is lost: a gap across a whole prefecture. */
#define LABELS_MOST (1u << 17)

struct label {
	double cost, metres; /* when entering the arc */
	double factor;       /* 1, or what the arc is discouraged by */
	uint32_t arc,
		slot;    /* its place in the table, which proves that the place is of this search */
	uint32_t parent; /* the label of the arc before, or NO_LABEL after the start's arc */
	uint32_t tag, target;
	bool reached, settled;
};

struct entry {
	double cost;
	uint32_t label;
};

struct route {
	const struct network *net;
	struct route_costs costs;
	double max_cost, max_m;
	double aim_x_m, aim_y_m, aim_radius_m; /* radius infinite: no aim */
	struct label *labels;
	uint32_t
		*table; /* open addressing, twice the labels; stale places are told by label.slot */
	struct entry *heap;
	uint32_t count, room;
	uint32_t mask;
	size_t heap_count, heap_room;
};

double arc_length_m(const struct network *net, uint32_t arc)
{
	return network_link(net, arc_link(arc))->length_m;
}

uint32_t arc_head(const struct network *net, uint32_t arc)
{
	const struct link *link = network_link(net, arc_link(arc));

	return arc_is_forward(arc) ? link->node_to : link->node_from;
}

bool arc_ends_dead(const struct network *net, uint32_t arc)
{
	size_t count;

	network_leaving(net, arc_head(net, arc), &count);
	return count <= 1;
}

bool arc_is_against(const struct network *net, uint32_t arc)
{
	int8_t oneway = network_road(net, network_link(net, arc_link(arc))->road)->oneway;

	return arc_is_forward(arc) ? oneway < 0 : oneway > 0;
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
static uint32_t slot_of(const struct route *route, uint32_t arc)
{
	uint32_t slot = hash_arc(arc) & route->mask;

	for (;; slot = (slot + 1) & route->mask) {
		uint32_t label = route->table[slot];

		if (label >= route->count || route->labels[label].slot != slot)
			return slot;
		if (route->labels[label].arc == arc)
			return slot;
	}
}

static void make_room(struct route *route)
{
	uint32_t room = route->room ? 2 * route->room : LABELS_AT_FIRST;

	route->labels = grown(route->labels, room, sizeof(*route->labels));
	free(route->table);
	route->table = calloc(2 * (size_t)room, sizeof(*route->table));
	if (!route->table)
		abort();
	memset(route->labels + route->room, 0, (room - route->room) * sizeof(*route->labels));
	route->room = room;
	route->mask = 2 * room - 1;
	for (uint32_t i = 0, count = route->count; i < count; i++) {
		route->count = i; /* only the labels entered so far are looked at */
		route->labels[i].slot = slot_of(route, route->labels[i].arc);
		route->table[route->labels[i].slot] = i;
		route->count = count;
	}
}

/* The label of an arc, made when there is none yet. */
static uint32_t label_of(struct route *route, uint32_t arc)
{
	uint32_t slot = slot_of(route, arc);
	uint32_t label = route->table[slot];

	if (label < route->count && route->labels[label].slot == slot)
		return label;
	if (route->count == route->room) {
		make_room(route);
		slot = slot_of(route, arc);
	}
	label = route->count++;
	route->table[slot] = label;
	route->labels[label] = (struct label){
		.arc = arc,
		.slot = slot,
		.factor = 1,
		.parent = NO_LABEL,
		.target = NO_TARGET,
	};
	return label;
}

static bool entry_before(struct entry a, struct entry b)
{
	return a.cost < b.cost || (a.cost == b.cost && a.label < b.label);
}

static void heap_push(struct route *route, struct entry entry)
{
	size_t i = route->heap_count++;

	if (route->heap_count > route->heap_room) {
		route->heap_room = route->heap_room ? 2 * route->heap_room : LABELS_AT_FIRST;
		route->heap = grown(route->heap, route->heap_room, sizeof(*route->heap));
	}
	while (i > 0) {
		size_t up = (i - 1) / 2;

		if (!entry_before(entry, route->heap[up]))
			break;
		route->heap[i] = route->heap[up];
		i = up;
	}
	route->heap[i] = entry;
}

static struct entry heap_pop(struct route *route)
{
	struct entry top = route->heap[0];
	struct entry last = route->heap[--route->heap_count];
	size_t i = 0, down;

	while ((down = 2 * i + 1) < route->heap_count) {
		if (down + 1 < route->heap_count &&
		    entry_before(route->heap[down + 1], route->heap[down]))
			down++;
		if (!entry_before(route->heap[down], last))
			break;
		route->heap[i] = route->heap[down];
		i = down;
	}
	if (route->heap_count > 0)
		route->heap[i] = last;
	return top;
}

struct route *route_new(const struct network *net)
{
	struct route *route = calloc(1, sizeof(*route));

	if (!route)
		abort();
	route->net = net;
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
	uint32_t label = label_of(route, arc); /* it may move the labels */

	route->labels[label].target = target;
}

void route_discourage(struct route *route, uint32_t arc, double factor)
{
	uint32_t label = label_of(route, arc); /* it may move the labels */

	route->labels[label].factor = factor;
}

void route_lower(struct route *route, double max_cost)
{
	if (max_cost < route->max_cost)
		route->max_cost = max_cost;
}

double route_cost_per_m(const struct route *route, uint32_t arc)
{
	return route->costs.per_m +
	       (arc_is_against(route->net, arc) ? route->costs.against_per_m : 0);
}

static double turn_cost(const struct route *route, uint32_t arc, uint32_t next, size_t links_there)
{
	double cost = 0;

	if (next == arc_reverse(arc))
		cost += links_there <= 1 ? route->costs.turn_at_end : route->costs.turn_at_node;
	if (arc_is_against(route->net, next) && !arc_is_against(route->net, arc))
		cost += route->costs.against;
	return cost;
}

struct arrival {
	uint32_t arc, parent, tag;
	double cost, metres; /* at the arc's end */
};

/* From the end of an arc it is at least so far to anything of interest, as the crow flies. */
static double rest_m(const struct route *route, uint32_t arc)
{
	const struct link *link = network_link(route->net, arc_link(arc));
	const struct vertex *end = network_vertices(route->net, arc_link(arc));
	double x, y;

	if (isinf(route->aim_radius_m))
		return 0;
	end += arc_is_forward(arc) ? link->vertices - 1 : 0;
	x = (double)end->x_m - route->aim_x_m;
	y = (double)end->y_m - route->aim_y_m;
	return fmax(0, sqrt(x * x + y * y) - route->aim_radius_m);
}

/* Goes on from the end of an arc into every arc that leaves there. */
static void go_on(struct route *route, const struct arrival *from)
{
	size_t count;
	const struct leaving *leaving =
		network_leaving(route->net, arc_head(route->net, from->arc), &count);
	double rest = rest_m(route, from->arc);

	if (from->metres + rest > route->max_m ||
	    from->cost + rest * route->costs.per_m > route->max_cost)
		return;
	for (size_t i = 0; i < count; i++) {
		uint32_t next = arc_of(leaving[i].link, leaving[i].direction);
		double cost = from->cost + turn_cost(route, from->arc, next, count);
		uint32_t index;
		struct label *label;

		if (cost > route->max_cost)
			continue;
		index = label_of(route, next);
		label = &route->labels[index];
		if (label->settled || (label->reached && label->cost <= cost))
			continue;
		label->cost = cost;
		label->metres = from->metres;
		label->parent = from->parent;
		label->tag = from->tag;
		label->reached = true;
		heap_push(route, (struct entry){cost, index});
	}
}

void route_start(struct route *route, uint32_t arc, double rest, double cost, uint32_t tag)
{
	struct arrival from = {
		.arc = arc,
		.parent = NO_LABEL,
		.tag = tag,
		.cost = cost + rest * route_cost_per_m(route, arc),
		.metres = rest,
	};

	go_on(route, &from);
}

bool route_next(struct route *route, struct route_hit *out)
{
	while (route->heap_count > 0) {
		struct entry top = heap_pop(route);
		struct label *label = &route->labels[top.label];
		struct label l;
		struct arrival end;

		if (label->settled)
			continue;
		if (top.cost > route->max_cost || route->count > LABELS_MOST)
			return false;
		label->settled = true;
		l = *label; /* go_on() may move the labels */
		end = (struct arrival){.arc = l.arc, .parent = top.label, .tag = l.tag};
		end.metres = l.metres + arc_length_m(route->net, l.arc);
		end.cost = l.cost + l.factor * route_cost_per_m(route, l.arc) *
					    arc_length_m(route->net, l.arc);
		go_on(route, &end);
		if (l.target != NO_TARGET) {
			*out = (struct route_hit){
				.arc = l.arc,
				.target = l.target,
				.tag = l.tag,
				.label = top.label,
				.cost = l.cost,
				.metres = l.metres,
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
