/* SPDX-License-Identifier: Apache-2.0 */
#include "server/operations.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gis/db.h"

#define COLUMNS "SELECT id, name, reason, areas, start_ms, coalesce(target_ms, 0), coalesce(end_ms, 0), opened_by, closed_by FROM operation "

static void copy(char *out, size_t size, const unsigned char *text)
{
	snprintf(out, size, "%s", text ? (const char *)text : "");
}

static void read_row(sqlite3_stmt *stmt, struct operation *out)
{
	out->id = sqlite3_column_int64(stmt, 0);
	copy(out->name, sizeof(out->name), sqlite3_column_text(stmt, 1));
	copy(out->reason, sizeof(out->reason), sqlite3_column_text(stmt, 2));
	copy(out->areas, sizeof(out->areas), sqlite3_column_text(stmt, 3));
	out->start_ms = sqlite3_column_int64(stmt, 4);
	out->target_ms = sqlite3_column_int64(stmt, 5);
	out->end_ms = sqlite3_column_int64(stmt, 6);
	copy(out->opened_by, sizeof(out->opened_by), sqlite3_column_text(stmt, 7));
	copy(out->closed_by, sizeof(out->closed_by), sqlite3_column_text(stmt, 8));
}

/* Runs a query of at most `most` rows. */
static int query(struct db *db, const char *sql, int64_t parameter, struct operation *out, size_t most)
{
	sqlite3_stmt *stmt = db_prepare(db, sql);
	int step, count = 0;

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, parameter);
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
	sqlite3_stmt *stmt;

	if (txn->error)
		return;
	txn->error = operation_current(txn->db, &open);
	if (!txn->error && open.id != 0)
		txn->error = -EEXIST;
	if (txn->error)
		return;
	stmt = db_prepare(txn->db, "INSERT INTO operation (name, reason, areas, start_ms, target_ms, opened_by) VALUES (?,?,?,?,nullif(?,0),?)");
	if (stmt) {
		sqlite3_bind_text(stmt, 1, operation->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 2, operation->reason, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 3, operation->areas, -1, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 4, operation->start_ms);
		sqlite3_bind_int64(stmt, 5, operation->target_ms);
		sqlite3_bind_text(stmt, 6, operation->opened_by, -1, SQLITE_STATIC);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
	operation->id = sqlite3_last_insert_rowid(db_handle(txn->db));
}

void operation_close(struct db_txn *txn, int64_t id, int64_t end_ms, const char *by)
{
	sqlite3_stmt *stmt = db_prepare(txn->db, "UPDATE operation SET end_ms = ?2, closed_by = ?3 WHERE id = ?1 AND end_ms IS NULL");

	if (stmt) {
		sqlite3_bind_int64(stmt, 1, id);
		sqlite3_bind_int64(stmt, 2, end_ms);
		sqlite3_bind_text(stmt, 3, by, -1, SQLITE_STATIC);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
	if (!txn->error && sqlite3_changes(db_handle(txn->db)) == 0)
		txn->error = -ENOENT;
}
