/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/summary.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/coverage.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/corrections.h"
#include "server/json.h"
#include "server/vehicles.h"

/* A span that began so long before the time may still come by within it. */
#define SPAN_MAX_MS (INT64_C(6) * 3600000)

/* One link in one direction. */
struct row {
	uint32_t passes;
	int64_t first_ms, last_ms;
	uint64_t *vehicles; /* a bit for each, by place in the list */
};

struct track {
	int64_t id;
	size_t vehicle; /* place in the list */
};

struct summary {
	const struct summary_question *question;
	struct vehicle *vehicles;
	size_t vehicle_count, words;
	struct track *tracks; /* by id */
	size_t track_count, track_capacity;
	struct coverage_correction *corrections;
	size_t correction_count;
	struct row *rows; /* two a link asked for: forward, backward */
	uint64_t *bits;   /* what rows[].vehicles point into */
	uint32_t *row_of; /* one a link of the network; UINT32_MAX: not asked for */
};

static size_t place_of(const struct summary *summary, int64_t vehicle_id)
{
	size_t i = 0;

	while (i < summary->vehicle_count && summary->vehicles[i].id != vehicle_id)
		i++;
	return i;
}

static int load_tracks(struct summary *summary, struct db *db)
{
	const struct summary_question *question = summary->question;
	sqlite3_stmt *row = db_prepare(db, "SELECT id, vehicle_id FROM tracks WHERE end_ms >= ?1 "
					   "AND start_ms < ?2 ORDER BY id");
	int step;

	if (!row)
		return -EIO;
	sqlite3_bind_int64(row, 1, question->from_ms);
	sqlite3_bind_int64(row, 2, question->to_ms);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		size_t vehicle = place_of(summary, sqlite3_column_int64(row, 1));

		summary->tracks = x_grow(summary->tracks, summary->track_count,
					 &summary->track_capacity, sizeof(*summary->tracks));
		summary->tracks[summary->track_count++] =
			(struct track){sqlite3_column_int64(row, 0), vehicle};
	}
	sqlite3_finalize(row);
	return db_error(step);
}

static size_t vehicle_of(const struct summary *summary, int64_t track_id)
{
	size_t low = 0, high = summary->track_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (summary->tracks[middle].id < track_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < summary->track_count && summary->tracks[low].id == track_id
		       ? summary->tracks[low].vehicle
		       : SIZE_MAX;
}

static bool is_corrected(const struct summary *summary, int64_t road_id, double at_m,
			 int64_t time_ms)
{
	for (size_t i = 0; i < summary->correction_count; i++) {
		const struct coverage_correction *correction = &summary->corrections[i];

		if (correction->road_id == road_id && correction->from_m <= at_m &&
		    correction->to_m > at_m && correction->from_ms <= time_ms &&
		    correction->to_ms >= time_ms)
			return true;
	}
	return false;
}

/* The columns of the spans' statement. */
enum { TRACK, FROM_M, TO_M, START, END };

static void count_pass(struct summary *summary, sqlite3_stmt *span, uint32_t link,
		       const struct road *road)
{
	const struct summary_question *question = summary->question;
	const struct link *place = network_link(question->net, link);
	double from_m = sqlite3_column_double(span, FROM_M),
	       to_m = sqlite3_column_double(span, TO_M);
	double middle_m = place->from_m + place->length_m / 2;
	int64_t start_ms = sqlite3_column_int64(span, START),
		took_ms = sqlite3_column_int64(span, END) - start_ms;
	int64_t time_ms =
		start_ms + (int64_t)((middle_m - from_m) / (to_m - from_m) * (double)took_ms);
	struct row *row = &summary->rows[summary->row_of[link] * 2 + (from_m > to_m)];
	size_t vehicle;

	if (time_ms < question->from_ms || time_ms >= question->to_ms ||
	    is_corrected(summary, road->id, middle_m, time_ms))
		return;
	row->first_ms = row->passes == 0 || time_ms < row->first_ms ? time_ms : row->first_ms;
	row->last_ms = row->passes == 0 || time_ms > row->last_ms ? time_ms : row->last_ms;
	row->passes++;
	vehicle = vehicle_of(summary, sqlite3_column_int64(span, TRACK));
	if (vehicle < summary->vehicle_count)
		row->vehicles[vehicle / 64] |= UINT64_C(1) << (vehicle % 64);
}

static void count_span(struct summary *summary, sqlite3_stmt *span, const struct road *road)
{
	double from_m = sqlite3_column_double(span, FROM_M),
	       to_m = sqlite3_column_double(span, TO_M);
	double low_m = fmin(from_m, to_m), high_m = fmax(from_m, to_m);

	for (uint32_t link = road->first_link; link < road->first_link + road->links; link++) {
		const struct link *place = network_link(summary->question->net, link);
		double middle_m = place->from_m + place->length_m / 2;

		if (middle_m >= high_m)
			break;
		if (middle_m >= low_m && summary->row_of[link] != UINT32_MAX)
			count_pass(summary, span, link, road);
	}
}

static int count_road(struct summary *summary, sqlite3_stmt *span, const struct road *road)
{
	int step;

	sqlite3_bind_int64(span, 1, road->id);
	while ((step = sqlite3_step(span)) == SQLITE_ROW)
		count_span(summary, span, road);
	sqlite3_reset(span);
	return db_error(step);
}

static int count_all(struct summary *summary, struct db *db)
{
	const struct summary_question *question = summary->question;
	sqlite3_stmt *span = db_prepare(
		db, "SELECT track_id, from_m, to_m, start_ms, end_ms FROM span WHERE road_id = ?1 "
		    "AND start_ms >= ?2 AND start_ms < ?3 AND at_work");
	uint32_t before = NETWORK_NONE;
	int error = span ? 0 : -EIO;

	if (!error) {
		sqlite3_bind_int64(span, 2, question->from_ms - SPAN_MAX_MS);
		sqlite3_bind_int64(span, 3, question->to_ms);
	}
	/* The links come by number, so those of one road follow one another. */
	for (size_t i = 0; i < question->count && !error; i++) {
		uint32_t road = network_link(question->net, question->links[i])->road;

		if (road != before)
			error = count_road(summary, span, network_road(question->net, road));
		before = road;
	}
	sqlite3_finalize(span);
	return error;
}

static void prepare_rows(struct summary *summary)
{
	const struct summary_question *question = summary->question;
	size_t links = network_links(question->net);

	summary->words = (summary->vehicle_count + 63) / 64;
	summary->rows = x_calloc(question->count * 2, sizeof(*summary->rows));
	summary->bits = x_calloc(question->count * 2 * summary->words, sizeof(*summary->bits));
	summary->row_of = x_malloc((links + 1) * sizeof(*summary->row_of));
	memset(summary->row_of, 0xff, links * sizeof(*summary->row_of));
	for (size_t i = 0; i < question->count; i++)
		summary->row_of[question->links[i]] = (uint32_t)i;
	for (size_t i = 0; i < question->count * 2; i++)
		summary->rows[i].vehicles = summary->bits + i * summary->words;
}

static void show_row(struct json *json, const struct summary *summary, uint32_t link,
		     bool is_backward)
{
	const struct row *row = &summary->rows[summary->row_of[link] * 2 + is_backward];

	json_open(json, '{');
	json_key(json, "link"), json_integer(json, network_link_id(summary->question->net, link));
	json_key(json, "direction"), json_text(json, is_backward ? "backward" : "forward");
	json_key(json, "passes"), json_integer(json, row->passes);
	json_key(json, "first"), json_time(json, row->first_ms);
	json_key(json, "last"), json_time(json, row->last_ms);
	json_key(json, "vehicles"), json_open(json, '[');
	for (size_t i = 0; i < summary->vehicle_count; i++) {
		if (row->vehicles[i / 64] >> (i % 64) & 1)
			json_text(json, summary->vehicles[i].code);
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void show_rows(struct json *json, const struct summary *summary)
{
	json_open(json, '[');
	for (size_t i = 0; i < summary->question->count; i++) {
		for (int backward = 0; backward < 2; backward++) {
			if (summary->rows[i * 2 + (size_t)backward].passes > 0)
				show_row(json, summary, summary->question->links[i], backward == 1);
		}
	}
	json_close(json, ']');
}

int summary_show(struct db *db, struct json *json, const struct summary_question *question)
{
	struct summary summary = {.question = question};
	int error = vehicle_list(db, &summary.vehicles, &summary.vehicle_count);

	if (!error)
		error = load_tracks(&summary, db);
	if (!error)
		error = corrections_load(db, &summary.corrections, &summary.correction_count);
	if (!error) {
		prepare_rows(&summary);
		error = count_all(&summary, db);
	}
	if (!error)
		show_rows(json, &summary);
	free(summary.vehicles);
	free(summary.tracks);
	free(summary.corrections);
	free(summary.rows);
	free(summary.bits);
	free(summary.row_of);
	return error;
}
