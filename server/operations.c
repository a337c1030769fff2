/* SPDX-License-Identifier: Apache-2.0 */
#include "server/operations.h"

#include <errno.h>
#include <string.h>

#include "gis/db.h"
#include "server/bind.h"

#define COLUMNS "SELECT id, name, reason, areas, start_ms, coalesce(target_ms, 0), coalesce(end_ms, 0), opened_by, closed_by FROM operation "

static void read_row(sqlite3_stmt *stmt, struct operation *out)
{
	out->id = sqlite3_column_int64(stmt, 0);
	bind_copy(stmt, 1, out->name, sizeof(out->name));
	bind_copy(stmt, 2, out->reason, sizeof(out->reason));
	bind_copy(stmt, 3, out->areas, sizeof(out->areas));
	out->start_ms = sqlite3_column_int64(stmt, 4);
	out->target_ms = sqlite3_column_int64(stmt, 5);
	out->end_ms = sqlite3_column_int64(stmt, 6);
	bind_copy(stmt, 7, out->opened_by, sizeof(out->opened_by));
	bind_copy(stmt, 8, out->closed_by, sizeof(out->closed_by));
}

/* Runs a query of at most `most` rows. */
static int query(struct db *db, const char *sql, int64_t parameter, struct operation *out, size_t most)
{
	sqlite3_stmt *stmt = bind_query(db, sql, "i", parameter);
	int step, count = 0;

	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && (size_t)count < most)
		read_row(stmt, &out[count++]);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW || step == SQLITE_DONE ? count : db_error(step);
}

int operation_current(struct db *db, struct operation *out)
{
	int count;

	memset(out, 0, sizeof(*out));
	count = query(db, COLUMNS "WHERE end_ms IS NULL AND id > ?1 ORDER BY id DESC LIMIT 1", 0, out, 1);
	return count < 0 ? count : 0;
}

int operation_find(struct db *db, int64_t id, struct operation *out)
{
	int count = query(db, COLUMNS "WHERE id = ?1", id, out, 1);

	return count < 0 ? count : count == 0 ? -ENOENT : 0;
}

int operation_list(struct db *db, struct operation *out, size_t most)
{
	return query(db, COLUMNS "WHERE id > ?1 ORDER BY id DESC", 0, out, most);
}

void operation_open(struct db_txn *txn, struct operation *operation)
{
	struct operation open;

	if (txn->error)
		return;
	txn->error = operation_current(txn->db, &open);
	if (!txn->error && open.id != 0)
		txn->error = -EEXIST;
	bind_step(txn,
		  "INSERT INTO operation (name, reason, areas, start_ms, target_ms, opened_by) "
		  "VALUES (?,?,?,?,nullif(?,0),?)",
		  "tttiit", operation->name, operation->reason, operation->areas, operation->start_ms,
		  operation->target_ms, operation->opened_by);
	operation->id = sqlite3_last_insert_rowid(db_handle(txn->db));
}

void operation_close(struct db_txn *txn, int64_t id, int64_t end_ms, const char *by)
{
	bind_step(txn, "UPDATE operation SET end_ms = ?2, closed_by = ?3 WHERE id = ?1 AND end_ms IS NULL", "iit", id,
		  end_ms, by);
	if (!txn->error && sqlite3_changes(db_handle(txn->db)) == 0)
		txn->error = -ENOENT;
}
