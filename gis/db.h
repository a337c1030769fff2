/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The town's one SpatiaLite file: opening it, its schema, and transactions with a sticky error.
 *
 * A struct db is one connection and belongs to one thread.  Every program opens the file here, so
 * that pragmas, busy waiting and schema version are the same everywhere.  gis never prints: an
 * error's sentence is in db_why().
 */
#ifndef PLOW_GIS_DB_H
#define PLOW_GIS_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "common/attr.h"

struct db;

enum db_mode {
	DB_READ,   /* read only; the file must exist */
	DB_WRITE,  /* the file must exist; older schemas are migrated first */
	DB_CREATE, /* made if missing (plowctl init) */
};

/*
 * Opens the file.  Always stores a db, also on failure, so that db_why() can be asked; db_close() it.
 * Returns 0 or
 *   -ENOENT   there is no such file        -EBADMSG  it is no Michiake database, or a damaged one
 *   -EPROTO   it is of a newer version     -EACCES, -EROFS, -ENOSPC, -EIO
 */
int db_open(const char *path, enum db_mode mode, struct db **out) PLOW_MUST_USE;
void db_close(struct db *db);

sqlite3 *db_handle(struct db *db);
const char *db_path(const struct db *db);
const char *db_why(const struct db *db); /* the last failure in one sentence, English */

/* Sets the sentence for db_why() and returns error: for modules that work on a db. */
int db_explain(struct db *db, int error, const char *format, ...) PLOW_PRINTF(3, 4);

/* The same with what SQLite said last; returns the errno that fits it, -EIO where it said nothing. */
int db_failed(struct db *db);

/* The negative errno that fits an SQLite result code (primary or extended). */
int db_error(int sqlite_code);

/* Prepares a statement or records why not. Returns NULL on failure. */
sqlite3_stmt *db_prepare(struct db *db, const char *sql);
/* Runs SQL text of one or more statements. Returns 0 or negative errno, with db_why() set. */
int db_run(struct db *db, const char *sql) PLOW_MUST_USE;

/*
 * A write transaction (BEGIN IMMEDIATE).  Each step returns at once when an earlier one failed;
 * db_txn_end() commits, or rolls back everything and returns the first error.
 */
struct db_txn {
	struct db *db;
	int error; /* 0 or negative errno; once set it stays */
};
struct db_txn db_txn_begin(struct db *db);
/* Steps a statement to its end and resets it. */
void db_txn_step(struct db_txn *txn, sqlite3_stmt *stmt);
void db_txn_run(struct db_txn *txn, const char *sql);
int db_txn_end(struct db_txn *txn) PLOW_MUST_USE;

/* Settings of the town, as `plowctl init` wrote them: name, timezone, day_start. */
int db_setting(struct db *db, const char *key, char *out, size_t size) PLOW_MUST_USE;

#endif
