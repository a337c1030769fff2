/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From decided states to movements: which metres of which links were driven between two anchors,
 * when, and how sure that is.
 */
#ifndef PLOW_GIS_MATCH_EMIT_H
#define PLOW_GIS_MATCH_EMIT_H

#include <stddef.h>
#include <stdint.h>

#include "gis/match.h"
#include "gis/match_gap.h"
#include "gis/match_lattice.h"

struct emitter {
	const struct network *net;
	struct match_params params;
	uint32_t reached_arc; /* while the vehicle stands on an arc or seems to go back, */
	double reached_m;     /* the furthest place its fixes reached there */
	double pace_mps;      /* between the last two fixes in use that were no gap */
	struct gap_doubter *doubter;
	struct piece *pieces;
	size_t count, room;
	movement_cb *on_movement;
	void *arg;
};

void emitter_init(struct emitter *emitter, const struct network *net,
		  const struct match_params *params);
void emitter_fini(struct emitter *emitter);
/* Before another trip. */
void emitter_clear(struct emitter *emitter);

/* Calls on_movement for what was driven from `before` (at the anchor before) to `after` (at
 * anchor). */
void emitter_step(struct emitter *emitter, const struct lattice *lattice,
		  const struct state *before, const struct anchor *anchor,
		  const struct state *after, double confidence);

#endif
