/* SPDX-License-Identifier: Apache-2.0 */
#include "server/alarms.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gis/db.h"

#define COLUMNS                                                                                    \
	"SELECT alarm.id, vehicle_id, code, since_ms, raised_ms, coalesce(ended_ms, 0), "          \
	"coalesce(acknowledged_by, ''), coalesce(acknowledged_ms, 0) "                             \
	"FROM alarm JOIN vehicle ON vehicle.id = vehicle_id "

static void copy(char *out, size_t size, const unsigned char *text)
{
	snprintf(out, size, "%s", text ? (const char *)text : "");
}

static void read_row(sqlite3_stmt *stmt, struct alarm *out)
{
	out->id = sqlite3_column_int64(stmt, 0);
	out->vehicle_id = sqlite3_column_int64(stmt, 1);
	copy(out->vehicle, sizeof(out->vehicle), sqlite3_column_text(stmt, 2));
	out->since_ms = sqlite3_column_int64(stmt, 3);
	out->raised_ms = sqlite3_column_int64(stmt, 4);
	out->ended_ms = sqlite3_column_int64(stmt, 5);
	copy(out->acknowledged_by, sizeof(out->acknowledged_by), sqlite3_column_text(stmt, 6));
	out->acknowledged_ms = sqlite3_column_int64(stmt, 7);
}

/* Runs a query of at most `most` rows; id, where it asks for one. */
static int query(struct db *db, const char *sql, int64_t id, struct alarm *out, size_t most)
{
	sqlite3_stmt *stmt = db_prepare(db, sql);
	int step, count = 0;

	if (!stmt)
		return -EIO;
	if (sqlite3_bind_parameter_count(stmt) > 0)
		sqlite3_bind_int64(stmt, 1, id);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && (size_t)count < most)
		read_row(stmt, &out[count++]);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW || step == SQLITE_DONE ? count : db_error(step);
}

void alarm_raise(struct db_txn *txn, const struct alarm *alarm)
{
	sqlite3_stmt *stmt = db_prepare(txn->db, "INSERT OR IGNORE INTO alarm (vehicle_id, "
						 "since_ms, raised_ms) VALUES (?, ?, ?)");

	if (stmt) {
		sqlite3_bind_int64(stmt, 1, alarm->vehicle_id);
		sqlite3_bind_int64(stmt, 2, alarm->since_ms);
		sqlite3_bind_int64(stmt, 3, alarm->raised_ms);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

void alarm_end(struct db_txn *txn, int64_t vehicle_id, int64_t ended_ms)
{
	sqlite3_stmt *stmt = db_prepare(txn->db, "UPDATE alarm SET ended_ms = max(?2, raised_ms) "
						 "WHERE vehicle_id = ?1 AND ended_ms IS NULL");

	if (stmt) {
		sqlite3_bind_int64(stmt, 1, vehicle_id);
		sqlite3_bind_int64(stmt, 2, ended_ms);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

void alarm_acknowledge(struct db_txn *txn, int64_t id, const char *by, int64_t time_ms)
{
	struct alarm known;
	sqlite3_stmt *stmt;

	if (txn->error)
		return;
	txn->error = alarm_find(txn->db, id, &known);
	if (!txn->error && known.acknowledged_ms)
		txn->error = -EEXIST;
	if (txn->error)
		return;
	stmt = db_prepare(txn->db, "UPDATE alarm SET acknowledged_by = ?2, acknowledged_ms = ?3 "
				   "WHERE id = ?1");
	if (stmt) {
		sqlite3_bind_int64(stmt, 1, id);
		sqlite3_bind_text(stmt, 2, by, -1, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 3, time_ms);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

int alarm_find(struct db *db, int64_t id, struct alarm *out)
{
	int count = query(db, COLUMNS "WHERE alarm.id = ?1", id, out, 1);

	return count < 0 ? count : count == 0 ? -ENOENT : 0;
}

int alarm_list(struct db *db, struct alarm *out, size_t most)
{
	return query(db, COLUMNS "ORDER BY alarm.id DESC", 0, out, most);
}

int alarm_list_open(struct db *db, struct alarm *out, size_t most)
{
	return query(db, COLUMNS "WHERE ended_ms IS NULL ORDER BY alarm.id DESC", 0, out, most);
}
