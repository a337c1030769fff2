/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cheapest ways over the network from several starts to several places at once: Dijkstra's search
 * over arcs, bounded by what the caller still finds interesting.
 *
 * An arc is a link driven in one direction.  Searching over arcs and not over nodes is what lets a
 * U-turn cost something.  A search keeps its labels in buffers that grow to the largest search and
 * are never cleared, so that starting one costs nothing.  One search is used by one thread at a
 * time.
 */
#ifndef PLOW_GIS_ROUTE_H
#define PLOW_GIS_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/network.h"

/* Arc 2 * link runs along the link, 2 * link + 1 against it. */
#define ARC_NONE UINT32_MAX
static inline uint32_t arc_of(uint32_t link, int direction)
{
	return 2 * link + (direction < 0 ? 1 : 0);
}
static inline uint32_t arc_link(uint32_t arc)
{
	return arc / 2;
}
static inline uint32_t arc_reverse(uint32_t arc)
{
	return arc ^ 1;
}
static inline bool arc_is_forward(uint32_t arc)
{
	return (arc & 1) == 0;
}
double arc_length_m(const struct network *net, uint32_t arc);
/* The node an arc leads to, and the number of links that meet there. */
uint32_t arc_head(const struct network *net, uint32_t arc);
bool arc_ends_dead(const struct network *net, uint32_t arc);
/* The arc runs against a one-way road. */
bool arc_is_against(const struct network *net, uint32_t arc);

/* What driving costs, in whatever unit the caller thinks. */
struct route_costs {
	double per_m;
	double against;       /* turning into a one-way road from its wrong end */
	double against_per_m; /* and every metre there, on top of per_m */
	double turn_at_node;  /* turning round where links meet */
	double turn_at_end;   /* turning round at a dead end */
};

struct route;

struct route *route_new(const struct network *net);
void route_free(struct route *route);

/* Begins a search that gives up beyond max_cost or max_m.  The costs are copied. */
void route_begin(struct route *route, const struct route_costs *costs, double max_cost,
		 double max_m);
/*
 * Everything of interest lies within radius_m of a point (local metres): the search turns no
 * further away from it than the bounds allow.  Optional; before the starts.
 */
void route_aim(struct route *route, double x_m, double y_m, double radius_m);
/* Names a place of interest: a number of the caller's for an arc.  One a arc; before the starts. */
void route_target(struct route *route, uint32_t arc, uint32_t target);
/* Arcs that cost `factor` times as much as usual in this search; before the starts. */
void route_discourage(struct route *route, uint32_t arc, double factor);
/* Starts from a point on an arc, rest_m before its end, at a cost.  `tag` names the start. */
void route_start(struct route *route, uint32_t arc, double rest_m, double cost, uint32_t tag);

/* A target's arc was reached: what it took to come to the arc's beginning. */
struct route_hit {
	uint32_t arc, target, tag, label;
	double cost;
	double metres; /* from the start */
};
/* The next target, cheapest first.  False when nothing more can be reached within the bounds. */
bool route_next(struct route *route, struct route_hit *out);
/* Lowers the cost beyond which the search gives up. */
void route_lower(struct route *route, double max_cost);

/*
 * The arcs driven between the start's arc and the hit's arc, both left out, in the order driven.
 * Returns how many there are; stores them only when there are at most `most`.
 */
size_t route_between(const struct route *route, const struct route_hit *hit, uint32_t *out,
		     size_t most);

/* What a metre of an arc costs in this search. */
double route_cost_per_m(const struct route *route, uint32_t arc);

#endif
