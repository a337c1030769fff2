/* SPDX-License-Identifier: Apache-2.0 */
#include "server/audit.h"

#include <errno.h>

#include "common/clock.h"
#include "gis/db.h"
#include "server/bind.h"

void audit_add(struct db_txn *txn, const char *name, const char *action, const char *object)
{
	bind_step(txn, "INSERT INTO audit (time_ms, name, action, object) VALUES (?1, ?2, ?3, ?4)", "ittt",
		  wall_clock_ms(), name, action, object);
}

int audit_list(struct db *db, int64_t before_id, struct audit_entry *out, size_t most)
{
	sqlite3_stmt *stmt = bind_query(
		db, "SELECT id, time_ms, name, action, object FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2", "ii",
		before_id, (int64_t)most);
	int step, count = 0;

	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && (size_t)count < most) {
		struct audit_entry *entry = &out[count++];

		entry->id = sqlite3_column_int64(stmt, 0);
		entry->time_ms = sqlite3_column_int64(stmt, 1);
		bind_copy(stmt, 2, entry->name, sizeof(entry->name));
		bind_copy(stmt, 3, entry->action, sizeof(entry->action));
		bind_copy(stmt, 4, entry->object, sizeof(entry->object));
	}
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW || step == SQLITE_DONE ? count : db_error(step);
}
