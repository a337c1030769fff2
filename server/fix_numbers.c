/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fixes_internal.h"

/* Steps once; a failure is the transaction's.  Returns true when there is a row. */
static bool step_row(struct db_txn *txn, sqlite3_stmt *stmt)
{
	int step = sqlite3_step(stmt);

	if (step != SQLITE_ROW && step != SQLITE_DONE)
		txn->error = db_error(step);
	return step == SQLITE_ROW;
}

static void bind_range(sqlite3_stmt *stmt, int64_t vehicle_id, uint64_t spool_id, struct wire_range range)
{
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, (int64_t)spool_id);
	sqlite3_bind_int64(stmt, 3, (int64_t)range.first);
	sqlite3_bind_int64(stmt, 4, (int64_t)range.last);
}

void fix_numbers_note(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, uint64_t spool_id,
		struct wire_range range)
{
	sqlite3_stmt *select = writer->statements[PUT_RANGE_SELECT];

	if (txn->error)
		return;
	bind_range(select, vehicle_id, spool_id, range);
	if (step_row(txn, select) && sqlite3_column_type(select, 0) != SQLITE_NULL) {
		struct wire_range touched = {(uint64_t)sqlite3_column_int64(select, 0),
					     (uint64_t)sqlite3_column_int64(select, 1)};

		sqlite3_reset(select);
		bind_range(writer->statements[PUT_RANGE_DELETE], vehicle_id, spool_id, range);
		db_txn_step(txn, writer->statements[PUT_RANGE_DELETE]);
		range.first = touched.first < range.first ? touched.first : range.first;
		range.last = touched.last > range.last ? touched.last : range.last;
	}
	sqlite3_reset(select);
	bind_range(writer->statements[PUT_RANGE_INSERT], vehicle_id, spool_id, range);
	db_txn_step(txn, writer->statements[PUT_RANGE_INSERT]);
}

bool fix_numbers_have(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, uint64_t spool_id,
		      struct wire_range range)
{
	sqlite3_stmt *stmt = writer->statements[PUT_RANGE_HAS];
	bool has;

	if (txn->error)
		return false;
	bind_range(stmt, vehicle_id, spool_id, range);
	has = step_row(txn, stmt);
	sqlite3_reset(stmt);
	return has;
}

void fix_numbers_ack(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, uint64_t spool_id,
	       struct wire_ack *out)
{
	sqlite3_stmt *stmt = writer->statements[PUT_RANGE_LIST];

	out->spool_id = spool_id;
	out->cumulative = 0;
	out->count = 0;
	if (txn->error)
		return;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, (int64_t)spool_id);
	while (step_row(txn, stmt)) {
		struct wire_range range = {(uint64_t)sqlite3_column_int64(stmt, 0),
					   (uint64_t)sqlite3_column_int64(stmt, 1)};

		if (range.first == 1)
			out->cumulative = range.last;
		else if (out->count < WIRE_RANGES_MAX)
			out->ranges[out->count++] = range;
	}
	sqlite3_reset(stmt);
}
