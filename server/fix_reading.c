/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fixes_internal.h"

#include <errno.h>
#include <stdlib.h>

#include "common/alloc.h"

struct fix_reader {
	struct db *db;
	sqlite3_stmt *range, *before, *after;
};

struct fix_reader *fix_reader_new(struct db *db)
{
	struct fix_reader *reader = x_calloc(1, sizeof(*reader));

	reader->db = db;
	reader->range = db_prepare(db, "SELECT " FIX_COLUMNS " FROM fix WHERE vehicle_id = ?1 AND "
				       "time_ms >= ?2 AND time_ms < ?3 AND trust > 0 AND flags & 1 ORDER BY time_ms");
	reader->before = db_prepare(db, "SELECT time_ms FROM fix WHERE vehicle_id = ?1 AND time_ms < ?2 "
					"AND trust > 0 AND flags & 1 ORDER BY time_ms DESC");
	reader->after = db_prepare(db, "SELECT time_ms FROM fix WHERE vehicle_id = ?1 AND time_ms > ?2 "
				       "AND trust > 0 AND flags & 1 ORDER BY time_ms");
	if (!reader->range || !reader->before || !reader->after) {
		fix_reader_free(reader);
		return NULL;
	}
	return reader;
}

void fix_reader_free(struct fix_reader *reader)
{
	if (!reader)
		return;
	sqlite3_finalize(reader->range);
	sqlite3_finalize(reader->before);
	sqlite3_finalize(reader->after);
	free(reader);
}

void fix_list_free(struct fix_list *list)
{
	free(list->fixes);
	*list = (struct fix_list){0};
}

int fix_read(struct fix_reader *reader, int64_t vehicle_id, int64_t from_ms, int64_t to_ms,
	     struct fix_list *list)
{
	int step;

	sqlite3_bind_int64(reader->range, 1, vehicle_id);
	sqlite3_bind_int64(reader->range, 2, from_ms);
	sqlite3_bind_int64(reader->range, 3, to_ms);
	while ((step = sqlite3_step(reader->range)) == SQLITE_ROW) {
		list->fixes = x_grow(list->fixes, list->count, &list->capacity, sizeof(*list->fixes));
		fix_read_columns(reader->range, &list->fixes[list->count++]);
	}
	sqlite3_reset(reader->range);
	return db_error(step);
}

/* Follows the fixes from *time_ms on in one direction while no gap is longer than gap_ms. */
static int follow(sqlite3_stmt *stmt, int64_t vehicle_id, int64_t gap_ms, int64_t *time_ms)
{
	int step;

	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, *time_ms);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		int64_t next_ms = sqlite3_column_int64(stmt, 0);

		if (llabs(next_ms - *time_ms) > gap_ms)
			break;
		*time_ms = next_ms;
	}
	sqlite3_reset(stmt);
	return db_error(step);
}

int fix_stretch(struct fix_reader *reader, int64_t vehicle_id, int64_t gap_ms, int64_t *from_ms,
		int64_t *to_ms)
{
	int error = follow(reader->before, vehicle_id, gap_ms, from_ms);

	return error ? error : follow(reader->after, vehicle_id, gap_ms, to_ms);
}

int fix_newest(struct db *db, int64_t vehicle_id, bool is_believed, struct fix_row *out)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT " FIX_COLUMNS ", trust, received_ms FROM fix WHERE vehicle_id = ?1 "
					    "AND trust >= ?2 AND flags & 1 ORDER BY time_ms DESC LIMIT 1");
	int step;

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int(stmt, 2, is_believed ? TRUST_LISTED : TRUST_PLAIN);
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW) {
		out->vehicle_id = vehicle_id;
		fix_read_columns(stmt, &out->fix);
		out->trust = (uint8_t)sqlite3_column_int(stmt, 13);
		out->received_ms = sqlite3_column_int64(stmt, 14);
	}
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW ? 1 : db_error(step);
}

/* The first time a statement gives, or what stands for none. */
static int64_t first_time(sqlite3_stmt *stmt, int64_t vehicle_id, int64_t time_ms, int64_t none)
{
	int64_t found = none;

	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, time_ms);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		found = sqlite3_column_int64(stmt, 0);
	sqlite3_reset(stmt);
	return found;
}

int64_t fix_next(struct fix_reader *reader, int64_t vehicle_id, int64_t after_ms)
{
	return first_time(reader->after, vehicle_id, after_ms, INT64_MAX);
}

int64_t fix_previous(struct fix_reader *reader, int64_t vehicle_id, int64_t before_ms)
{
	return first_time(reader->before, vehicle_id, before_ms, INT64_MIN);
}
