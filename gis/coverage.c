/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/coverage_sweep.h"
#include "gis/network.h"

struct coverage {
	const struct network *net;
	struct lane *lanes; /* two a road: forward, backward */
	bool *is_touched;   /* one a road */
	uint32_t *touched;
	size_t touched_count;
	struct coverage_correction *corrections; /* by road id */
	size_t correction_count;
	/* What coverage_road() works with. */
	struct lane seen; /* a lane's pieces as corrections and a time leave them */
	struct sweep sweep;
};

static int compare_corrections(const void *a, const void *b)
{
	const struct coverage_correction *left = a, *right = b;

	if (left->road_id != right->road_id)
		return left->road_id < right->road_id ? -1 : 1;
	return left->from_m < right->from_m ? -1 : left->from_m > right->from_m;
}

struct coverage *coverage_new(const struct network *net,
			      const struct coverage_correction *corrections, size_t count)
{
	struct coverage *coverage = x_calloc(1, sizeof(*coverage));
	size_t roads = network_roads(net);

	coverage->net = net;
	coverage->lanes = x_calloc(roads * 2, sizeof(*coverage->lanes));
	coverage->is_touched = x_calloc(roads, sizeof(*coverage->is_touched));
	coverage->touched = x_calloc(roads, sizeof(*coverage->touched));
	coverage_set_corrections(coverage, corrections, count);
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	if (!coverage)
		return;
	for (size_t i = 0; i < network_roads(coverage->net) * 2; i++)
		free(coverage->lanes[i].pieces);
	free(coverage->lanes);
	free(coverage->is_touched);
	free(coverage->touched);
	free(coverage->corrections);
	free(coverage->seen.pieces);
	sweep_fini(&coverage->sweep);
	free(coverage);
}

static void touch(struct coverage *coverage, uint32_t road)
{
	if (coverage->is_touched[road])
		return;
	coverage->is_touched[road] = true;
	coverage->touched[coverage->touched_count++] = road;
}

size_t coverage_take_touched(struct coverage *coverage, uint32_t *out, size_t most)
{
	size_t taken = 0;

	while (taken < most && coverage->touched_count > 0) {
		out[taken] = coverage->touched[--coverage->touched_count];
		coverage->is_touched[out[taken++]] = false;
	}
	return taken;
}

/* The first correction of a road or of a later one. */
static size_t first_correction(const struct coverage *coverage, int64_t road_id)
{
	size_t low = 0, high = coverage->correction_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (coverage->corrections[middle].road_id < road_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_corrected(const struct coverage *coverage, int64_t road_id)
{
	size_t first = first_correction(coverage, road_id);

	return first < coverage->correction_count &&
	       coverage->corrections[first].road_id == road_id;
}

static void touch_corrected(struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->correction_count; i++) {
		uint32_t road = network_road_by_id(coverage->net, coverage->corrections[i].road_id);

		if (road != NETWORK_NONE)
			touch(coverage, road);
	}
}

void coverage_set_corrections(struct coverage *coverage,
			      const struct coverage_correction *corrections, size_t count)
{
	touch_corrected(coverage);
	coverage->corrections =
		x_realloc(coverage->corrections, count ? count : 1, sizeof(*corrections));
	coverage->correction_count = count;
	if (count > 0) {
		memcpy(coverage->corrections, corrections, count * sizeof(*corrections));
		qsort(coverage->corrections, count, sizeof(*corrections), compare_corrections);
	}
	touch_corrected(coverage);
}

/* When a piece came by a place of it: it tells only its ends, what lies between is reckoned by the
 * way. */
static int64_t time_at(const struct piece *piece, int64_t at_cm, bool is_backward)
{
	double way_cm = (double)(is_backward ? piece->to_cm - at_cm : at_cm - piece->from_cm);
	double share = way_cm / (double)(piece->to_cm - piece->from_cm);

	return piece->start_ms + (int64_t)(share * (double)(piece->end_ms - piece->start_ms));
}

/* Whether a correction speaks of a piece, where and when it drove: its stretch is [from_cm, to_cm).
 */
static bool concerns(const struct coverage_correction *correction, const struct piece *piece,
		     int64_t from_cm, int64_t to_cm, bool is_backward)
{
	int64_t low_cm = from_cm > piece->from_cm ? from_cm : piece->from_cm;
	int64_t high_cm = to_cm < piece->to_cm ? to_cm : piece->to_cm;

	return low_cm < high_cm &&
	       time_at(piece, is_backward ? high_cm : low_cm, is_backward) <= correction->to_ms &&
	       time_at(piece, is_backward ? low_cm : high_cm, is_backward) >= correction->from_ms;
}

/*
 * Appends what the road's corrections leave of a piece.  They come by where they begin, so what
 * lies before one of them is not reached by a later one.
 */
static void append_corrected(const struct coverage *coverage, struct lane *lane,
			     const struct piece *whole, int64_t road_id, bool is_backward)
{
	struct piece piece = *whole;

	for (size_t i = first_correction(coverage, road_id); i < coverage->correction_count; i++) {
		const struct coverage_correction *correction = &coverage->corrections[i];
		int64_t from_cm = llround(correction->from_m * 100),
			to_cm = llround(correction->to_m * 100);
		struct piece left = piece;

		if (correction->road_id != road_id)
			break;
		if (to_cm <= piece.from_cm ||
		    !concerns(correction, whole, from_cm, to_cm, is_backward))
			continue;
		left.to_cm = from_cm;
		lane_append(lane, &left);
		piece.from_cm = to_cm;
	}
	lane_append(lane, &piece);
}

void coverage_put(struct coverage *coverage, struct coverage_key key, const struct span *spans,
		  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct span *span = &spans[i];
		int64_t from_cm = llround(span->from_m * 100), to_cm = llround(span->to_m * 100);
		bool is_backward = span->from_m > span->to_m;
		struct piece piece = {
			.key = key,
			.from_cm = is_backward ? to_cm : from_cm,
			.to_cm = is_backward ? from_cm : to_cm,
			.start_ms = span->start_ms,
			.end_ms = span->end_ms,
			.source = span->source,
			.inferred = span->inferred,
		};

		if (!span->at_work)
			continue;
		lane_append(&coverage->lanes[span->road * 2 + is_backward], &piece);
		touch(coverage, span->road);
	}
}

void coverage_drop(struct coverage *coverage, int64_t vehicle_id, int64_t first_trip,
		   int64_t last_trip)
{
	for (uint32_t i = 0; i < network_roads(coverage->net) * 2; i++) {
		struct lane *lane = &coverage->lanes[i];
		size_t kept = 0;

		for (size_t j = 0; j < lane->count; j++) {
			const struct piece *piece = &lane->pieces[j];

			if (piece->key.vehicle_id != vehicle_id || piece->key.trip < first_trip ||
			    piece->key.trip > last_trip)
				lane->pieces[kept++] = *piece;
		}
		if (kept < lane->count)
			touch(coverage, i / 2);
		lane->count = kept;
	}
}

/* The lane as it counts: itself, or what corrections and the time leave of it. */
static struct lane *look(struct coverage *coverage, uint32_t road, bool is_backward,
			 int64_t since_ms)
{
	struct lane *lane = &coverage->lanes[road * 2 + is_backward];
	int64_t road_id = network_road(coverage->net, road)->id;

	if (since_ms == INT64_MIN && !is_corrected(coverage, road_id))
		return lane;
	coverage->seen.count = 0;
	for (size_t i = 0; i < lane->count; i++) {
		if (lane->pieces[i].start_ms >= since_ms)
			append_corrected(coverage, &coverage->seen, &lane->pieces[i], road_id,
					 is_backward);
	}
	return &coverage->seen;
}

void coverage_road_since(struct coverage *coverage, uint32_t road, int64_t since_ms,
			 coverage_cb *on_interval, void *arg)
{
	for (int backward = 0; backward < 2; backward++) {
		struct lane *lane = look(coverage, road, backward == 1, since_ms);
		struct coverage_interval start = {.road = road, .direction = backward ? -1 : 1};

		if (lane->count == 0)
			continue;
		sweep_lane(&coverage->sweep, lane, &start, on_interval, arg);
	}
}

void coverage_road(struct coverage *coverage, uint32_t road, coverage_cb *on_interval, void *arg)
{
	coverage_road_since(coverage, road, INT64_MIN, on_interval, arg);
}
