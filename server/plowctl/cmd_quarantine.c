/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could not be believed: shown, and on somebody's word taken among the fixes after all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exits.h"
#include "common/clock.h"
#include "common/rfc3339.h"
#include "server/fixes.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"

static void print_row(sqlite3_stmt *stmt)
{
	char time[RFC3339_BYTES], received[RFC3339_BYTES];
	struct fix fix;

	if (sqlite3_column_bytes(stmt, 5) != FIX_CANONICAL_BYTES)
		return;
	fix = fix_from_canonical(sqlite3_column_blob(stmt, 5));
	printf("{\"id\":%lld,\"vehicle\":\"%s\",\"received\":\"%s\",\"reason\":\"%s\",\"trust\":\"%s\","
	       "\"time\":\"%s\",\"lon\":%.7f,\"lat\":%.7f}\n",
	       sqlite3_column_int64(stmt, 0), (const char *)sqlite3_column_text(stmt, 1),
	       rfc3339_format(sqlite3_column_int64(stmt, 2), received), (const char *)sqlite3_column_text(stmt, 3),
	       sqlite3_column_int(stmt, 4) == TRUST_FILE ? "F" : (const char *)sqlite3_column_text(stmt, 4),
	       rfc3339_format(fix.time_ms, time), fix.lon_e7 / 1e7, fix.lat_e7 / 1e7);
}

static int list(struct db *db)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT quarantine.id, vehicle.code, quarantine.received_ms, reason, trust, "
					    "canonical FROM quarantine JOIN vehicle ON vehicle.id = vehicle_id "
					    "WHERE released_ms IS NULL ORDER BY quarantine.id");
	int step;

	if (!stmt)
		return fail_db(db, -EIO);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
		print_row(stmt);
	sqlite3_finalize(stmt);
	return step == SQLITE_DONE ? 0 : fail_db(db, db_error(step));
}

/* Returns the row's fix, or sets the transaction's error: -ENOENT when it is not in quarantine. */
static struct fix_row read_row(struct db_txn *txn, int64_t id)
{
	sqlite3_stmt *stmt = db_prepare(txn->db, "SELECT vehicle_id, received_ms, trust, canonical FROM quarantine "
						 "WHERE id = ? AND released_ms IS NULL");
	struct fix_row row = {0};

	if (stmt)
		sqlite3_bind_int64(stmt, 1, id);
	if (!stmt || sqlite3_step(stmt) != SQLITE_ROW || sqlite3_column_bytes(stmt, 3) != FIX_CANONICAL_BYTES) {
		txn->error = stmt ? -ENOENT : -EIO;
	} else {
		row.vehicle_id = sqlite3_column_int64(stmt, 0);
		row.received_ms = sqlite3_column_int64(stmt, 1);
		row.trust = (uint8_t)sqlite3_column_int(stmt, 2);
		row.fix = fix_from_canonical(sqlite3_column_blob(stmt, 3));
	}
	sqlite3_finalize(stmt);
	return row;
}

static void release_one(struct fix_writer *writer, struct db_txn *txn, int64_t id)
{
	sqlite3_stmt *stmt;
	struct fix_row row = {0};

	if (!txn->error)
		row = read_row(txn, id);
	if (txn->error)
		return;
	fix_put(writer, txn, &row);
	fix_mark_stale(writer, txn, row.vehicle_id, row.fix.time_ms, row.fix.time_ms);
	stmt = db_prepare(txn->db, "UPDATE quarantine SET released_ms = ? WHERE id = ?");
	if (stmt) {
		sqlite3_bind_int64(stmt, 1, wall_clock_ms());
		sqlite3_bind_int64(stmt, 2, id);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

static int release(struct db *db, char **ids, int count)
{
	struct fix_writer *writer = fix_writer_new(db);
	struct db_txn txn;
	int error, i;

	if (!writer)
		return fail_db(db, -EIO);
	txn = db_txn_begin(db);
	for (i = 0; i < count && !txn.error; i++)
		release_one(writer, &txn, strtoll(ids[i], NULL, 10));
	error = db_txn_end(&txn);
	fix_writer_free(writer);
	if (error == -ENOENT)
		return fail(EX_DATAERR, "there is nothing numbered %s in quarantine; nothing was released", ids[i - 1]);
	if (error)
		return fail_db(db, error);
	printf("{\"released\":%d}\n", count);
	return 0;
}

int cmd_quarantine(int argc, char **argv)
{
	const char *path = NULL;
	const struct option_row rows[] = {{"db", &path, NULL, true}, {0}};
	struct db *db;
	char **operands;
	int count, status = options_read(argc, argv, rows, &operands, &count);
	bool is_list, is_release;

	if (status)
		return status;
	is_list = count == 1 && strcmp(operands[0], "list") == 0;
	is_release = count > 1 && strcmp(operands[0], "release") == 0;
	if (!is_list && !is_release)
		return fail(EX_USAGE, "quarantine needs \"list\", or \"release\" and the numbers that list shows");
	status = open_database(path, DB_WRITE, &db);
	if (status)
		return status;
	status = is_list ? list(db) : release(db, operands + 1, count - 1);
	db_close(db);
	return status;
}
