/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks the whole database over: file, schema, keys, and whether what is stored of every trip is what
 * its fixes give.  Ends with 65 at the first fault, naming it.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exits.h"
#include "common/rfc3339.h"
#include "gis/match.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "gis/trips.h"
#include "server/fixes.h"
#include "server/keyfile.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/tracks.h"
#include "server/vehicles.h"

/* The first row of a pragma that should say "ok" or nothing. */
static int check_pragma(struct db *db, const char *pragma, const char *what)
{
	sqlite3_stmt *stmt = db_prepare(db, pragma);
	int status = 0, step;

	if (!stmt)
		return fail_db(db, -EBADMSG);
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") != 0)
		status = fail(EX_DATAERR, "%s: %s: %s; restore a backup", db_path(db), what,
			      (const char *)sqlite3_column_text(stmt, 0));
	else if (step != SQLITE_ROW && step != SQLITE_DONE)
		status = fail_db(db, db_error(step));
	sqlite3_finalize(stmt);
	return status;
}

static int64_t count_keys(struct db *db)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT count(*) FROM vehicle_key");
	int64_t count = -1;

	if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
		count = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return count;
}

/* Every key can be unwrapped by DB.key. */
static int check_keys(struct db *db)
{
	struct vehicle_key *keys = NULL;
	size_t count = 0;
	int64_t stored = count_keys(db);
	int error = vehicle_keys(db, &keys, &count);

	free(keys);
	if (error || stored < 0)
		return fail(EX_DATAERR, "%s", db_why(db));
	if ((int64_t)count != stored && !keyfile_exists(db_path(db)))
		return fail(EX_DATAERR, "there is no %s.key, which opens the vehicles' keys; put the town's copy there",
			    db_path(db));
	if ((int64_t)count != stored)
		return fail(EX_DATAERR, "%lld of %lld vehicle keys do not open with %s.key; put the right file back or rotate the keys",
			    (long long)(stored - (int64_t)count), (long long)stored, db_path(db));
	return 0;
}

/* What the comparison of stored and recomputed trips works with. */
struct comparison {
	struct db *db;
	struct fix_reader *reader;
	struct network *net;
	struct matcher *matcher;
	struct fix_list fixes;
	const struct vehicle *vehicle;
	int64_t revision;
	unsigned trips, older;
	int status;
};

static bool same_spans(const struct span_list *a, const struct span_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct span *left = &a->spans[i], *right = &b->spans[i];

		if (left->road != right->road || fabs(left->from_m - right->from_m) > 0.005 ||
		    fabs(left->to_m - right->to_m) > 0.005 || left->start_ms != right->start_ms ||
		    left->end_ms != right->end_ms || left->at_work != right->at_work ||
		    left->source != right->source || left->inferred != right->inferred)
			return false;
	}
	return true;
}

static bool same_jumps(const struct comparison *comparison, const struct track_trip *computed)
{
	int64_t *stored = NULL;
	size_t count = 0;
	bool same = track_jumps(comparison->db, comparison->vehicle->id, computed->fixes[0].time_ms,
				computed->fixes[computed->count - 1].time_ms, &stored, &count) == 0 &&
		    count == computed->summary.jumped &&
		    (count == 0 || memcmp(stored, computed->jumps_ms, count * sizeof(*stored)) == 0);

	free(stored);
	return same;
}

/* A trip of other roads or another model is not wrong, only older; plowd renews it when it is asked. */
static void check_trip(size_t first, size_t count, void *arg)
{
	struct comparison *comparison = arg;
	const struct fix *fixes = &comparison->fixes.fixes[first];
	struct track_digest digest = track_digest(fixes, count, comparison->vehicle, comparison->revision);
	struct drive_params params = {.class_of_vehicle = work_class_find(comparison->vehicle->class_code),
				      .from_ms = INT64_MIN,
				      .to_ms = INT64_MAX};
	struct track_trip computed = {.net = comparison->net, .fixes = fixes, .count = count};
	struct span_list stored = {0};
	char start[RFC3339_BYTES];

	if (comparison->status)
		return;
	if (!track_is_current(comparison->db, comparison->vehicle->id, fixes[0].time_ms, &digest)) {
		comparison->older++;
		return;
	}
	if (track_spans(comparison->db, comparison->net, comparison->vehicle->id, fixes[0].time_ms, &stored) ||
	    track_match(&computed, comparison->matcher, &params) ||
	    !same_spans(&stored, &computed.spans) || !same_jumps(comparison, &computed))
		comparison->status =
			fail(EX_DATAERR, "the stored coverage of vehicle %s, trip of %s, is not what its fixes give; delete its row in tracks and start plowd",
			     comparison->vehicle->code, rfc3339_format(fixes[0].time_ms, start));
	comparison->trips++;
	span_list_free(&stored);
	track_trip_fini(&computed);
}

static int compare_vehicle(struct comparison *comparison, const struct vehicle *vehicle)
{
	struct trip_params trips = trip_params_default();
	int64_t next_ms = INT64_MIN;
	int error = 0;

	comparison->vehicle = vehicle;
	while (!error && !comparison->status) {
		int64_t from_ms = fix_next(comparison->reader, vehicle->id, next_ms), to_ms = from_ms;

		if (from_ms == INT64_MAX)
			break;
		error = fix_stretch(comparison->reader, vehicle->id, trips.gap_ms, &from_ms, &to_ms);
		comparison->fixes.count = 0;
		if (!error)
			error = fix_read(comparison->reader, vehicle->id, from_ms, to_ms + 1, &comparison->fixes);
		if (!error)
			trips_split(comparison->fixes.fixes, comparison->fixes.count, &trips, check_trip, comparison);
		next_ms = to_ms;
	}
	return error;
}

static int check_coverage(struct db *db)
{
	struct match_params params = match_params_default();
	struct comparison comparison = {.db = db, .reader = fix_reader_new(db)};
	struct vehicle *vehicles = NULL;
	size_t count = 0;
	int error = comparison.reader ? network_load(db, &comparison.net) : -EIO;

	if (!error)
		error = network_revision(db, &comparison.revision);
	if (!error)
		error = vehicle_list(db, &vehicles, &count);
	if (!error)
		comparison.matcher = matcher_new(comparison.net, &params);
	for (size_t i = 0; i < count && !error && !comparison.status; i++)
		error = compare_vehicle(&comparison, &vehicles[i]);
	if (!error && !comparison.status)
		printf("{\"trips\":%u,\"older\":%u}\n", comparison.trips, comparison.older);
	matcher_free(comparison.matcher);
	network_free(comparison.net);
	fix_reader_free(comparison.reader);
	fix_list_free(&comparison.fixes);
	free(vehicles);
	return error ? fail_db(db, error) : comparison.status;
}

int cmd_verify(int argc, char **argv)
{
	const char *path = NULL;
	const struct option_row rows[] = {{"db", &path, NULL, true}, {0}};
	struct db *db;
	char **operands;
	int count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count > 0)
		return fail(EX_USAGE, "verify takes no operand: %s", operands[0]);
	status = open_database(path, DB_WRITE, &db);
	if (status)
		return status;
	status = check_pragma(db, "PRAGMA integrity_check(1)", "the file is damaged");
	if (!status)
		status = check_pragma(db, "PRAGMA foreign_key_check", "a row refers to one that is not there, in table");
	if (!status)
		status = check_keys(db);
	if (!status)
		status = check_coverage(db);
	db_close(db);
	return status;
}
