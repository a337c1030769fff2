/* SPDX-License-Identifier: Apache-2.0 */
#include "server/bind.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void bind_text(sqlite3_stmt *stmt, int place, char kind, const char *text)
{
	if (kind == 'n' && !*text)
		sqlite3_bind_null(stmt, place);
	else
		sqlite3_bind_text(stmt, place, text, -1, SQLITE_STATIC);
}

static sqlite3_stmt *bind_prepare(struct db *db, const char *sql, const char *kinds, va_list values)
{
	sqlite3_stmt *stmt = db_prepare(db, sql);

	for (int place = 1; stmt && *kinds; place++, kinds++) {
		const void *block;

		switch (*kinds) {
		case 'i':
			sqlite3_bind_int64(stmt, place, va_arg(values, int64_t));
			break;
		case 'r':
			sqlite3_bind_double(stmt, place, va_arg(values, double));
			break;
		case 'b':
			block = va_arg(values, const void *);
			sqlite3_bind_blob(stmt, place, block, va_arg(values, int), SQLITE_STATIC);
			break;
		default:
			assert(*kinds == 't' || *kinds == 'n');
			bind_text(stmt, place, *kinds, va_arg(values, const char *));
		}
	}
	return stmt;
}

void bind_step(struct db_txn *txn, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *stmt;
	va_list values;

	if (txn->error)
		return;
	va_start(values, kinds);
	stmt = bind_prepare(txn->db, sql, kinds, values);
	va_end(values);
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

sqlite3_stmt *bind_query(struct db *db, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *stmt;
	va_list values;

	va_start(values, kinds);
	stmt = bind_prepare(db, sql, kinds, values);
	va_end(values);
	return stmt;
}

int bind_number(struct db *db, int64_t *out, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *stmt;
	va_list values;
	int step;

	va_start(values, kinds);
	stmt = bind_prepare(db, sql, kinds, values);
	va_end(values);
	if (!stmt)
		return -EIO;
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : db_error(step);
}

void bind_copy(sqlite3_stmt *row, int column, char *out, size_t size)
{
	const unsigned char *text = sqlite3_column_text(row, column);

	snprintf(out, size, "%s", text ? (const char *)text : "");
}
