/* SPDX-License-Identifier: Apache-2.0 */
/* The fixes in the spool's file: one transaction writes, and they are read by their numbers. */
#include "tracker-client/spool_file_internal.h"

#include <errno.h>

#include "tracker-client/ranges.h"

/* Numbers a transaction removes at most: with those it adds, what the room of the log is made for. */
#define REMOVED_MOST 8192

/* ---- writing ---- */

static int run(struct spool_file *file, enum spool_statement which)
{
	sqlite3_stmt *s = file->statements[which];

	sqlite3_step(s);
	return sqlite3_reset(s) == SQLITE_OK ? 0 : spool_file_errno(file->db);
}

/* FIX_ABSENT is NULL in the file, for people who look into it. */
static void bind_optional(sqlite3_stmt *s, int column, int32_t value)
{
	if (value == FIX_ABSENT)
		sqlite3_bind_null(s, column);
	else
		sqlite3_bind_int(s, column, value);
}

static int add_fix(struct spool_file *file, uint64_t seq, const struct fix *fix)
{
	sqlite3_stmt *s = file->statements[SPOOL_ADD];

	sqlite3_bind_int64(s, 1, (int64_t)seq);
	sqlite3_bind_int64(s, 2, fix->time_ms);
	sqlite3_bind_int(s, 3, fix->lon_e7);
	sqlite3_bind_int(s, 4, fix->lat_e7);
	bind_optional(s, 5, fix->alt_dm);
	bind_optional(s, 6, fix->speed_cmps);
	bind_optional(s, 7, fix->course_cdeg);
	bind_optional(s, 8, fix->hdop_c);
	bind_optional(s, 9, fix->satellites);
	bind_optional(s, 10, fix->quality);
	sqlite3_bind_int(s, 11, fix->flags);
	sqlite3_bind_int(s, 12, fix->blade);
	sqlite3_bind_text(s, 13, &fix->work, 1, SQLITE_TRANSIENT);
	sqlite3_bind_int(s, 14, fix->work_source);
	return run(file, SPOOL_ADD);
}

/* Removes the first of what was forgotten; *out_to is the last number that was looked at, or 0. */
static int forget(struct spool_file *file, const struct ranges *forgotten, struct spool_extent *extent,
		  uint64_t *out_to)
{
	uint64_t left = REMOVED_MOST;
	int error = 0;

	for (size_t i = 0; i < forgotten->count && left > 0 && error == 0; i++) {
		sqlite3_stmt *s = file->statements[SPOOL_REMOVE];
		struct wire_range range = forgotten->at[i];

		if (range.last - range.first >= left)
			range.last = range.first + left - 1;
		left -= range.last - range.first + 1;
		sqlite3_bind_int64(s, 1, (int64_t)range.first);
		sqlite3_bind_int64(s, 2, (int64_t)range.last);
		error = run(file, SPOOL_REMOVE);
		extent->count -= error == 0 ? (uint64_t)sqlite3_changes64(file->db) : 0;
		*out_to = range.last;
	}
	return error;
}

/*
 * Drops the oldest beyond the capacity, before anything is added, so that the file need not grow; what
 * is to be added and finds no room even then is passed over: *out_passed.
 */
static int make_room(struct spool_file *file, const struct spool_write *what, struct spool_row *row,
		     struct spool_extent *extent, size_t *out_passed)
{
	uint64_t all = extent->count + what->count;
	uint64_t excess = all > what->capacity ? all - what->capacity : 0, drop = excess;
	int error = 0;

	*out_passed = excess > extent->count ? (size_t)(excess - extent->count) : 0;
	if (drop > extent->count)
		drop = extent->count;
	if (drop > what->count + REMOVED_MOST)
		drop = what->count + REMOVED_MOST;
	if (drop > 0) {
		sqlite3_bind_int64(file->statements[SPOOL_DROP], 1, (int64_t)drop);
		error = run(file, SPOOL_DROP);
	}
	row->dropped += drop + *out_passed;
	row->newest_seq += *out_passed;
	extent->count -= drop;
	return error;
}

static int change_fixes(struct spool_file *file, const struct spool_write *what,
			struct spool_row *row, struct spool_extent *extent, uint64_t *out_forgotten_to)
{
	size_t passed = 0;
	int error = what->forgotten != NULL ? forget(file, what->forgotten, extent, out_forgotten_to) : 0;

	if (error == 0)
		error = make_room(file, what, row, extent, &passed);
	for (size_t i = passed; i < what->count && error == 0; i++)
		error = add_fix(file, ++row->newest_seq, &what->fixes[i]);
	extent->count += what->count - passed;
	return error;
}

static int save_row(struct spool_file *file, const struct spool_row *row)
{
	sqlite3_stmt *s = file->statements[SPOOL_SAVE];

	sqlite3_bind_int64(s, 1, (int64_t)row->newest_seq);
	sqlite3_bind_int64(s, 2, (int64_t)row->dropped);
	sqlite3_bind_int64(s, 3, (int64_t)row->next_number);
	sqlite3_bind_text(s, 4, &row->button, 1, SQLITE_TRANSIENT);
	return run(file, SPOOL_SAVE);
}

static int find_oldest(struct spool_file *file, const struct spool_row *row,
		       struct spool_extent *extent)
{
	sqlite3_stmt *s = file->statements[SPOOL_OLDEST];

	extent->oldest_seq = row->newest_seq + 1;
	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_type(s, 0) == SQLITE_INTEGER)
		extent->oldest_seq = (uint64_t)sqlite3_column_int64(s, 0);
	return sqlite3_reset(s) == SQLITE_OK ? 0 : spool_file_errno(file->db);
}

int spool_file_write(struct spool_file *file, const struct spool_write *what, struct spool_row *row,
		     struct spool_extent *extent, char why[SPOOL_FILE_WHY_BYTES])
{
	struct spool_row new_row = *row;
	struct spool_extent new_extent = *extent;
	uint64_t forgotten_to = 0;
	int error = sqlite3_exec(file->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (error == SQLITE_OK && change_fixes(file, what, &new_row, &new_extent, &forgotten_to) == 0 &&
	    save_row(file, &new_row) == 0 && find_oldest(file, &new_row, &new_extent) == 0 &&
	    (what->shift == NULL || spool_shifts_save(file->db, what->shift) == 0))
		error = sqlite3_exec(file->db, "COMMIT", NULL, NULL, NULL);
	else
		error = SQLITE_ERROR;
	if (error != SQLITE_OK) {
		error = spool_file_fault(file, why);
		sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
		return error != 0 ? error : -EIO;
	}
	*row = new_row;
	*extent = new_extent;
	if (what->forgotten != NULL)
		ranges_remove(what->forgotten, 0, forgotten_to);
	return 0;
}

/* ---- reading ---- */

static int32_t optional(sqlite3_stmt *s, int column)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL ? FIX_ABSENT
							     : sqlite3_column_int(s, column);
}

static struct wire_fix fix_of_row(sqlite3_stmt *s)
{
	const unsigned char *work = sqlite3_column_text(s, 12);

	return (struct wire_fix){
		.seq = (uint64_t)sqlite3_column_int64(s, 0),
		.fix =
			{
				.time_ms = sqlite3_column_int64(s, 1),
				.lon_e7 = sqlite3_column_int(s, 2),
				.lat_e7 = sqlite3_column_int(s, 3),
				.alt_dm = optional(s, 4),
				.speed_cmps = optional(s, 5),
				.course_cdeg = optional(s, 6),
				.hdop_c = optional(s, 7),
				.satellites = optional(s, 8),
				.quality = optional(s, 9),
				.flags = (uint8_t)sqlite3_column_int(s, 10),
				.blade = (int8_t)sqlite3_column_int(s, 11),
				.work = work != NULL ? (char)work[0] : 'U',
				.work_source = (uint8_t)sqlite3_column_int(s, 13),
			},
	};
}

int spool_file_read(struct spool_file *file, uint64_t first, uint64_t last, struct wire_fix *out,
		    size_t most)
{
	sqlite3_stmt *s = file->statements[SPOOL_READ];
	int count = 0, error;

	sqlite3_bind_int64(s, 1, (int64_t)first);
	sqlite3_bind_int64(s, 2, last > INT64_MAX ? INT64_MAX : (int64_t)last);
	sqlite3_bind_int64(s, 3, (int64_t)most);
	while (sqlite3_step(s) == SQLITE_ROW)
		out[count++] = fix_of_row(s);
	error = sqlite3_reset(s) == SQLITE_OK ? 0 : spool_file_errno(file->db);
	return error != 0 ? error : count;
}

int spool_file_numbers(struct spool_file *file, struct ranges *out)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(file->db, "SELECT seq FROM fix ORDER BY seq", -1, &s, NULL) !=
	    SQLITE_OK)
		return spool_file_errno(file->db);
	while (sqlite3_step(s) == SQLITE_ROW) {
		uint64_t seq = (uint64_t)sqlite3_column_int64(s, 0);

		ranges_add(out, seq, seq);
	}
	return sqlite3_finalize(s) == SQLITE_OK ? 0 : spool_file_errno(file->db);
}
