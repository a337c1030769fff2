/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hidden Markov model's lattice: for each fix in use the states the vehicle may be in, each
 * with the cost of the cheapest history that ends there (Viterbi's algorithm).  It is extended fix
 * by fix, and its beginning is given up when it is settled, so that it stays as long as the doubt.
 *
 * A state is a place on an arc: a link and the direction it is driven in.  Jitter seems to go back,
 * but a vehicle that turned round pays for turning; that is how the two are told apart.
 */
#ifndef PLOW_GIS_MATCH_LATTICE_H
#define PLOW_GIS_MATCH_LATTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"
#include "gis/match.h"
#include "gis/match_model.h"
#include "gis/network.h"
#include "gis/route.h"

/* How a vehicle came into a state from the one before. */
enum arrival_kind {
	ARRIVED_AFRESH,     /* not along roads: nothing is claimed */
	ARRIVED_ALONG,      /* along the same arc; not at all if it seemed to go back */
	ARRIVED_TURNED,     /* turned round on the link both states lie on */
	ARRIVED_ROUTE,      /* by the end of the arc, over `between`, from the start of the arc */
	ARRIVED_TURN_ROUTE, /* turned round on the link first, then so */
};

/* What is believed of a receiver's error: a bell in the plane. */
struct belief {
	double x_m, y_m, xx, xy, yy;
};

/* How an error becomes that of the next anchor: what is left of it, what comes to it, give or take. */
struct error_change {
	double kept, x_m, y_m, variance;
};

struct state {
	struct belief error; /* as the history to here tells */
	double cost;     /* of the cheapest history that ends here, the newest fix's best being 0 */
	double at_m;     /* from where the arc begins, in the direction of driving */
	double behind_m; /* so far back the fix seems to be */
	double distance_m;           /* from the fix to the road */
	double error_x_m, error_y_m; /* the fix minus the place */
	double turned_m;             /* driven since it turned round on a link */
	double rival_margin;         /* how much costlier the second cheapest history was */
	uint32_t rival;              /* the state before of that history */
	uint32_t before;             /* the state of the fix before, an index into lattice.states */
	uint32_t arc;                /* ARC_NONE: off the roads */
	uint32_t between, between_count; /* arcs driven in between, in lattice.arcs */
	uint8_t arrival;                 /* enum arrival_kind */
};
#define STATE_NONE UINT32_MAX

/* A fix, the caller's own copy of it if that outlives the call, and where it is. */
struct sighting {
	struct fix fix;
	const struct fix *given; /* or NULL */
	double x_m, y_m;
};

/* A fix in use, and what happened since the one before. */
struct anchor {
	struct sighting at;
	struct sighting left; /* the last fix still at the anchor before: when it was left */
	struct sighting peak; /* the fix in between that was furthest ahead of the anchor before */
	double peak_m;        /* how far ahead; 0 when there was none */
	uint32_t fixes;       /* read since the anchor before, this one included */
	double gap_s;         /* without any fix, right before this one; 0 if nothing moved */
	struct motion motion;   /* on the way from the anchor before, if it can be believed */
	struct model_step step; /* filled in by lattice_add() */
	struct error_change error; /* since the anchor before, likewise */
	uint32_t first, states; /* its states */
};

struct lattice {
	const struct network *net;
	struct match_params params;
	double sigma_m; /* the receiver's error as learnt so far */
	double motion_trust; /* in the speeds and courses it measures, as learnt so far */
	struct route *route;
	struct anchor *anchors;
	struct state *states;
	uint32_t *arcs;
	size_t anchor_count, anchor_room;
	size_t state_count, state_room;
	size_t arc_count, arc_room;
};

void lattice_init(struct lattice *lattice, const struct network *net,
		  const struct match_params *params);
void lattice_fini(struct lattice *lattice);
void lattice_clear(struct lattice *lattice);

/* Extends the lattice by a fix (match_step.c). */
void lattice_add(struct lattice *lattice, const struct anchor *anchor);

/* The state chosen for an anchor, and what the best history that was elsewhere would have cost. */
struct choice {
	uint32_t state;
	double margin;
};

/* The most states an anchor may have. */
#define LATTICE_STATES_MOST 49

/* The cheapest state of the newest anchor. */
uint32_t lattice_best(const struct lattice *lattice);
/* The state at an earlier anchor that led to a state of the newest. */
uint32_t lattice_ancestor(const struct lattice *lattice, uint32_t state, size_t anchor);
/* The newest anchor at which all histories still are one, or SIZE_MAX. */
size_t lattice_agreed(const struct lattice *lattice);
/* Decides that the vehicle was in this state of an anchor: other histories end. */
void lattice_decide(struct lattice *lattice, size_t anchor, uint32_t state);
/* Forgets what lies before an anchor, of whose states only `state` is left. */
void lattice_drop(struct lattice *lattice, size_t anchor, uint32_t state);

#endif
