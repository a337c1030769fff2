/* SPDX-License-Identifier: Apache-2.0 */
/* Whose file it is, whether it is whole, and what it holds. */
#include "tracker-client/spool_file_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define APPLICATION_ID 0x4d695350 /* "MiSP" */
#define FORMAT 1

static const char schema[] =
	"CREATE TABLE spool ("
	" one INTEGER PRIMARY KEY CHECK (one = 1), spool_id INTEGER NOT NULL, vehicle TEXT NOT "
	"NULL,"
	" newest_seq INTEGER NOT NULL, dropped INTEGER NOT NULL, next_number INTEGER NOT NULL,"
	" button TEXT NOT NULL) STRICT;"
	"CREATE TABLE fix ("
	" seq INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, lon_e7 INTEGER NOT NULL,"
	" lat_e7 INTEGER NOT NULL, alt_dm INTEGER, speed_cmps INTEGER, course_cdeg INTEGER,"
	" hdop_c INTEGER, satellites INTEGER, quality INTEGER, flags INTEGER NOT NULL,"
	" blade INTEGER NOT NULL, work TEXT NOT NULL, work_source INTEGER NOT NULL) STRICT;"
	"PRAGMA user_version = 1;";

/* The first column of a statement's first row; *out is unchanged when there is none. */
static int ask(struct spool_file *file, const char *sql, int64_t *out)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(file->db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	return sqlite3_finalize(statement) == SQLITE_OK ? 0 : spool_file_errno(file->db);
}

/* 63 bits, and never 0: SQLite's integers have a sign. */
static uint64_t new_id(void)
{
	uint64_t id = 0;

	while (id == 0) {
		randombytes_buf(&id, sizeof(id));
		id >>= 1;
	}
	return id;
}

static int make_schema(struct spool_file *file, const char *vehicle)
{
	sqlite3_stmt *statement = NULL;
	int64_t application = APPLICATION_ID;
	char *pragma = sqlite3_mprintf("PRAGMA application_id = %lld", application);

	if (sqlite3_exec(file->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(file->db, pragma, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(file->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(file->db, "INSERT INTO spool VALUES (1, ?1, ?2, 0, 0, 0, 'U')", -1,
			       &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, (int64_t)new_id());
		sqlite3_bind_text(statement, 2, vehicle, -1, SQLITE_STATIC);
		sqlite3_step(statement);
	}
	sqlite3_free(pragma);
	if (sqlite3_finalize(statement) != SQLITE_OK)
		return spool_file_errno(file->db);
	sqlite3_exec(file->db, "COMMIT", NULL, NULL, NULL);
	return spool_file_errno(file->db);
}

/* Whose file it is, and in what format; an empty one becomes ours. */
int spool_file_claim(struct spool_file *file, const char *vehicle, char why[SPOOL_FILE_WHY_BYTES])
{
	int64_t application = 0, format = 0, tables = 0;
	sqlite3_exec(file->db,
		     "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
		     "PRAGMA synchronous = FULL;",
		     NULL, NULL, NULL);
	if (spool_file_errno(file->db) != 0 || ask(file, "PRAGMA application_id", &application) != 0 ||
	    ask(file, "PRAGMA user_version", &format) != 0 ||
	    ask(file, "SELECT count(*) FROM sqlite_schema", &tables) != 0)
		return spool_file_fault(file, why);
	if (tables == 0 && application == 0)
		return make_schema(file, vehicle) != 0 || spool_shifts_make(file->db) != 0
			       ? spool_file_fault(file, why)
			       : 0;
	if (application != APPLICATION_ID)
		return spool_file_say(why, -EINVAL,
			   "%s is a database, but no spool: give --spool another name", file->path);
	if (format != FORMAT)
		return spool_file_say(why, -EINVAL, "the spool %s was made by a newer plow-tracker",
			   file->path);
	/* A spool of before there were shifts. */
	return spool_shifts_make(file->db) != 0 ? spool_file_fault(file, why) : 0;
}

int spool_file_check(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	sqlite3_stmt *statement = NULL;
	bool good = false;

	if (sqlite3_prepare_v2(file->db, "PRAGMA quick_check(1)", -1, &statement, NULL) ==
		    SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);

		good = text != NULL && strcmp(text, "ok") == 0;
	}
	if (sqlite3_finalize(statement) != SQLITE_OK)
		return spool_file_fault(file, why);
	return good ? 0 : spool_file_say(why, -EBADMSG, "the spool %s is damaged", file->path);
}


int spool_file_load_row(struct spool_file *file, const char *vehicle, struct spool_row *out,
		    char why[SPOOL_FILE_WHY_BYTES])
{
	sqlite3_stmt *s = NULL;
	int error = -EBADMSG;

	if (sqlite3_prepare_v2(file->db,
			       "SELECT spool_id, newest_seq, dropped, next_number, button, vehicle,"
			       " (SELECT count(*) FROM fix) FROM spool",
			       -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW) {
		const char *button = (const char *)sqlite3_column_text(s, 4);
		const char *owner = (const char *)sqlite3_column_text(s, 5);

		*out = (struct spool_row){
			.spool_id = (uint64_t)sqlite3_column_int64(s, 0),
			.newest_seq = (uint64_t)sqlite3_column_int64(s, 1),
			.dropped = (uint64_t)sqlite3_column_int64(s, 2),
			.next_number = (uint64_t)sqlite3_column_int64(s, 3),
			.button = button != NULL && work_is_known(*button) ? *button : 'U',
		};
		error = 0;
		if (owner == NULL || strcmp(owner, vehicle) != 0)
			error = spool_file_say(why, -EINVAL,
				    "the spool %s belongs to vehicle %.80s and holds %lld unsent "
				    "fixes: "
				    "send them with its key, or give --spool another name",
				    file->path, owner != NULL ? owner : "?",
				    (long long)sqlite3_column_int64(s, 6));
	}
	if (sqlite3_finalize(s) != SQLITE_OK)
		return spool_file_fault(file, why);
	return error == -EBADMSG ? spool_file_say(why, error, "the spool %s is damaged", file->path) : error;
}

int spool_file_load_extent(struct spool_file *file, const struct spool_row *row,
		       struct spool_extent *out, char why[SPOOL_FILE_WHY_BYTES])
{
	int64_t count = 0, oldest = 0, newest = 0;

	if (ask(file, "SELECT count(*) FROM fix", &count) != 0 ||
	    ask(file, "SELECT min(seq) FROM fix", &oldest) != 0 ||
	    ask(file, "SELECT max(seq) FROM fix", &newest) != 0)
		return spool_file_fault(file, why);
	if (count > 0 && (oldest < 1 || newest < 1 || (uint64_t)newest > row->newest_seq))
		return spool_file_say(why, -EBADMSG, "the spool %s is damaged", file->path);
	out->count = (uint64_t)count;
	out->oldest_seq = count > 0 ? (uint64_t)oldest : row->newest_seq + 1;
	return 0;
}

/*
 * Numbers mean nothing beyond one opening: a copy of this file in another machine would number other
 * fixes alike, and an answer to the one would make the other forget.
 */
int spool_file_renew_id(struct spool_file *file, struct spool_row *row, char why[SPOOL_FILE_WHY_BYTES])
{
	sqlite3_stmt *statement = NULL;
	uint64_t id = new_id();
	int error;

	if (sqlite3_prepare_v2(file->db, "UPDATE spool SET spool_id = ?1", -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, (int64_t)id);
		sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	error = spool_file_errno(file->db);
	/* A full disk is no reason not to start: the first commit tells of it. */
	if (error == -EBADMSG || error == -EBUSY)
		return spool_file_fault(file, why);
	if (error == 0)
		row->spool_id = id;
	return 0;
}
