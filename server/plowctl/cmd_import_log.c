/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a log recorded in a cab through the same way as live fixes, with trust F.  Nothing is too
 * old for a file; what is impossible is refused, what is there already changes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/exits.h"
#include "common/trackfile.h"
#include "server/fixes.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/vehicles.h"

struct counts {
	unsigned long by_outcome[FIX_DUPLICATE + 1];
	unsigned long void_fixes, impossible;
};

static void put(struct fix_writer *writer, struct db_txn *txn, struct fix_row *row, struct counts *counts,
		int64_t *from_ms, int64_t *to_ms)
{
	enum fix_outcome outcome;

	if (!(row->fix.flags & FIX_VALID) || !fix_is_plausible(&row->fix)) {
		counts->void_fixes += !(row->fix.flags & FIX_VALID);
		counts->impossible += !fix_is_plausible(&row->fix);
		return;
	}
	outcome = fix_put(writer, txn, row);
	counts->by_outcome[outcome]++;
	if (outcome != FIX_STORED && outcome != FIX_REPLACED)
		return;
	*from_ms = row->fix.time_ms < *from_ms ? row->fix.time_ms : *from_ms;
	*to_ms = row->fix.time_ms > *to_ms ? row->fix.time_ms : *to_ms;
}

/* All of the file in one transaction: a log is read in whole or not at all. */
static int put_track(struct db *db, const struct vehicle *vehicle, const struct track *track, struct counts *counts)
{
	struct fix_writer *writer = fix_writer_new(db);
	struct fix_row row = {.vehicle_id = vehicle->id, .received_ms = wall_clock_ms(), .trust = TRUST_FILE};
	int64_t from_ms = INT64_MAX, to_ms = INT64_MIN;
	struct db_txn txn;
	int error;

	if (!writer)
		return -EIO;
	txn = db_txn_begin(db);
	for (size_t i = 0; i < track->count && !txn.error; i++) {
		row.fix = track->fixes[i];
		put(writer, &txn, &row, counts, &from_ms, &to_ms);
	}
	if (from_ms <= to_ms)
		fix_mark_stale(writer, &txn, vehicle->id, from_ms, to_ms);
	error = db_txn_end(&txn);
	fix_writer_free(writer);
	return error;
}

static int import_into(struct db *db, const char *code, const struct track *track)
{
	struct counts counts = {0};
	struct vehicle vehicle;
	int error = vehicle_find(db, code, &vehicle);

	if (error == -ENOENT)
		return fail(EX_DATAERR, "there is no vehicle \"%s\"; see plowctl vehicle list", code);
	if (!error)
		error = put_track(db, &vehicle, track, &counts);
	if (error)
		return fail_db(db, error);
	printf("{\"vehicle\":\"%s\",\"stored\":%lu,\"duplicate\":%lu,\"superseded\":%lu,\"void\":%lu,"
	       "\"impossible\":%lu,\"skipped\":%llu}\n",
	       vehicle.code, counts.by_outcome[FIX_STORED] + counts.by_outcome[FIX_REPLACED],
	       counts.by_outcome[FIX_DUPLICATE], counts.by_outcome[FIX_KEPT_ASIDE], counts.void_fixes,
	       counts.impossible, (unsigned long long)track->skipped);
	return 0;
}

int cmd_import_log(int argc, char **argv)
{
	const char *path = NULL, *code = NULL;
	const struct option_row rows[] = {{"db", &path, NULL, true}, {"vehicle", &code, NULL, true}, {0}};
	struct track track = {0};
	struct db *db;
	char why[256], **operands;
	int error, count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count != 1)
		return fail(EX_USAGE, "import-log needs one FILE; see plowctl --help");
	status = open_database(path, DB_WRITE, &db);
	if (status)
		return status;
	error = track_read(operands[0], &track, why, sizeof(why));
	status = error ? fail(exit_status_of(error), "%s", why) : import_into(db, code, &track);
	if (!error && track.unknown_columns[0])
		fprintf(stderr, "plowctl: columns that are ignored: %s\n", track.unknown_columns);
	track_free(&track);
	db_close(db);
	return status;
}
