/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/coverage_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

void lane_append(struct lane *lane, const struct piece *piece)
{
	if (piece->to_cm <= piece->from_cm)
		return;
	lane->pieces = x_grow(lane->pieces, lane->count, &lane->capacity, sizeof(*lane->pieces));
	lane->pieces[lane->count++] = *piece;
	lane->is_sorted = false;
}

void sweep_fini(struct sweep *sweep)
{
	free(sweep->active);
	free(sweep->bounds);
	free(sweep->vehicles);
}

static int compare_pieces(const void *a, const void *b)
{
	const struct piece *left = a, *right = b;

	if (left->from_cm != right->from_cm)
		return left->from_cm < right->from_cm ? -1 : 1;
	if (left->to_cm != right->to_cm)
		return left->to_cm < right->to_cm ? -1 : 1;
	if (left->start_ms != right->start_ms)
		return left->start_ms < right->start_ms ? -1 : 1;
	return left->key.vehicle_id < right->key.vehicle_id
		       ? -1
		       : left->key.vehicle_id > right->key.vehicle_id;
}

static int compare_int64(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return left < right ? -1 : left > right;
}

static size_t unique(int64_t *values, size_t count)
{
	size_t kept = 0;

	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), compare_int64);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || values[kept - 1] != values[i])
			values[kept++] = values[i];
	}
	return kept;
}

/* Every place at which a piece begins or ends. */
static size_t find_bounds(struct sweep *sweep, const struct lane *lane)
{
	size_t count = 0;

	for (size_t i = 0; i < lane->count; i++) {
		sweep->bounds = x_grow(sweep->bounds, count, &sweep->bounds_capacity,
					  sizeof(*sweep->bounds));
		sweep->bounds[count++] = lane->pieces[i].from_cm;
		sweep->bounds = x_grow(sweep->bounds, count, &sweep->bounds_capacity,
					  sizeof(*sweep->bounds));
		sweep->bounds[count++] = lane->pieces[i].to_cm;
	}
	return unique(sweep->bounds, count);
}

/* Keeps the active pieces that reach beyond from_cm and takes in those that begin there. */
static size_t advance(struct sweep *sweep, const struct lane *lane, size_t active,
		      size_t *next, int64_t from_cm)
{
	size_t kept = 0;

	for (size_t i = 0; i < active; i++) {
		if (lane->pieces[sweep->active[i]].to_cm > from_cm)
			sweep->active[kept++] = sweep->active[i];
	}
	while (*next < lane->count && lane->pieces[*next].from_cm <= from_cm) {
		sweep->active = x_grow(sweep->active, kept, &sweep->active_capacity,
					  sizeof(*sweep->active));
		sweep->active[kept++] = (*next)++;
	}
	return kept;
}

/* What the active pieces say together; the vehicles go to sweep->vehicles[first..]. */
static void sum_up(struct sweep *sweep, const struct lane *lane, size_t active, size_t first,
		   struct coverage_interval *out)
{
	out->passes = (uint32_t)active;
	out->width_cm = 0;
	out->first_ms = INT64_MAX;
	out->last_ms = INT64_MIN;
	out->source = 0;
	out->inferred = true;
	for (size_t i = 0; i < active; i++) {
		const struct piece *piece = &lane->pieces[sweep->active[i]];

		out->first_ms = piece->start_ms < out->first_ms ? piece->start_ms : out->first_ms;
		out->last_ms = piece->end_ms > out->last_ms ? piece->end_ms : out->last_ms;
		out->source = piece->source > out->source ? piece->source : out->source;
		out->inferred = out->inferred && piece->inferred;
		out->width_cm += piece->key.width_cm;
		sweep->vehicles =
			x_grow(sweep->vehicles, first + i, &sweep->vehicles_capacity,
			       sizeof(*sweep->vehicles));
		sweep->vehicles[first + i] = piece->key.vehicle_id;
	}
	out->vehicles = unique(sweep->vehicles + first, active);
}

static bool says_the_same(const struct coverage_interval *a, const struct coverage_interval *b)
{
	return a->to_cm == b->from_cm && a->passes == b->passes && a->width_cm == b->width_cm &&
	       a->first_ms == b->first_ms && a->last_ms == b->last_ms && a->source == b->source && a->inferred == b->inferred &&
	       a->vehicles == b->vehicles &&
	       memcmp(a->vehicle_ids, b->vehicle_ids, a->vehicles * sizeof(*a->vehicle_ids)) == 0;
}

static void sort(struct lane *lane)
{
	if (!lane->is_sorted && lane->count > 0)
		qsort(lane->pieces, lane->count, sizeof(*lane->pieces), compare_pieces);
	lane->is_sorted = true;
}

/*
 * `last` is the interval that may still grow; its vehicles lie at the front
 * of sweep->vehicles, those of the next one behind them.
 */
void sweep_lane(struct sweep *sweep, struct lane *lane, const struct coverage_interval *start, coverage_cb *on_interval,
		void *arg)
{
	size_t bounds = find_bounds(sweep, lane), active = 0, next = 0;
	struct coverage_interval last = *start;

	sort(lane);
	last.passes = 0;
	for (size_t i = 0; i + 1 < bounds; i++) {
		struct coverage_interval interval = last;

		active = advance(sweep, lane, active, &next, sweep->bounds[i]);
		interval.from_cm = sweep->bounds[i];
		interval.to_cm = sweep->bounds[i + 1];
		sum_up(sweep, lane, active, last.passes ? last.vehicles : 0, &interval);
		last.vehicle_ids = sweep->vehicles;
		interval.vehicle_ids = sweep->vehicles + (last.passes ? last.vehicles : 0);
		if (last.passes && interval.passes && says_the_same(&last, &interval)) {
			last.to_cm = interval.to_cm;
			continue;
		}
		if (last.passes)
			on_interval(&last, arg);
		if (interval.vehicles)
			memmove(sweep->vehicles, interval.vehicle_ids,
				interval.vehicles * sizeof(int64_t));
		interval.vehicle_ids = sweep->vehicles;
		last = interval;
	}
	if (last.passes)
		on_interval(&last, arg);
}
