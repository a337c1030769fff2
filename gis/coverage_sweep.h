/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the working spans of one road and direction say together: a sweep from edge to edge gives the
 * stretches along which everything is equal.  gis/coverage.c alone uses it.  One thread at a time.
 */
#ifndef PLOW_GIS_COVERAGE_SWEEP_H
#define PLOW_GIS_COVERAGE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gis/coverage.h"

/* A working span in centimetres, low end first. */
struct piece {
	struct coverage_key key;
	int64_t from_cm, to_cm;
	int64_t start_ms, end_ms;
	uint8_t source;
	bool inferred;
};

/* All pieces of one road and direction. */
struct lane {
	struct piece *pieces;
	size_t count, capacity;
	bool is_sorted;
};

/* Adds a piece; one without a length is none. */
void lane_append(struct lane *lane, const struct piece *piece);

/* What a sweep works with, used again and again; zeroed is empty. */
struct sweep {
	size_t *active; /* pieces that reach over the place that is looked at */
	int64_t *bounds, *vehicles;
	size_t active_capacity, bounds_capacity, vehicles_capacity;
};
void sweep_fini(struct sweep *sweep);

/* Calls for each stretch of a lane, by place; start says which road and direction it is. */
void sweep_lane(struct sweep *sweep, struct lane *lane, const struct coverage_interval *start, coverage_cb *on_interval,
		void *arg);

#endif
