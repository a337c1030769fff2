/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite3.h has to come before spatialite.h, which does not include it. */
#include "gis/db.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <spatialite.h>

#include "common/alloc.h"
#include "gis/schema.h"

/* Marks the file as ours in SQLite's header (PRAGMA application_id): "Mchk". */
#define APPLICATION_ID 0x4d63686b
#define BUSY_WAIT_MS 20000

struct db {
	sqlite3 *sqlite;
	void *spatialite;
	char *path;
	char why[512];
};

int db_error(int sqlite_code)
{
	switch (sqlite_code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EBADMSG;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_NOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

int db_explain(struct db *db, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(db->why, sizeof(db->why), format, args);
	va_end(args);
	return error;
}

int db_failed(struct db *db)
{
	int error = db_error(sqlite3_errcode(db->sqlite));

	return db_explain(db, error ? error : -EIO, "%s: %s", db->path, sqlite3_errmsg(db->sqlite));
}

static int read_number(struct db *db, const char *pragma, int64_t *out)
{
	sqlite3_stmt *stmt = db_prepare(db, pragma);
	int code;

	if (!stmt)
		return db_error(sqlite3_errcode(db->sqlite));
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	else
		db_failed(db);
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW ? 0 : db_error(code);
}

/* The pragmas of every connection.  FULL: a commit that returned is on disk. */
static int set_up(struct db *db, enum db_mode mode)
{
	int error = db_run(db, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = ON;"
			       "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;");

	if (!error && mode != DB_READ)
		error = db_run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
	return error;
}

static int migrate_one(struct db *db, int version)
{
	struct db_txn txn = db_txn_begin(db);
	char pragma[64];

	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %d", version + 1);
	db_txn_run(&txn, schema_migrations[version]);
	db_txn_run(&txn, pragma);
	return db_txn_end(&txn);
}

/* An empty file becomes a SpatiaLite file with WGS 84 and JGD2011 (geographic and plane zone X). */
static int make_spatial(struct db *db)
{
	struct db_txn txn = db_txn_begin(db);
	char pragma[64];

	snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d", APPLICATION_ID);
	db_txn_run(&txn, "SELECT InitSpatialMetaDataFull(0, 'NONE');"
			 "SELECT InsertEpsgSrid(4326); SELECT InsertEpsgSrid(6668);"
			 "SELECT InsertEpsgSrid(6678); SELECT InsertEpsgSrid(3857);");
	db_txn_run(&txn, pragma);
	return db_txn_end(&txn);
}

static int bring_up_to_date(struct db *db, enum db_mode mode)
{
	int64_t application = 0, version = 0, pages = 0;
	int error = read_number(db, "PRAGMA application_id", &application);

	if (!error)
		error = read_number(db, "PRAGMA user_version", &version);
	if (!error)
		error = read_number(db, "PRAGMA page_count", &pages);
	if (error)
		return error;
	if (application != APPLICATION_ID && (mode != DB_CREATE || pages > 1))
		return db_explain(db, -EBADMSG, "%s is not a Michiake database; make one with: plowctl init --db FILE",
			       db->path);
	if (version > schema_version)
		return db_explain(db, -EPROTO, "%s has schema version %lld, newer than this program's %d; use the newer program",
			       db->path, (long long)version, schema_version);
	if (application != APPLICATION_ID)
		error = make_spatial(db);
	if (mode == DB_READ && version < schema_version)
		return db_explain(db, -EPROTO, "%s has the older schema version %lld; start plowd or plowctl verify once to bring it up to date",
			       db->path, (long long)version);
	for (; !error && version < schema_version; version++)
		error = migrate_one(db, (int)version);
	return error;
}

static int open_file(struct db *db, enum db_mode mode)
{
	static const int flags[] = {
		[DB_READ] = SQLITE_OPEN_READONLY,
		[DB_WRITE] = SQLITE_OPEN_READWRITE,
		[DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	struct stat found;
	int code;

	if (mode != DB_CREATE && access(db->path, F_OK) != 0)
		return db_explain(db, -ENOENT, "there is no database %s; make one with: plowctl init --db FILE", db->path);
	if (stat(db->path, &found) == 0 && S_ISDIR(found.st_mode))
		return db_explain(db, -EBADMSG, "%s is a folder, not a database", db->path);
	code = sqlite3_open_v2(db->path, &db->sqlite, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL);
	if (code != SQLITE_OK)
		return db_explain(db, db_error(code), "%s cannot be opened: %s", db->path,
			       db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code));
	sqlite3_extended_result_codes(db->sqlite, 1);
	db->spatialite = spatialite_alloc_connection();
	spatialite_init_ex(db->sqlite, db->spatialite, 0);
	/* After SpatiaLite, which sets five seconds of its own. */
	sqlite3_busy_timeout(db->sqlite, BUSY_WAIT_MS);
	return 0;
}

int db_open(const char *path, enum db_mode mode, struct db **out)
{
	struct db *db = x_calloc(1, sizeof(*db));
	int error;

	db->path = x_strdup(path);
	*out = db;
	error = open_file(db, mode);
	if (!error)
		error = bring_up_to_date(db, mode);
	if (!error)
		error = set_up(db, mode);
	return error;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	sqlite3_close(db->sqlite);
	if (db->spatialite)
		spatialite_cleanup_ex(db->spatialite);
	free(db->path);
	free(db);
}

sqlite3 *db_handle(struct db *db)
{
	return db->sqlite;
}

const char *db_path(const struct db *db)
{
	return db->path;
}

const char *db_why(const struct db *db)
{
	return db->why;
}

sqlite3_stmt *db_prepare(struct db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &stmt, NULL) == SQLITE_OK)
		return stmt;
	if (db_error(sqlite3_errcode(db->sqlite)) == -EBADMSG)
		db_explain(db, -EBADMSG, "%s is not a database, or a damaged one: %s", db->path,
			sqlite3_errmsg(db->sqlite));
	else
		db_failed(db);
	return NULL;
}

int db_run(struct db *db, const char *sql)
{
	if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return db_failed(db);
}

struct db_txn db_txn_begin(struct db *db)
{
	return (struct db_txn){.db = db, .error = db_run(db, "BEGIN IMMEDIATE")};
}

void db_txn_step(struct db_txn *txn, sqlite3_stmt *stmt)
{
	if (txn->error)
		return;
	if (!stmt) {
		txn->error = -EIO;
		return;
	}
	while (sqlite3_step(stmt) == SQLITE_ROW)
		;
	if (sqlite3_reset(stmt) != SQLITE_OK)
		txn->error = db_failed(txn->db);
}

void db_txn_run(struct db_txn *txn, const char *sql)
{
	if (!txn->error)
		txn->error = db_run(txn->db, sql);
}

int db_txn_end(struct db_txn *txn)
{
	if (!txn->error)
		txn->error = db_run(txn->db, "COMMIT");
	if (txn->error && !sqlite3_get_autocommit(txn->db->sqlite))
		sqlite3_exec(txn->db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return txn->error;
}

int db_setting(struct db *db, const char *key, char *out, size_t size)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT value FROM setting WHERE key = ?");
	int code;

	if (!stmt)
		return -EIO;
	sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		snprintf(out, size, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	return code == SQLITE_ROW ? 0 : code == SQLITE_DONE ? -ENOENT : db_failed(db);
}
