/* SPDX-License-Identifier: Apache-2.0 */
#include "server/alarms.h"

#include <errno.h>

#include "gis/db.h"
#include "server/bind.h"

#define COLUMNS                                                                                    \
	"SELECT alarm.id, vehicle_id, code, since_ms, raised_ms, coalesce(ended_ms, 0), "          \
	"coalesce(acknowledged_by, ''), coalesce(acknowledged_ms, 0) "                             \
	"FROM alarm JOIN vehicle ON vehicle.id = vehicle_id "

static void read_row(sqlite3_stmt *stmt, struct alarm *out)
{
	out->id = sqlite3_column_int64(stmt, 0);
	out->vehicle_id = sqlite3_column_int64(stmt, 1);
	bind_copy(stmt, 2, out->vehicle, sizeof(out->vehicle));
	out->since_ms = sqlite3_column_int64(stmt, 3);
	out->raised_ms = sqlite3_column_int64(stmt, 4);
	out->ended_ms = sqlite3_column_int64(stmt, 5);
	bind_copy(stmt, 6, out->acknowledged_by, sizeof(out->acknowledged_by));
	out->acknowledged_ms = sqlite3_column_int64(stmt, 7);
}

/* At most `most` rows of a query, which it finalizes; negative errno where there is none. */
static int query(sqlite3_stmt *stmt, struct alarm *out, size_t most)
{
	int step, count = 0;

	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && (size_t)count < most)
		read_row(stmt, &out[count++]);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW || step == SQLITE_DONE ? count : db_error(step);
}

void alarm_raise(struct db_txn *txn, const struct alarm *alarm)
{
	bind_step(txn, "INSERT OR IGNORE INTO alarm (vehicle_id, since_ms, raised_ms) VALUES (?, ?, ?)", "iii",
		  alarm->vehicle_id, alarm->since_ms, alarm->raised_ms);
}

void alarm_end(struct db_txn *txn, int64_t vehicle_id, int64_t ended_ms)
{
	bind_step(txn,
		  "UPDATE alarm SET ended_ms = max(?2, raised_ms) WHERE vehicle_id = ?1 AND ended_ms IS NULL", "ii",
		  vehicle_id, ended_ms);
}

void alarm_acknowledge(struct db_txn *txn, int64_t id, const char *by, int64_t time_ms)
{
	struct alarm known;

	if (txn->error)
		return;
	txn->error = alarm_find(txn->db, id, &known);
	if (!txn->error && known.acknowledged_ms)
		txn->error = -EEXIST;
	bind_step(txn, "UPDATE alarm SET acknowledged_by = ?2, acknowledged_ms = ?3 WHERE id = ?1", "iti", id, by,
		  time_ms);
}

int alarm_find(struct db *db, int64_t id, struct alarm *out)
{
	int count = query(bind_query(db, COLUMNS "WHERE alarm.id = ?1", "i", id), out, 1);

	return count < 0 ? count : count == 0 ? -ENOENT : 0;
}

int alarm_list(struct db *db, struct alarm *out, size_t most)
{
	return query(bind_query(db, COLUMNS "ORDER BY alarm.id DESC", ""), out, most);
}

int alarm_list_open(struct db *db, struct alarm *out, size_t most)
{
	return query(bind_query(db, COLUMNS "WHERE ended_ms IS NULL ORDER BY alarm.id DESC", ""), out, most);
}
