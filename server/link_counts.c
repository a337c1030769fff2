/* SPDX-License-Identifier: Apache-2.0 */
#include "server/link_counts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/coverage.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/corrections.h"
#include "server/vehicles.h"

/* A span that began so long before the time may still come by within it. */
#define SPAN_MAX_MS (INT64_C(6) * 3600000)

struct track {
	int64_t id;
	size_t vehicle; /* place in the list */
};

struct link_counts {
	struct db *db;
	const struct network *net;
	const uint32_t *links;
	size_t count;
	struct vehicle *vehicles; /* by id */
	size_t vehicle_count, words;
	struct coverage_correction *corrections;
	size_t correction_count;
	struct link_count *rows; /* two a link asked for: forward, backward */
	uint64_t *bits;          /* what rows[].vehicles point into */
	uint32_t *row_of;        /* one a link of the network; UINT32_MAX: not asked for */
	struct track *tracks;    /* of the time that is added, by id */
	size_t track_count, track_capacity;
	int64_t from_ms, to_ms;  /* likewise */
};

static void prepare_rows(struct link_counts *counts)
{
	size_t links = network_links(counts->net);

	counts->words = (counts->vehicle_count + 63) / 64;
	counts->rows = x_calloc(counts->count * 2, sizeof(*counts->rows));
	counts->bits = x_calloc(counts->count * 2 * counts->words, sizeof(*counts->bits));
	counts->row_of = x_malloc((links + 1) * sizeof(*counts->row_of));
	memset(counts->row_of, 0xff, links * sizeof(*counts->row_of));
	for (size_t i = 0; i < counts->count; i++)
		counts->row_of[counts->links[i]] = (uint32_t)i;
	for (size_t i = 0; i < counts->count * 2; i++)
		counts->rows[i].vehicles = counts->bits + i * counts->words;
}

struct link_counts *link_counts_new(struct db *db, const struct network *net, const uint32_t *links,
				    size_t count)
{
	struct link_counts *counts = x_calloc(1, sizeof(*counts));
	int error = vehicle_list(db, &counts->vehicles, &counts->vehicle_count);

	counts->db = db;
	counts->net = net;
	counts->links = links;
	counts->count = count;
	if (!error)
		error = corrections_load(db, &counts->corrections, &counts->correction_count);
	if (error) {
		link_counts_free(counts);
		return NULL;
	}
	prepare_rows(counts);
	return counts;
}

void link_counts_free(struct link_counts *counts)
{
	if (!counts)
		return;
	free(counts->vehicles);
	free(counts->corrections);
	free(counts->rows);
	free(counts->bits);
	free(counts->row_of);
	free(counts->tracks);
	free(counts);
}

/* SIZE_MAX: there is no such vehicle. */
static size_t place_of(const struct link_counts *counts, int64_t vehicle_id)
{
	size_t low = 0, high = counts->vehicle_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (counts->vehicles[middle].id < vehicle_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < counts->vehicle_count && counts->vehicles[low].id == vehicle_id ? low : SIZE_MAX;
}

static size_t vehicle_of(const struct link_counts *counts, int64_t track_id)
{
	size_t low = 0, high = counts->track_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (counts->tracks[middle].id < track_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < counts->track_count && counts->tracks[low].id == track_id
		       ? counts->tracks[low].vehicle
		       : SIZE_MAX;
}

static int load_tracks(struct link_counts *counts)
{
	sqlite3_stmt *row = db_prepare(counts->db, "SELECT id, vehicle_id FROM tracks WHERE start_ms < ?2 "
						   "AND end_ms >= ?1 ORDER BY id");
	int step;

	counts->track_count = 0;
	if (!row)
		return -EIO;
	sqlite3_bind_int64(row, 1, counts->from_ms);
	sqlite3_bind_int64(row, 2, counts->to_ms);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		counts->tracks = x_grow(counts->tracks, counts->track_count, &counts->track_capacity,
					sizeof(*counts->tracks));
		counts->tracks[counts->track_count++] = (struct track){
			sqlite3_column_int64(row, 0), place_of(counts, sqlite3_column_int64(row, 1))};
	}
	sqlite3_finalize(row);
	return db_error(step);
}

static bool is_corrected(const struct link_counts *counts, int64_t road_id, double at_m, int64_t time_ms)
{
	for (size_t i = 0; i < counts->correction_count; i++) {
		const struct coverage_correction *correction = &counts->corrections[i];

		if (correction->road_id == road_id && correction->from_m <= at_m &&
		    correction->to_m > at_m && correction->from_ms <= time_ms &&
		    correction->to_ms >= time_ms)
			return true;
	}
	return false;
}

/* Adds to a link and direction; returns the vehicles' bits, to be set. */
static uint64_t *add_to(struct link_counts *counts, uint32_t link, bool is_backward,
			const struct link_count *sum)
{
	size_t at = counts->row_of[link] * (size_t)2 + is_backward;
	struct link_count *row = &counts->rows[at];

	row->first_ms = row->passes == 0 || sum->first_ms < row->first_ms ? sum->first_ms : row->first_ms;
	row->last_ms = row->passes == 0 || sum->last_ms > row->last_ms ? sum->last_ms : row->last_ms;
	row->passes += sum->passes;
	return counts->bits + at * counts->words;
}

static void set_bit(uint64_t *bits, size_t vehicle)
{
	if (vehicle != SIZE_MAX)
		bits[vehicle / 64] |= UINT64_C(1) << (vehicle % 64);
}

/* The columns of the spans' statement. */
enum { TRACK, FROM_M, TO_M, START, END };

static void count_pass(struct link_counts *counts, sqlite3_stmt *span, uint32_t link, const struct road *road)
{
	const struct link *place = network_link(counts->net, link);
	double from_m = sqlite3_column_double(span, FROM_M), to_m = sqlite3_column_double(span, TO_M);
	double middle_m = place->from_m + place->length_m / 2;
	int64_t start_ms = sqlite3_column_int64(span, START),
		took_ms = sqlite3_column_int64(span, END) - start_ms;
	int64_t time_ms =
		start_ms + (int64_t)((middle_m - from_m) / (to_m - from_m) * (double)took_ms);
	struct link_count pass = {.passes = 1, .first_ms = time_ms, .last_ms = time_ms};

	if (time_ms < counts->from_ms || time_ms >= counts->to_ms ||
	    is_corrected(counts, road->id, middle_m, time_ms))
		return;
	set_bit(add_to(counts, link, from_m > to_m, &pass),
		vehicle_of(counts, sqlite3_column_int64(span, TRACK)));
}

static void count_span(struct link_counts *counts, sqlite3_stmt *span, const struct road *road)
{
	double from_m = sqlite3_column_double(span, FROM_M), to_m = sqlite3_column_double(span, TO_M);
	double low_m = fmin(from_m, to_m), high_m = fmax(from_m, to_m);

	for (uint32_t link = road->first_link; link < road->first_link + road->links; link++) {
		const struct link *place = network_link(counts->net, link);
		double middle_m = place->from_m + place->length_m / 2;

		if (middle_m >= high_m)
			break;
		if (middle_m >= low_m && counts->row_of[link] != UINT32_MAX)
			count_pass(counts, span, link, road);
	}
}

static int count_road(struct link_counts *counts, sqlite3_stmt *span, const struct road *road)
{
	int step;

	sqlite3_bind_int64(span, 1, road->id);
	while ((step = sqlite3_step(span)) == SQLITE_ROW)
		count_span(counts, span, road);
	sqlite3_reset(span);
	return db_error(step);
}

static int count_roads(struct link_counts *counts)
{
	sqlite3_stmt *span = db_prepare(
		counts->db, "SELECT track_id, from_m, to_m, start_ms, end_ms FROM span WHERE road_id = ?1 "
			    "AND start_ms >= ?2 AND start_ms < ?3 AND at_work");
	uint32_t before = NETWORK_NONE;
	int error = span ? 0 : -EIO;

	if (!error) {
		sqlite3_bind_int64(span, 2, counts->from_ms - SPAN_MAX_MS);
		sqlite3_bind_int64(span, 3, counts->to_ms);
	}
	/* The links come by number, so those of one road follow one another. */
	for (size_t i = 0; i < counts->count && !error; i++) {
		uint32_t road = network_link(counts->net, counts->links[i])->road;

		if (road != before)
			error = count_road(counts, span, network_road(counts->net, road));
		before = road;
	}
	sqlite3_finalize(span);
	return error;
}

int link_counts_add_spans(struct link_counts *counts, int64_t from_ms, int64_t to_ms)
{
	int error;

	counts->from_ms = from_ms;
	counts->to_ms = to_ms;
	error = load_tracks(counts);
	return error || counts->track_count == 0 ? error : count_roads(counts);
}

void link_counts_add(struct link_counts *counts, int64_t link_id, bool is_backward,
		     const struct link_count *sum, const int64_t *vehicle_ids, size_t vehicles)
{
	uint32_t link = network_find_link(counts->net, link_id);
	uint64_t *bits;

	if (link == NETWORK_NONE || counts->row_of[link] == UINT32_MAX || sum->passes == 0)
		return;
	bits = add_to(counts, link, is_backward, sum);
	for (size_t i = 0; i < vehicles; i++)
		set_bit(bits, place_of(counts, vehicle_ids[i]));
}

const struct link_count *link_counts_at(const struct link_counts *counts, size_t i, bool is_backward)
{
	return &counts->rows[i * 2 + is_backward];
}

const struct vehicle *link_counts_vehicles(const struct link_counts *counts, size_t *out_count)
{
	*out_count = counts->vehicle_count;
	return counts->vehicles;
}

bool link_count_has(const struct link_count *count, size_t vehicle)
{
	return count->vehicles[vehicle / 64] >> (vehicle % 64) & 1;
}
