/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fixes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "server/fixes_internal.h"

#define FUTURE_MS INT64_C(120000)
#define OLD_MS (INT64_C(14) * 24 * 3600 * 1000)
#define ROLLOVER_MS (INT64_C(7168) * 24 * 3600 * 1000) /* 1,024 weeks */
#define ROLLOVER_SLACK_MS (INT64_C(3) * 24 * 3600 * 1000)

static const char *const put_sql[PUT_STATEMENTS] = {
	[PUT_INSERT] = "INSERT OR IGNORE INTO fix (" FIX_COLUMNS ", vehicle_id, trust, received_ms) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
	[PUT_SELECT] = "SELECT " FIX_COLUMNS ", trust, received_ms FROM fix "
		       "WHERE vehicle_id = ?1 AND time_ms = ?2",
	[PUT_REPLACE] = "INSERT OR REPLACE INTO fix (" FIX_COLUMNS ", vehicle_id, trust, received_ms) "
			"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
	[PUT_ASIDE] = "INSERT OR IGNORE INTO fix_superseded (vehicle_id, time_ms, canonical, trust, received_ms) "
		      "VALUES (?1, ?2, ?3, ?4, ?5)",
	[PUT_QUARANTINE] = "INSERT OR IGNORE INTO quarantine (vehicle_id, received_ms, reason, trust, canonical) "
			   "VALUES (?1, ?2, ?3, ?4, ?5)",
	[PUT_BELIEVED] = "UPDATE quarantine SET released_ms = ?2 WHERE vehicle_id = ?1 AND canonical = ?3 "
			 "AND trust = ?4 AND released_ms IS NULL",
	[PUT_STALE] = "INSERT INTO stale (vehicle_id, from_ms, to_ms, changes) VALUES (?1, ?2, ?3, 1) "
		      "ON CONFLICT (vehicle_id) DO UPDATE SET from_ms = min(from_ms, excluded.from_ms), "
		      "to_ms = max(to_ms, excluded.to_ms), changes = changes + 1",
	[PUT_RANGE_SELECT] = "SELECT min(first), max(last) FROM spool_range WHERE vehicle_id = ?1 AND "
			     "spool_id = ?2 AND first <= ?4 + 1 AND last >= ?3 - 1",
	[PUT_RANGE_DELETE] = "DELETE FROM spool_range WHERE vehicle_id = ?1 AND spool_id = ?2 AND "
			     "first <= ?4 + 1 AND last >= ?3 - 1",
	[PUT_RANGE_INSERT] = "INSERT INTO spool_range (vehicle_id, spool_id, first, last) VALUES (?1, ?2, ?3, ?4)",
	[PUT_RANGE_HAS] = "SELECT 1 FROM spool_range WHERE vehicle_id = ?1 AND spool_id = ?2 AND "
			  "first <= ?4 AND last >= ?3 LIMIT 1",
	[PUT_RANGE_LIST] = "SELECT first, last FROM spool_range WHERE vehicle_id = ?1 AND spool_id = ?2 "
			   "ORDER BY first LIMIT 129",
};

struct fix_writer *fix_writer_new(struct db *db)
{
	struct fix_writer *writer = x_calloc(1, sizeof(*writer));

	writer->db = db;
	for (int i = 0; i < PUT_STATEMENTS; i++) {
		writer->statements[i] = db_prepare(db, put_sql[i]);
		if (!writer->statements[i]) {
			fix_writer_free(writer);
			return NULL;
		}
	}
	return writer;
}

void fix_writer_free(struct fix_writer *writer)
{
	if (!writer)
		return;
	for (int i = 0; i < PUT_STATEMENTS; i++)
		sqlite3_finalize(writer->statements[i]);
	free(writer);
}

/* Columns are numbered from 1 here, as in the SQL. */
static void bind_or_null(sqlite3_stmt *stmt, int column, int32_t value)
{
	if (value == FIX_ABSENT)
		sqlite3_bind_null(stmt, column);
	else
		sqlite3_bind_int(stmt, column, value);
}

static void bind_row(sqlite3_stmt *stmt, const struct fix_row *row)
{
	const struct fix *fix = &row->fix;

	sqlite3_bind_int64(stmt, 1, fix->time_ms);
	sqlite3_bind_int(stmt, 2, fix->lon_e7);
	sqlite3_bind_int(stmt, 3, fix->lat_e7);
	bind_or_null(stmt, 4, fix->alt_dm);
	bind_or_null(stmt, 5, fix->speed_cmps);
	bind_or_null(stmt, 6, fix->course_cdeg);
	bind_or_null(stmt, 7, fix->hdop_c);
	bind_or_null(stmt, 8, fix->satellites);
	bind_or_null(stmt, 9, fix->quality);
	sqlite3_bind_int(stmt, 10, fix->flags);
	bind_or_null(stmt, 11, fix->blade < 0 ? FIX_ABSENT : fix->blade);
	if (fix->work == 'U')
		sqlite3_bind_null(stmt, 12);
	else
		sqlite3_bind_text(stmt, 12, &fix->work, 1, SQLITE_STATIC);
	bind_or_null(stmt, 13, fix->work_source == WORK_SOURCE_NONE ? FIX_ABSENT : fix->work_source);
	sqlite3_bind_int64(stmt, 14, row->vehicle_id);
	sqlite3_bind_int(stmt, 15, row->trust);
	sqlite3_bind_int64(stmt, 16, row->received_ms);
}

static int32_t column_or_absent(sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL ? FIX_ABSENT :
								   sqlite3_column_int(stmt, column);
}

void fix_read_columns(sqlite3_stmt *stmt, struct fix *out)
{
	const unsigned char *work = sqlite3_column_text(stmt, 11);

	out->time_ms = sqlite3_column_int64(stmt, 0);
	out->lon_e7 = sqlite3_column_int(stmt, 1);
	out->lat_e7 = sqlite3_column_int(stmt, 2);
	out->alt_dm = column_or_absent(stmt, 3);
	out->speed_cmps = column_or_absent(stmt, 4);
	out->course_cdeg = column_or_absent(stmt, 5);
	out->hdop_c = column_or_absent(stmt, 6);
	out->satellites = column_or_absent(stmt, 7);
	out->quality = column_or_absent(stmt, 8);
	out->flags = (uint8_t)sqlite3_column_int(stmt, 9);
	out->blade = sqlite3_column_type(stmt, 10) == SQLITE_NULL ? -1 : (int8_t)sqlite3_column_int(stmt, 10);
	out->work = work && work[0] ? (char)work[0] : 'U';
	out->work_source = sqlite3_column_type(stmt, 12) == SQLITE_NULL ?
				   WORK_SOURCE_NONE :
				   (uint8_t)sqlite3_column_int(stmt, 12);
}

static int read_existing(struct fix_writer *writer, const struct fix_row *row, struct fix_row *out)
{
	sqlite3_stmt *stmt = writer->statements[PUT_SELECT];
	int step;

	sqlite3_bind_int64(stmt, 1, row->vehicle_id);
	sqlite3_bind_int64(stmt, 2, row->fix.time_ms);
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW) {
		fix_read_columns(stmt, &out->fix);
		out->vehicle_id = row->vehicle_id;
		out->trust = (uint8_t)sqlite3_column_int(stmt, 13);
		out->received_ms = sqlite3_column_int64(stmt, 14);
	}
	sqlite3_reset(stmt);
	return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : db_error(step);
}

/* Returns true when the row was new. */
static bool put_aside(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row)
{
	sqlite3_stmt *stmt = writer->statements[PUT_ASIDE];
	uint8_t canonical[FIX_CANONICAL_BYTES];

	fix_canonical(&row->fix, canonical);
	sqlite3_bind_int64(stmt, 1, row->vehicle_id);
	sqlite3_bind_int64(stmt, 2, row->fix.time_ms);
	sqlite3_bind_blob(stmt, 3, canonical, sizeof(canonical), SQLITE_TRANSIENT);
	sqlite3_bind_int(stmt, 4, row->trust);
	sqlite3_bind_int64(stmt, 5, row->received_ms);
	db_txn_step(txn, stmt);
	return sqlite3_changes(db_handle(writer->db)) == 1;
}

static bool counts_more(const struct fix_row *row, const struct fix_row *than)
{
	if (row->trust != than->trust)
		return trust_rank(row->trust) > trust_rank(than->trust);
	return fix_compare(&row->fix, &than->fix) < 0;
}

static enum fix_outcome put_beside(struct fix_writer *writer, struct db_txn *txn,
				   const struct fix_row *row)
{
	struct fix_row existing;
	int error = read_existing(writer, row, &existing);

	if (error) {
		txn->error = error;
		return FIX_DUPLICATE;
	}
	if (existing.trust == row->trust && fix_compare(&existing.fix, &row->fix) == 0)
		return FIX_DUPLICATE;
	if (!counts_more(row, &existing))
		return put_aside(writer, txn, row) ? FIX_KEPT_ASIDE : FIX_DUPLICATE;
	put_aside(writer, txn, &existing);
	bind_row(writer->statements[PUT_REPLACE], row);
	db_txn_step(txn, writer->statements[PUT_REPLACE]);
	return FIX_REPLACED;
}

enum fix_outcome fix_put(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row)
{
	enum fix_outcome outcome = FIX_STORED;

	if (txn->error)
		return FIX_DUPLICATE;
	bind_row(writer->statements[PUT_INSERT], row);
	db_txn_step(txn, writer->statements[PUT_INSERT]);
	if (!txn->error && sqlite3_changes(db_handle(writer->db)) == 0)
		outcome = put_beside(writer, txn, row);
	return txn->error ? FIX_DUPLICATE : outcome;
}

void fix_mark_stale(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, int64_t from_ms,
		    int64_t to_ms)
{
	sqlite3_stmt *stmt = writer->statements[PUT_STALE];

	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, from_ms);
	sqlite3_bind_int64(stmt, 3, to_ms);
	db_txn_step(txn, stmt);
}

void fix_quarantine(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row,
		    const char *reason)
{
	sqlite3_stmt *stmt = writer->statements[PUT_QUARANTINE];
	uint8_t canonical[FIX_CANONICAL_BYTES];

	fix_canonical(&row->fix, canonical);
	sqlite3_bind_int64(stmt, 1, row->vehicle_id);
	sqlite3_bind_int64(stmt, 2, row->received_ms);
	sqlite3_bind_text(stmt, 3, reason, -1, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 4, row->trust);
	sqlite3_bind_blob(stmt, 5, canonical, sizeof(canonical), SQLITE_TRANSIENT);
	db_txn_step(txn, stmt);
}

bool fix_believed(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row)
{
	sqlite3_stmt *stmt = writer->statements[PUT_BELIEVED];
	uint8_t canonical[FIX_CANONICAL_BYTES];

	fix_canonical(&row->fix, canonical);
	sqlite3_bind_int64(stmt, 1, row->vehicle_id);
	sqlite3_bind_int64(stmt, 2, row->received_ms);
	sqlite3_bind_blob(stmt, 3, canonical, sizeof(canonical), SQLITE_TRANSIENT);
	sqlite3_bind_int(stmt, 4, row->trust);
	db_txn_step(txn, stmt);
	return sqlite3_changes(db_handle(writer->db)) > 0;
}

bool fix_repair_weeks(struct fix *fix, int64_t received_ms)
{
	int64_t behind_ms, rollovers;

	if (!fix_is_plausible(fix) || !(fix->flags & FIX_VALID))
		return false;
	behind_ms = received_ms - fix->time_ms;
	rollovers = (behind_ms + (behind_ms < 0 ? -ROLLOVER_MS : ROLLOVER_MS) / 2) / ROLLOVER_MS;
	if (rollovers == 0 || llabs(behind_ms - rollovers * ROLLOVER_MS) > ROLLOVER_SLACK_MS)
		return false;
	fix->time_ms += rollovers * ROLLOVER_MS;
	fix->flags |= FIX_TIME_REPAIRED;
	return true;
}

const char *fix_doubt(const struct fix *fix, int64_t received_ms)
{
	if (!fix_is_plausible(fix))
		return "impossible";
	if (fix->time_ms > received_ms + FUTURE_MS)
		return "future";
	if (fix->time_ms < received_ms - OLD_MS)
		return "old";
	return NULL;
}

