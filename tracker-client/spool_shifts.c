/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's shifts in the spool's file, one row each, with their times by state and their roads. */
#include "tracker-client/spool_file_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tracker-client/shift.h"

#define KEPT 31      /* shifts, when they are confirmed */
#define KEPT_EVER 366 /* a year nobody looked */

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS shift ("
	" id INTEGER PRIMARY KEY, is_open INTEGER NOT NULL, confirmed_ms INTEGER,"
	" from_ms INTEGER, to_ms INTEGER, gap_ms INTEGER NOT NULL, distance_cm INTEGER NOT NULL,"
	" work_cm INTEGER NOT NULL, fixes INTEGER NOT NULL, has_map INTEGER NOT NULL,"
	" work TEXT NOT NULL, is_at_work INTEGER NOT NULL, anchor_lon_e7 INTEGER,"
	" anchor_lat_e7 INTEGER, anchor_ms INTEGER NOT NULL) STRICT;"
	"CREATE TABLE IF NOT EXISTS shift_state ("
	" shift INTEGER NOT NULL, code TEXT NOT NULL, ms INTEGER NOT NULL,"
	" PRIMARY KEY (shift, code)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS shift_road ("
	" shift INTEGER NOT NULL, name TEXT NOT NULL, work_cm INTEGER NOT NULL,"
	" PRIMARY KEY (shift, name)) STRICT, WITHOUT ROWID;";

static const char save_sql[] =
	"INSERT INTO shift VALUES (?1,?2,NULL,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)"
	" ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, from_ms = excluded.from_ms,"
	" to_ms = excluded.to_ms, gap_ms = excluded.gap_ms, distance_cm = excluded.distance_cm,"
	" work_cm = excluded.work_cm, fixes = excluded.fixes, has_map = excluded.has_map,"
	" work = excluded.work, is_at_work = excluded.is_at_work,"
	" anchor_lon_e7 = excluded.anchor_lon_e7, anchor_lat_e7 = excluded.anchor_lat_e7,"
	" anchor_ms = excluded.anchor_ms";

int spool_shifts_make(sqlite3 *db)
{
	return sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK ? 0 : spool_file_errno(db);
}

/* ---- saving ---- */

static void bind_known(sqlite3_stmt *s, int column, int64_t value, int64_t unknown)
{
	if (value == unknown)
		sqlite3_bind_null(s, column);
	else
		sqlite3_bind_int64(s, column, value);
}

static int save_row(sqlite3 *db, const struct shift *shift)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, save_sql, -1, &s, NULL) != SQLITE_OK)
		return spool_file_errno(db);
	sqlite3_bind_int64(s, 1, shift->id);
	sqlite3_bind_int(s, 2, shift->is_open);
	bind_known(s, 3, shift->from_ms, FIX_TIME_UNKNOWN);
	bind_known(s, 4, shift->to_ms, FIX_TIME_UNKNOWN);
	sqlite3_bind_int64(s, 5, shift->gap_ms);
	sqlite3_bind_int64(s, 6, shift->distance_cm);
	sqlite3_bind_int64(s, 7, shift->work_cm);
	sqlite3_bind_int64(s, 8, (int64_t)shift->fixes);
	sqlite3_bind_int(s, 9, shift->has_map);
	sqlite3_bind_text(s, 10, &shift->work, 1, SQLITE_TRANSIENT);
	sqlite3_bind_int(s, 11, shift->is_at_work);
	bind_known(s, 12, shift->anchor_lon_e7, FIX_ABSENT);
	bind_known(s, 13, shift->anchor_lat_e7, FIX_ABSENT);
	sqlite3_bind_int64(s, 14, shift->anchor_ms);
	sqlite3_step(s);
	return sqlite3_finalize(s) == SQLITE_OK ? 0 : spool_file_errno(db);
}

/* Runs `sql` for a shift, a text and a number. */
static int put(sqlite3_stmt *s, int64_t shift, const char *text, int length, int64_t number)
{
	sqlite3_bind_int64(s, 1, shift);
	sqlite3_bind_text(s, 2, text, length, SQLITE_TRANSIENT);
	sqlite3_bind_int64(s, 3, number);
	sqlite3_step(s);
	return sqlite3_reset(s);
}

static int save_details(sqlite3 *db, const struct shift *shift)
{
	sqlite3_stmt *state = NULL, *road = NULL;
	int error = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO shift_state VALUES (?1,?2,?3)", -1,
				       &state, NULL);

	if (error == SQLITE_OK)
		error = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO shift_road VALUES (?1,?2,?3)",
					   -1, &road, NULL);
	for (size_t i = 0; i < SHIFT_STATES && error == SQLITE_OK; i++)
		if (shift->state_ms[i] > 0)
			error = put(state, shift->id, &SHIFT_CODES[i], 1, shift->state_ms[i]);
	for (size_t i = 0; i < shift->road_count && error == SQLITE_OK; i++)
		error = put(road, shift->id, shift->roads[i].name, -1, shift->roads[i].work_cm);
	sqlite3_finalize(state);
	sqlite3_finalize(road);
	return error == SQLITE_OK ? 0 : spool_file_errno(db);
}

/* What was confirmed long ago goes, when a shift begins. */
static int prune(sqlite3 *db, int64_t newest)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "DELETE FROM shift WHERE id <= %lld OR (id <= %lld AND confirmed_ms IS NOT NULL);"
		 "DELETE FROM shift_state WHERE shift NOT IN (SELECT id FROM shift);"
		 "DELETE FROM shift_road WHERE shift NOT IN (SELECT id FROM shift);",
		 (long long)newest - KEPT_EVER, (long long)newest - KEPT);
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : spool_file_errno(db);
}

int spool_shifts_save(sqlite3 *db, const struct shift *shift)
{
	int error = save_row(db, shift);

	if (error == 0)
		error = save_details(db, shift);
	if (error == 0 && shift->fixes == 0)
		error = prune(db, shift->id);
	return error;
}

/* ---- reading ---- */

static int64_t known(sqlite3_stmt *s, int column, int64_t unknown)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL ? unknown
							     : sqlite3_column_int64(s, column);
}

static void row_of(sqlite3_stmt *s, struct shift *out)
{
	const char *work = (const char *)sqlite3_column_text(s, 10);

	shift_init(out, sqlite3_column_int64(s, 0), sqlite3_column_int(s, 1) != 0);
	out->from_ms = known(s, 3, FIX_TIME_UNKNOWN);
	out->to_ms = known(s, 4, FIX_TIME_UNKNOWN);
	out->gap_ms = sqlite3_column_int64(s, 5);
	out->distance_cm = sqlite3_column_int64(s, 6);
	out->work_cm = sqlite3_column_int64(s, 7);
	out->fixes = (uint64_t)sqlite3_column_int64(s, 8);
	out->has_map = sqlite3_column_int(s, 9) != 0;
	out->work = work != NULL && work_is_known(*work) ? *work : 'U';
	out->is_at_work = sqlite3_column_int(s, 11) != 0;
	out->anchor_lon_e7 = (int32_t)known(s, 12, FIX_ABSENT);
	out->anchor_lat_e7 = (int32_t)known(s, 13, FIX_ABSENT);
	out->anchor_ms = sqlite3_column_int64(s, 14);
}

static int load_states(sqlite3 *db, struct shift *shift)
{
	sqlite3_stmt *s = NULL;

	sqlite3_prepare_v2(db, "SELECT code, ms FROM shift_state WHERE shift = ?1", -1, &s, NULL);
	sqlite3_bind_int64(s, 1, shift->id);
	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *code = (const char *)sqlite3_column_text(s, 0);
		const char *place = code != NULL && *code != '\0' ? strchr(SHIFT_CODES, *code) : NULL;

		if (place != NULL)
			shift->state_ms[place - SHIFT_CODES] = sqlite3_column_int64(s, 1);
	}
	return sqlite3_finalize(s) == SQLITE_OK ? 0 : spool_file_errno(db);
}

static int load_roads(sqlite3 *db, struct shift *shift)
{
	sqlite3_stmt *s = NULL;

	sqlite3_prepare_v2(db,
			   "SELECT name, work_cm FROM shift_road WHERE shift = ?1"
			   " ORDER BY work_cm DESC, name",
			   -1, &s, NULL);
	sqlite3_bind_int64(s, 1, shift->id);
	while (sqlite3_step(s) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 0);

		shift_add_road(shift, name != NULL ? name : "", sqlite3_column_int64(s, 1));
	}
	return sqlite3_finalize(s) == SQLITE_OK ? 0 : spool_file_errno(db);
}

int spool_file_shift(struct spool_file *file, int64_t below, struct shift *out,
		     int64_t *out_confirmed_ms)
{
	sqlite3_stmt *s = NULL;
	int error = -ENOENT;

	if (sqlite3_prepare_v2(file->db,
			       "SELECT id, is_open, confirmed_ms, from_ms, to_ms, gap_ms, distance_cm,"
			       " work_cm, fixes, has_map, work, is_at_work, anchor_lon_e7,"
			       " anchor_lat_e7, anchor_ms"
			       " FROM shift WHERE id < ?1 ORDER BY id DESC LIMIT 1",
			       -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, below);
		if (sqlite3_step(s) == SQLITE_ROW) {
			row_of(s, out);
			*out_confirmed_ms = known(s, 2, FIX_TIME_UNKNOWN);
			error = 0;
		}
	}
	if (sqlite3_finalize(s) != SQLITE_OK)
		return spool_file_errno(file->db);
	if (error == 0)
		error = load_states(file->db, out);
	if (error == 0)
		error = load_roads(file->db, out);
	return error;
}

int spool_file_unconfirmed(struct spool_file *file)
{
	sqlite3_stmt *s = NULL;
	int count = 0;

	if (sqlite3_prepare_v2(file->db,
			       "SELECT count(*) FROM shift WHERE NOT is_open AND confirmed_ms IS NULL", -1,
			       &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW)
		count = sqlite3_column_int(s, 0);
	return sqlite3_finalize(s) == SQLITE_OK ? count : spool_file_errno(file->db);
}

int spool_file_confirm(struct spool_file *file, int64_t id, int64_t now_ms,
		       char why[SPOOL_FILE_WHY_BYTES])
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(file->db,
			       "UPDATE shift SET confirmed_ms = ?2"
			       " WHERE id = ?1 AND NOT is_open AND confirmed_ms IS NULL",
			       -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, id);
		sqlite3_bind_int64(s, 2, now_ms);
		sqlite3_step(s);
	}
	if (sqlite3_finalize(s) != SQLITE_OK)
		return spool_file_fault(file, why);
	return sqlite3_changes(file->db) == 1 ? 0 : -ENOENT;
}
