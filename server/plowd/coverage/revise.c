/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/revise.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "server/plowd/base/now.h"
#include "server/revisions.h"
#include "server/tracks.h"
#include "server/vehicles.h"

/* A trip as it is stored. */
struct stored {
	int64_t start_ms, end_ms;
	struct track_digest digest;
};

struct revise_work {
	const struct revise_question *question;
	struct stored *stored; /* those that change or go */
	size_t count, capacity;
	bool *is_growth; /* one a changed trip: it only goes on */
	struct span_list before, after;
};

static const struct track_trip *changed_trip(const struct revise_question *question,
					     int64_t start_ms)
{
	for (size_t i = 0; i < question->trip_count; i++) {
		if (question->trips[i].fixes[0].time_ms == start_ms)
			return &question->trips[i];
	}
	return NULL;
}

static bool stays(const struct revise_question *question, int64_t start_ms)
{
	for (size_t i = 0; i < question->start_count; i++) {
		if (question->starts_ms[i] == start_ms)
			return changed_trip(question, start_ms) == NULL;
	}
	return false;
}

/* The trip goes on beyond all that was stored, from the very fixes the stored one was made of. */
static bool grew(const struct revise_question *question, const struct track_trip *trip,
		 const struct stored *stored)
{
	struct track_digest digest;
	size_t count = 0;

	if (trip->fixes[trip->count - 1].time_ms <= question->settled_ms)
		return false;
	while (count < trip->count && trip->fixes[count].time_ms <= stored->end_ms)
		count++;
	digest = track_digest(trip->fixes, count, question->vehicle, question->network_revision);
	return memcmp(digest.bytes, stored->digest.bytes, sizeof(digest.bytes)) == 0;
}

static void take_stored(struct revise_work *work, const struct stored *stored)
{
	const struct revise_question *question = work->question;
	const struct track_trip *trip = changed_trip(question, stored->start_ms);

	if (stays(question, stored->start_ms))
		return;
	if (trip && grew(question, trip, stored)) {
		work->is_growth[trip - question->trips] = true;
		return;
	}
	work->stored = x_grow(work->stored, work->count, &work->capacity, sizeof(*work->stored));
	work->stored[work->count++] = *stored;
}

static int read_stored(struct revise_work *work)
{
	const struct revise_question *question = work->question;
	sqlite3_stmt *row = db_prepare(
		question->db, "SELECT start_ms, end_ms, digest FROM tracks WHERE vehicle_id = ?1 "
			      "AND start_ms BETWEEN ?2 AND ?3 ORDER BY start_ms");
	int step;

	if (!row)
		return -EIO;
	sqlite3_bind_int64(row, 1, question->vehicle->id);
	sqlite3_bind_int64(row, 2, question->from_ms);
	sqlite3_bind_int64(row, 3, question->to_ms);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct stored stored = {.start_ms = sqlite3_column_int64(row, 0),
					.end_ms = sqlite3_column_int64(row, 1)};

		if (sqlite3_column_bytes(row, 2) == TRACK_DIGEST_BYTES)
			memcpy(stored.digest.bytes, sqlite3_column_blob(row, 2),
			       TRACK_DIGEST_BYTES);
		take_stored(work, &stored);
	}
	sqlite3_finalize(row);
	return db_error(step);
}

/* A trip takes a stored one's place, or came late into a time that was settled. */
static bool revises(const struct revise_work *work, const struct track_trip *trip)
{
	int64_t start_ms = trip->fixes[0].time_ms, end_ms = trip->fixes[trip->count - 1].time_ms;

	if (end_ms <= work->question->settled_ms)
		return true;
	for (size_t i = 0; i < work->count; i++) {
		if (work->stored[i].start_ms <= end_ms && work->stored[i].end_ms >= start_ms)
			return true;
	}
	return false;
}

/* Only what lies in the settled time: what is newer is the day going on. */
static void take_spans(struct revise_work *work, const struct track_trip *trip)
{
	int64_t settled_ms = work->question->settled_ms;

	for (size_t i = 0; i < trip->spans.count; i++) {
		struct span span = trip->spans.spans[i];

		if (span.start_ms >= settled_ms)
			continue;
		if (span.end_ms > settled_ms)
			span.to_m = span.from_m + (span.to_m - span.from_m) *
							  (double)(settled_ms - span.start_ms) /
							  (double)(span.end_ms - span.start_ms);
		work->after.spans = x_grow(work->after.spans, work->after.count,
					   &work->after.capacity, sizeof(span));
		work->after.spans[work->after.count++] = span;
	}
}

static int collect(struct revise_work *work, struct revision *out)
{
	const struct revise_question *question = work->question;
	int error = read_stored(work);

	for (size_t i = 0; i < work->count && !error; i++) {
		error = track_spans(question->db, question->net, question->vehicle->id,
				    work->stored[i].start_ms, &work->before);
		out->from_ms = work->stored[i].start_ms < out->from_ms ? work->stored[i].start_ms
								       : out->from_ms;
		out->to_ms =
			work->stored[i].end_ms > out->to_ms ? work->stored[i].end_ms : out->to_ms;
	}
	for (size_t i = 0; i < question->trip_count && !error; i++) {
		const struct track_trip *trip = &question->trips[i];
		int64_t start_ms = trip->fixes[0].time_ms,
			end_ms = trip->fixes[trip->count - 1].time_ms;

		if (work->is_growth[i] || !revises(work, trip))
			continue;
		take_spans(work, trip);
		out->from_ms = start_ms < out->from_ms ? start_ms : out->from_ms;
		out->to_ms = end_ms > out->to_ms ? end_ms : out->to_ms;
	}
	return error;
}

int revise(const struct revise_question *question, struct revision *out)
{
	struct revise_work work = {.question = question,
				   .is_growth = x_calloc(question->trip_count, sizeof(bool))};
	int error;

	*out = (struct revision){.made_ms = wall_clock_ms(),
				 .vehicle_id = question->vehicle->id,
				 .from_ms = INT64_MAX,
				 .to_ms = INT64_MIN};
	error = collect(&work, out);
	if (!error)
		revision_compare(question->net, work.before.spans, work.before.count,
				 work.after.spans, work.after.count, out);
	free(work.stored);
	free(work.is_growth);
	span_list_free(&work.before);
	span_list_free(&work.after);
	return error;
}
