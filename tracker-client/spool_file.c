/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/spool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "common/alloc.h"
#include "tracker-client/spool_file_internal.h"

#define APPLICATION_ID 0x4d695350 /* "MiSP" */
#define FORMAT 1
#define SET_ASIDE_MAX 9 /* the tenth damaged file takes the ninth's place */

static const char *const statement_sql[SPOOL_STATEMENTS] = {
	[SPOOL_ADD] = "INSERT INTO fix VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
	[SPOOL_REMOVE] = "DELETE FROM fix WHERE seq BETWEEN ?1 AND ?2",
	[SPOOL_DROP] = "DELETE FROM fix WHERE seq IN (SELECT seq FROM fix ORDER BY seq LIMIT ?1)",
	[SPOOL_SAVE] = "UPDATE spool SET newest_seq = ?1, dropped = ?2, next_number = ?3, button = ?4",
	[SPOOL_OLDEST] = "SELECT min(seq) FROM fix",
	[SPOOL_READ] = "SELECT * FROM fix WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT ?3",
};

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

/* ---- errors ---- */

static int PLOW_PRINTF(3, 4) say(char why[SPOOL_FILE_WHY_BYTES], int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, SPOOL_FILE_WHY_BYTES, format, args);
	va_end(args);
	return error;
}

int spool_file_errno(sqlite3 *db)
{
	int system = sqlite3_system_errno(db);

	switch (sqlite3_errcode(db)) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_MISMATCH:
	case SQLITE_CONSTRAINT:
		return -EBADMSG;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	default:
		return system > 0 ? -system : -EIO;
	}
}

int spool_file_fault(const struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	int error = spool_file_errno(file->db);

	switch (error) {
	case -EBUSY:
		return say(why, error,
			   "the spool %s is in use by another plow-tracker: give each a "
			   "--spool of its own",
			   file->path);
	case -EBADMSG:
		return say(why, error, "the spool %s is damaged (%s)", file->path,
			   sqlite3_errmsg(file->db));
	case -ENOSPC:
		return say(why, error, "the disk with the spool %s is full: make room on it",
			   file->path);
	default:
		return say(why, error, "the spool %s cannot be written: %s", file->path,
			   sqlite3_errmsg(file->db));
	}
}

/* ---- opening ---- */

/* SQLite would let everybody read where the driver has been. */
static int create_private(const char *path, char why[SPOOL_FILE_WHY_BYTES])
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int error;

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	error = -errno;
	return say(why, error, "the spool %s cannot be made: %s", path, strerror(-error));
}

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
static int claim(struct spool_file *file, const char *vehicle, char why[SPOOL_FILE_WHY_BYTES])
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
		return say(why, -EINVAL,
			   "%s is a database, but no spool: give --spool another name", file->path);
	if (format != FORMAT)
		return say(why, -EINVAL, "the spool %s was made by a newer plow-tracker",
			   file->path);
	/* A spool of before there were shifts. */
	return spool_shifts_make(file->db) != 0 ? spool_file_fault(file, why) : 0;
}

static int check(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
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
	return good ? 0 : say(why, -EBADMSG, "the spool %s is damaged", file->path);
}

static int prepare(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	for (int i = 0; i < SPOOL_STATEMENTS; i++)
		if (sqlite3_prepare_v3(file->db, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &file->statements[i], NULL) != SQLITE_OK)
			return spool_file_fault(file, why);
	return 0;
}

static int load_row(struct spool_file *file, const char *vehicle, struct spool_row *out,
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
			error = say(why, -EINVAL,
				    "the spool %s belongs to vehicle %.80s and holds %lld unsent "
				    "fixes: "
				    "send them with its key, or give --spool another name",
				    file->path, owner != NULL ? owner : "?",
				    (long long)sqlite3_column_int64(s, 6));
	}
	if (sqlite3_finalize(s) != SQLITE_OK)
		return spool_file_fault(file, why);
	return error == -EBADMSG ? say(why, error, "the spool %s is damaged", file->path) : error;
}

static int load_extent(struct spool_file *file, const struct spool_row *row,
		       struct spool_extent *out, char why[SPOOL_FILE_WHY_BYTES])
{
	int64_t count = 0, oldest = 0, newest = 0;

	if (ask(file, "SELECT count(*) FROM fix", &count) != 0 ||
	    ask(file, "SELECT min(seq) FROM fix", &oldest) != 0 ||
	    ask(file, "SELECT max(seq) FROM fix", &newest) != 0)
		return spool_file_fault(file, why);
	if (count > 0 && (oldest < 1 || newest < 1 || (uint64_t)newest > row->newest_seq))
		return say(why, -EBADMSG, "the spool %s is damaged", file->path);
	out->count = (uint64_t)count;
	out->oldest_seq = count > 0 ? (uint64_t)oldest : row->newest_seq + 1;
	return 0;
}

/*
 * Numbers mean nothing beyond one opening: a copy of this file in another machine would number other
 * fixes alike, and an answer to the one would make the other forget.
 */
static int renew_id(struct spool_file *file, struct spool_row *row, char why[SPOOL_FILE_WHY_BYTES])
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

/*
 * The cards in cabs may lose a whole sector to a power cut, not just the bytes being written: with
 * psow=0 SQLite never writes into a sector that holds the end of what was committed.
 */
static int open_database(struct spool_file *file)
{
	static const char hexadecimal[] = "0123456789ABCDEF";
	char *uri = x_malloc(3 * strlen(file->path) + 16), *to = stpcpy(uri, "file:");
	int error;

	for (const char *from = file->path; *from != '\0'; from++) {
		unsigned char byte = (unsigned char)*from;

		if (strchr("%?#", *from) == NULL) {
			*to++ = *from;
			continue;
		}
		*to++ = '%';
		*to++ = hexadecimal[byte >> 4];
		*to++ = hexadecimal[byte & 15];
	}
	strcpy(to, "?psow=0");
	error = sqlite3_open_v2(uri, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
	free(uri);
	return error;
}

int spool_file_open(const char *path, const char *vehicle, struct spool_file **out,
		    struct spool_row *out_row, struct spool_extent *out_extent,
		    char why[SPOOL_FILE_WHY_BYTES])
{
	struct spool_file *file = x_calloc(1, sizeof(*file));
	int error = create_private(path, why);

	*out = NULL;
	file->path = x_strdup(path);
	if (error == 0 && open_database(file) != SQLITE_OK)
		error = spool_file_fault(file, why);
	if (error == 0)
		error = claim(file, vehicle, why);
	if (error == 0)
		error = check(file, why);
	if (error == 0)
		error = prepare(file, why);
	if (error == 0)
		error = load_row(file, vehicle, out_row, why);
	if (error == 0)
		error = load_extent(file, out_row, out_extent, why);
	if (error == 0)
		error = renew_id(file, out_row, why);
	if (error != 0) {
		spool_file_close(file);
		return error;
	}
	*out = file;
	return 0;
}

void spool_file_close(struct spool_file *file)
{
	if (file == NULL)
		return;
	for (int i = 0; i < SPOOL_STATEMENTS; i++)
		sqlite3_finalize(file->statements[i]);
	sqlite3_close(file->db);
	free(file->path);
	free(file);
}

static int rename_part(const char *path, const char *aside, const char *suffix)
{
	char *from = sqlite3_mprintf("%s%s", path, suffix),
	     *to = sqlite3_mprintf("%s%s", aside, suffix);
	int error = rename(from, to) != 0 && errno != ENOENT ? -errno : 0;

	sqlite3_free(from);
	sqlite3_free(to);
	return error;
}

int spool_file_set_aside(const char *path, char note[SPOOL_FILE_WHY_BYTES],
			 char why[SPOOL_FILE_WHY_BYTES])
{
	char *aside = sqlite3_mprintf("%s.damaged", path);
	int error;

	for (int i = 2; i <= SET_ASIDE_MAX && access(aside, F_OK) == 0; i++) {
		sqlite3_free(aside);
		aside = sqlite3_mprintf("%s.damaged.%d", path, i);
	}
	/* The log goes first: without its file a new database would not take it for its own. */
	error = rename_part(path, aside, "-wal");
	if (error == 0)
		error = rename_part(path, aside, "");
	if (error == 0)
		say(note, 0, "%s: it is kept as %s, and a new one takes over", why, aside);
	else
		say(why, error, "the damaged spool %s cannot be renamed: %s", path,
		    strerror(-error));
	sqlite3_free(aside);
	return error;
}
