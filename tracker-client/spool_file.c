/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/spool_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>
#include <sqlite3.h>

#include "common/alloc.h"
#include "tracker-client/ranges.h"

#define APPLICATION_ID 0x4d695350 /* "MiSP" */
#define FORMAT 1
#define SET_ASIDE_MAX 9 /* the tenth damaged file takes the ninth's place */

enum statement { ADD, REMOVE, DROP, SAVE, OLDEST, READ, STATEMENTS };

static const char *const statement_sql[STATEMENTS] = {
	[ADD] = "INSERT INTO fix VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
	[REMOVE] = "DELETE FROM fix WHERE seq BETWEEN ?1 AND ?2",
	[DROP] = "DELETE FROM fix WHERE seq IN (SELECT seq FROM fix ORDER BY seq LIMIT ?1)",
	[SAVE] = "UPDATE spool SET newest_seq = ?1, dropped = ?2, next_number = ?3, button = ?4",
	[OLDEST] = "SELECT min(seq) FROM fix",
	[READ] = "SELECT * FROM fix WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT ?3",
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

struct spool_file {
	sqlite3 *db;
	sqlite3_stmt *statements[STATEMENTS];
	char *path;
};

/* ---- errors ---- */

static int PLOW_PRINTF(3, 4) say(char why[SPOOL_FILE_WHY_BYTES], int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, SPOOL_FILE_WHY_BYTES, format, args);
	va_end(args);
	return error;
}

static int errno_of(sqlite3 *db)
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

static int fault(const struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	int error = errno_of(file->db);

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
	return sqlite3_finalize(statement) == SQLITE_OK ? 0 : errno_of(file->db);
}

static int make_schema(struct spool_file *file, const char *vehicle)
{
	sqlite3_stmt *statement = NULL;
	uint64_t id = 0;
	int64_t application = APPLICATION_ID;
	char *pragma = sqlite3_mprintf("PRAGMA application_id = %lld", application);

	/* 63 bits, and never 0: SQLite's integers have a sign. */
	while (id == 0) {
		randombytes_buf(&id, sizeof(id));
		id >>= 1;
	}
	if (sqlite3_exec(file->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(file->db, pragma, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(file->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(file->db, "INSERT INTO spool VALUES (1, ?1, ?2, 0, 0, 0, 'U')", -1,
			       &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, (int64_t)id);
		sqlite3_bind_text(statement, 2, vehicle, -1, SQLITE_STATIC);
		sqlite3_step(statement);
	}
	sqlite3_free(pragma);
	if (sqlite3_finalize(statement) != SQLITE_OK)
		return errno_of(file->db);
	sqlite3_exec(file->db, "COMMIT", NULL, NULL, NULL);
	return errno_of(file->db);
}

/* Whose file it is, and in what format; an empty one becomes ours. */
static int claim(struct spool_file *file, const char *vehicle, char why[SPOOL_FILE_WHY_BYTES])
{
	int64_t application = 0, format = 0, tables = 0;

	sqlite3_exec(file->db,
		     "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
		     "PRAGMA synchronous = FULL;",
		     NULL, NULL, NULL);
	if (errno_of(file->db) != 0 || ask(file, "PRAGMA application_id", &application) != 0 ||
	    ask(file, "PRAGMA user_version", &format) != 0 ||
	    ask(file, "SELECT count(*) FROM sqlite_schema", &tables) != 0)
		return fault(file, why);
	if (tables == 0 && application == 0)
		return make_schema(file, vehicle) != 0 ? fault(file, why) : 0;
	if (application != APPLICATION_ID)
		return say(why, -EINVAL,
			   "%s is a database, but no spool: give --spool another name", file->path);
	if (format != FORMAT)
		return say(why, -EINVAL, "the spool %s was made by a newer plow-tracker",
			   file->path);
	return 0;
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
		return fault(file, why);
	return good ? 0 : say(why, -EBADMSG, "the spool %s is damaged", file->path);
}

static int prepare(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	for (int i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v3(file->db, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &file->statements[i], NULL) != SQLITE_OK)
			return fault(file, why);
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
		return fault(file, why);
	return error == -EBADMSG ? say(why, error, "the spool %s is damaged", file->path) : error;
}

static int load_extent(struct spool_file *file, const struct spool_row *row,
		       struct spool_extent *out, char why[SPOOL_FILE_WHY_BYTES])
{
	int64_t count = 0, oldest = 0, newest = 0;

	if (ask(file, "SELECT count(*) FROM fix", &count) != 0 ||
	    ask(file, "SELECT min(seq) FROM fix", &oldest) != 0 ||
	    ask(file, "SELECT max(seq) FROM fix", &newest) != 0)
		return fault(file, why);
	if (count > 0 && (oldest < 1 || newest < 1 || (uint64_t)newest > row->newest_seq))
		return say(why, -EBADMSG, "the spool %s is damaged", file->path);
	out->count = (uint64_t)count;
	out->oldest_seq = count > 0 ? (uint64_t)oldest : row->newest_seq + 1;
	return 0;
}

int spool_file_open(const char *path, const char *vehicle, struct spool_file **out,
		    struct spool_row *out_row, struct spool_extent *out_extent,
		    char why[SPOOL_FILE_WHY_BYTES])
{
	struct spool_file *file = x_calloc(1, sizeof(*file));
	int error = create_private(path, why);

	*out = NULL;
	file->path = x_strdup(path);
	if (error == 0 &&
	    sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		error = fault(file, why);
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
	for (int i = 0; i < STATEMENTS; i++)
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

/* ---- writing ---- */

static int run(struct spool_file *file, enum statement which)
{
	sqlite3_stmt *s = file->statements[which];

	sqlite3_step(s);
	return sqlite3_reset(s) == SQLITE_OK ? 0 : errno_of(file->db);
}

/* FIX_ABSENT is NULL in the file, for people who look into it. */
static void bind_optional(sqlite3_stmt *s, int column, int32_t value)
{
	if (value == FIX_ABSENT)
		sqlite3_bind_null(s, column);
	else
		sqlite3_bind_int(s, column, value);
}

static int add_fix(struct spool_file *file, uint64_t seq, const struct fix *fix)
{
	sqlite3_stmt *s = file->statements[ADD];

	sqlite3_bind_int64(s, 1, (int64_t)seq);
	sqlite3_bind_int64(s, 2, fix->time_ms);
	sqlite3_bind_int(s, 3, fix->lon_e7);
	sqlite3_bind_int(s, 4, fix->lat_e7);
	bind_optional(s, 5, fix->alt_dm);
	bind_optional(s, 6, fix->speed_cmps);
	bind_optional(s, 7, fix->course_cdeg);
	bind_optional(s, 8, fix->hdop_c);
	bind_optional(s, 9, fix->satellites);
	bind_optional(s, 10, fix->quality);
	sqlite3_bind_int(s, 11, fix->flags);
	sqlite3_bind_int(s, 12, fix->blade);
	sqlite3_bind_text(s, 13, &fix->work, 1, SQLITE_TRANSIENT);
	sqlite3_bind_int(s, 14, fix->work_source);
	return run(file, ADD);
}

static int change_fixes(struct spool_file *file, const struct spool_write *what,
			struct spool_row *row, struct spool_extent *extent)
{
	size_t ranges = what->forgotten != NULL ? what->forgotten->count : 0;
	int error = 0;

	for (size_t i = 0; i < ranges && error == 0; i++) {
		sqlite3_stmt *s = file->statements[REMOVE];

		sqlite3_bind_int64(s, 1, (int64_t)what->forgotten->at[i].first);
		sqlite3_bind_int64(s, 2, (int64_t)what->forgotten->at[i].last);
		error = run(file, REMOVE);
		extent->count -= error == 0 ? (uint64_t)sqlite3_changes64(file->db) : 0;
	}
	for (size_t i = 0; i < what->count && error == 0; i++)
		error = add_fix(file, ++row->newest_seq, &what->fixes[i]);
	extent->count += what->count;
	if (error == 0 && extent->count > what->capacity) {
		sqlite3_bind_int64(file->statements[DROP], 1,
				   (int64_t)(extent->count - what->capacity));
		error = run(file, DROP);
		row->dropped += extent->count - what->capacity;
		extent->count = what->capacity;
	}
	return error;
}

static int save_row(struct spool_file *file, const struct spool_row *row)
{
	sqlite3_stmt *s = file->statements[SAVE];

	sqlite3_bind_int64(s, 1, (int64_t)row->newest_seq);
	sqlite3_bind_int64(s, 2, (int64_t)row->dropped);
	sqlite3_bind_int64(s, 3, (int64_t)row->next_number);
	sqlite3_bind_text(s, 4, &row->button, 1, SQLITE_TRANSIENT);
	return run(file, SAVE);
}

static int find_oldest(struct spool_file *file, const struct spool_row *row,
		       struct spool_extent *extent)
{
	sqlite3_stmt *s = file->statements[OLDEST];

	extent->oldest_seq = row->newest_seq + 1;
	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_type(s, 0) == SQLITE_INTEGER)
		extent->oldest_seq = (uint64_t)sqlite3_column_int64(s, 0);
	return sqlite3_reset(s) == SQLITE_OK ? 0 : errno_of(file->db);
}

int spool_file_write(struct spool_file *file, const struct spool_write *what, struct spool_row *row,
		     struct spool_extent *extent, char why[SPOOL_FILE_WHY_BYTES])
{
	struct spool_row new_row = *row;
	struct spool_extent new_extent = *extent;
	int error = sqlite3_exec(file->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (error == SQLITE_OK && change_fixes(file, what, &new_row, &new_extent) == 0 &&
	    save_row(file, &new_row) == 0 && find_oldest(file, &new_row, &new_extent) == 0)
		error = sqlite3_exec(file->db, "COMMIT", NULL, NULL, NULL);
	else
		error = SQLITE_ERROR;
	if (error != SQLITE_OK) {
		error = fault(file, why);
		sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
		return error != 0 ? error : -EIO;
	}
	*row = new_row;
	*extent = new_extent;
	return 0;
}

/* ---- reading ---- */

static int32_t optional(sqlite3_stmt *s, int column)
{
	return sqlite3_column_type(s, column) == SQLITE_NULL ? FIX_ABSENT
							     : sqlite3_column_int(s, column);
}

static struct wire_fix fix_of_row(sqlite3_stmt *s)
{
	const unsigned char *work = sqlite3_column_text(s, 12);

	return (struct wire_fix){
		.seq = (uint64_t)sqlite3_column_int64(s, 0),
		.fix =
			{
				.time_ms = sqlite3_column_int64(s, 1),
				.lon_e7 = sqlite3_column_int(s, 2),
				.lat_e7 = sqlite3_column_int(s, 3),
				.alt_dm = optional(s, 4),
				.speed_cmps = optional(s, 5),
				.course_cdeg = optional(s, 6),
				.hdop_c = optional(s, 7),
				.satellites = optional(s, 8),
				.quality = optional(s, 9),
				.flags = (uint8_t)sqlite3_column_int(s, 10),
				.blade = (int8_t)sqlite3_column_int(s, 11),
				.work = work != NULL ? (char)work[0] : 'U',
				.work_source = (uint8_t)sqlite3_column_int(s, 13),
			},
	};
}

int spool_file_read(struct spool_file *file, uint64_t first, uint64_t last, struct wire_fix *out,
		    size_t most)
{
	sqlite3_stmt *s = file->statements[READ];
	int count = 0, error;

	sqlite3_bind_int64(s, 1, (int64_t)first);
	sqlite3_bind_int64(s, 2, last > INT64_MAX ? INT64_MAX : (int64_t)last);
	sqlite3_bind_int64(s, 3, (int64_t)most);
	while (sqlite3_step(s) == SQLITE_ROW)
		out[count++] = fix_of_row(s);
	error = sqlite3_reset(s) == SQLITE_OK ? 0 : errno_of(file->db);
	return error != 0 ? error : count;
}

int spool_file_numbers(struct spool_file *file, struct ranges *out)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(file->db, "SELECT seq FROM fix ORDER BY seq", -1, &s, NULL) !=
	    SQLITE_OK)
		return errno_of(file->db);
	while (sqlite3_step(s) == SQLITE_ROW) {
		uint64_t seq = (uint64_t)sqlite3_column_int64(s, 0);

		ranges_add(out, seq, seq);
	}
	return sqlite3_finalize(s) == SQLITE_OK ? 0 : errno_of(file->db);
}
