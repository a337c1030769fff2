/* SPDX-License-Identifier: Apache-2.0 */
#include "server/corrections.h"

#include <errno.h>
#include <math.h>

#include "common/alloc.h"
#include "common/utf8.h"
#include "gis/coverage.h"
#include "gis/db.h"
#include "server/bind.h"

#define COLUMNS                                                                                    \
	"SELECT id, road_id, from_m, to_m, from_ms, to_ms, reason, made_by, "                      \
	"coalesce(withdrawn_by, ''), "                                                             \
	"made_ms, coalesce(withdrawn_ms, 0) FROM correction "

const char *correction_name_fault(const char *name)
{
	return name[0] && utf8_is_clean(name)
		       ? NULL
		       : "It needs the name of whoever says so, of 1 to 127 bytes.";
}

const char *correction_fault(const struct correction *correction)
{
	if (!(correction->from_m >= 0 && correction->to_m > correction->from_m &&
	      isfinite(correction->to_m)))
		return "The stretch is from_m to to_m, metres along the road, from_m below to_m.";
	if (correction->to_ms <= correction->from_ms)
		return "The time to comes after from.";
	if (!correction->reason[0] || !utf8_is_clean(correction->reason))
		return "The correction needs a reason of 1 to 511 bytes.";
	return correction_name_fault(correction->made_by);
}

void correction_add(struct db_txn *txn, struct correction *correction)
{
	bind_step(txn,
		  "INSERT INTO correction (road_id, from_m, to_m, from_ms, to_ms, reason, made_by, made_ms) "
		  "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		  "irriitti", correction->road_id, correction->from_m, correction->to_m, correction->from_ms,
		  correction->to_ms, correction->reason, correction->made_by, correction->made_ms);
	correction->id = sqlite3_last_insert_rowid(db_handle(txn->db));
}

void correction_withdraw(struct db_txn *txn, int64_t id, const char *by, int64_t time_ms)
{
	struct correction known;

	if (txn->error)
		return;
	txn->error = correction_find(txn->db, id, &known);
	if (!txn->error && known.withdrawn_ms)
		txn->error = -EEXIST;
	bind_step(txn, "UPDATE correction SET withdrawn_by = ?2, withdrawn_ms = ?3 WHERE id = ?1", "iti", id, by,
		  time_ms);
}

static void read_row(sqlite3_stmt *row, struct correction *out)
{
	*out = (struct correction){.id = sqlite3_column_int64(row, 0),
				   .road_id = sqlite3_column_int64(row, 1),
				   .from_m = sqlite3_column_double(row, 2),
				   .to_m = sqlite3_column_double(row, 3),
				   .from_ms = sqlite3_column_int64(row, 4),
				   .to_ms = sqlite3_column_int64(row, 5),
				   .made_ms = sqlite3_column_int64(row, 9),
				   .withdrawn_ms = sqlite3_column_int64(row, 10)};
	bind_copy(row, 6, out->reason, sizeof(out->reason));
	bind_copy(row, 7, out->made_by, sizeof(out->made_by));
	bind_copy(row, 8, out->withdrawn_by, sizeof(out->withdrawn_by));
}

/* Runs a query of at most `most` rows. */
static int query(struct db *db, const char *sql, int64_t parameter, struct correction *out,
		 size_t most)
{
	sqlite3_stmt *row = bind_query(db, sql, "i", parameter);
	int step = SQLITE_ROW, count = 0;

	if (!row)
		return -EIO;
	while ((size_t)count < most && (step = sqlite3_step(row)) == SQLITE_ROW)
		read_row(row, &out[count++]);
	sqlite3_finalize(row);
	return db_error(step) ? db_error(step) : count;
}

int correction_find(struct db *db, int64_t id, struct correction *out)
{
	int count = query(db, COLUMNS "WHERE id = ?1", id, out, 1);

	return count < 0 ? count : count == 0 ? -ENOENT : 0;
}

int correction_list(struct db *db, int64_t before_id, struct correction *out, size_t most)
{
	return query(db, COLUMNS "WHERE id < ?1 ORDER BY id DESC", before_id, out, most);
}

int corrections_mark(struct db *db, struct corrections_mark *out)
{
	sqlite3_stmt *row =
		db_prepare(db, "SELECT coalesce(max(id), 0), count(withdrawn_ms) FROM correction");
	int step;

	if (!row)
		return -EIO;
	step = sqlite3_step(row);
	out->newest_id = sqlite3_column_int64(row, 0);
	out->withdrawn = sqlite3_column_int64(row, 1);
	sqlite3_finalize(row);
	return db_error(step);
}

int corrections_load(struct db *db, struct coverage_correction **out, size_t *out_count)
{
	sqlite3_stmt *row =
		db_prepare(db, "SELECT road_id, from_m, to_m, from_ms, to_ms FROM correction "
			       "WHERE withdrawn_ms IS NULL ORDER BY id");
	size_t capacity = 0;
	int step;

	*out = NULL;
	*out_count = 0;
	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		*out = x_grow(*out, *out_count, &capacity, sizeof(**out));
		(*out)[(*out_count)++] = (struct coverage_correction){
			.road_id = sqlite3_column_int64(row, 0),
			.from_m = sqlite3_column_double(row, 1),
			.to_m = sqlite3_column_double(row, 2),
			.from_ms = sqlite3_column_int64(row, 3),
			.to_ms = sqlite3_column_int64(row, 4),
		};
	}
	sqlite3_finalize(row);
	return db_error(step);
}
