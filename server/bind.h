/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One statement with its values in one call, for modules that read and write many small rows.  What
 * the values are is said by letters: "i" an int64_t, "r" a double, "t" a text, "n" a text that is
 * NULL in the database when it is empty, "b" a block and its int size.
 *
 *	bind_step(txn, "UPDATE contractor SET name = ?2 WHERE id = ?1", "it", id, name);
 */
#ifndef PLOW_SERVER_BIND_H
#define PLOW_SERVER_BIND_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/db.h"

/* A sticky step of the transaction. */
void bind_step(struct db_txn *txn, const char *sql, const char *kinds, ...);

/* A statement to be stepped and finalized, or NULL with db_why() set. The values must outlive it. */
sqlite3_stmt *bind_query(struct db *db, const char *sql, const char *kinds, ...);

/* The first column of the first row; -ENOENT without one. */
int bind_number(struct db *db, int64_t *out, const char *sql, const char *kinds, ...) PLOW_MUST_USE;

/* A column as text, "" for NULL; what does not fit is cut off. */
void bind_copy(sqlite3_stmt *row, int column, char *out, size_t size);

#endif
