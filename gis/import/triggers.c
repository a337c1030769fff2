/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/triggers.h"

#include <errno.h>

#include "gis/db.h"

#define MAX_TRIGGERS (sizeof(((struct triggers *)NULL)->texts) / sizeof(char *))

static void drop_all(struct db_txn *txn, char *const *names, size_t count)
{
	for (size_t i = 0; i < count && !txn->error; i++) {
		char *drop = sqlite3_mprintf("DROP TRIGGER \"%w\"", names[i]);

		db_txn_run(txn, drop);
		sqlite3_free(drop);
	}
}

void triggers_suspend(struct triggers *triggers, struct db_txn *txn, const char *table)
{
	sqlite3_stmt *list;
	char *names[MAX_TRIGGERS] = {NULL};

	triggers->table = table;
	if (txn->error)
		return;
	list = db_prepare(
		txn->db,
		"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1");
	sqlite3_bind_text(list, 1, table, -1, SQLITE_STATIC);
	while (sqlite3_step(list) == SQLITE_ROW) {
		if (triggers->count == MAX_TRIGGERS) {
			txn->error =
				db_explain(txn->db, -E2BIG,
					   "%s: table %s has more triggers than this program knows",
					   db_path(txn->db), table);
			break;
		}
		names[triggers->count] =
			arena_text(&triggers->memory, (const char *)sqlite3_column_text(list, 0));
		triggers->texts[triggers->count++] =
			arena_text(&triggers->memory, (const char *)sqlite3_column_text(list, 1));
	}
	sqlite3_finalize(list);
	drop_all(txn, names, triggers->count);
}

void triggers_restore(struct triggers *triggers, struct db_txn *txn)
{
	char *touch = sqlite3_mprintf(
		"UPDATE geometry_columns_time SET last_insert = "
		"strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now'), "
		"last_update = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now'), "
		"last_delete = strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', 'now') WHERE f_table_name = %Q",
		triggers->table);

	for (size_t i = 0; i < triggers->count; i++)
		db_txn_run(txn, triggers->texts[i]);
	db_txn_run(txn, touch);
	sqlite3_free(touch);
	arena_free(&triggers->memory);
}
