/* SPDX-License-Identifier: Apache-2.0 */
#include "server/audit.h"

#include <errno.h>
#include <stdio.h>

#include "common/clock.h"
#include "gis/db.h"

void audit_add(struct db_txn *txn, const char *name, const char *action, const char *object)
{
	sqlite3_stmt *stmt = db_prepare(
		txn->db, "INSERT INTO audit (time_ms, name, action, object) VALUES (?1, ?2, ?3, ?4)");

	if (stmt) {
		sqlite3_bind_int64(stmt, 1, wall_clock_ms());
		sqlite3_bind_text(stmt, 2, name, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 3, action, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 4, object, -1, SQLITE_STATIC);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

static void copy(char *out, size_t size, const unsigned char *text)
{
	snprintf(out, size, "%s", text ? (const char *)text : "");
}

int audit_list(struct db *db, int64_t before_id, struct audit_entry *out, size_t most)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT id, time_ms, name, action, object FROM audit "
					    "WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
	int step, count = 0;

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, before_id);
	sqlite3_bind_int64(stmt, 2, (int64_t)most);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && (size_t)count < most) {
		struct audit_entry *entry = &out[count++];

		entry->id = sqlite3_column_int64(stmt, 0);
		entry->time_ms = sqlite3_column_int64(stmt, 1);
		copy(entry->name, sizeof(entry->name), sqlite3_column_text(stmt, 2));
		copy(entry->action, sizeof(entry->action), sqlite3_column_text(stmt, 3));
		copy(entry->object, sizeof(entry->object), sqlite3_column_text(stmt, 4));
	}
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW || step == SQLITE_DONE ? count : db_error(step);
}
