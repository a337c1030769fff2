/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/spool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/alloc.h"
#include "tracker-client/spool_file_internal.h"

#define SET_ASIDE_MAX 9 /* the tenth damaged file takes the ninth's place */

static const char *const statement_sql[SPOOL_STATEMENTS] = {
	[SPOOL_ADD] = "INSERT INTO fix VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
	[SPOOL_REMOVE] = "DELETE FROM fix WHERE seq BETWEEN ?1 AND ?2",
	[SPOOL_DROP] = "DELETE FROM fix WHERE seq IN (SELECT seq FROM fix ORDER BY seq LIMIT ?1)",
	[SPOOL_SAVE] = "UPDATE spool SET newest_seq = ?1, dropped = ?2, next_number = ?3, button = ?4",
	[SPOOL_OLDEST] = "SELECT min(seq) FROM fix",
	[SPOOL_READ] = "SELECT * FROM fix WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT ?3",
};

/* ---- errors ---- */

int spool_file_say(char why[SPOOL_FILE_WHY_BYTES], int error, const char *format, ...)
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
		return spool_file_say(why, error,
			   "the spool %s is in use by another plow-tracker: give each a "
			   "--spool of its own",
			   file->path);
	case -EBADMSG:
		return spool_file_say(why, error, "the spool %s is damaged (%s)", file->path,
			   sqlite3_errmsg(file->db));
	case -ENOSPC:
		return spool_file_say(why, error, "the disk with the spool %s is full: make room on it",
			   file->path);
	default:
		return spool_file_say(why, error, "the spool %s cannot be written: %s", file->path,
			   sqlite3_errmsg(file->db));
	}
}

/* ---- opening ---- */

/* SQLite would let everybody read where the driver has been. */
static int create_private(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	int error;

	file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	file->is_made = file->fd >= 0;
	if (file->fd < 0 && errno == EEXIST)
		file->fd = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file->fd >= 0)
		return 0;
	error = -errno;
	return spool_file_say(why, error, "the spool %s cannot be made: %s", file->path, strerror(-error));
}

static int prepare(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	for (int i = 0; i < SPOOL_STATEMENTS; i++)
		if (sqlite3_prepare_v3(file->db, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
				       &file->statements[i], NULL) != SQLITE_OK)
			return spool_file_fault(file, why);
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
	int error;

	*out = NULL;
	file->path = x_strdup(path);
	error = create_private(file, why);
	if (error == 0 && open_database(file) != SQLITE_OK)
		error = spool_file_fault(file, why);
	if (error == 0)
		error = spool_file_claim(file, vehicle, why);
	if (error == 0)
		error = spool_file_keep_log(file, why);
	if (error == 0)
		error = spool_file_check(file, why);
	if (error == 0)
		error = prepare(file, why);
	if (error == 0)
		error = spool_file_load_row(file, vehicle, out_row, why);
	if (error == 0)
		error = spool_file_load_extent(file, out_row, out_extent, why);
	if (error == 0)
		error = spool_file_renew_id(file, out_row, why);
	if (error == 0) {
		*out = file;
		return 0;
	}
	if (error == -EBUSY) /* somebody else was faster, and it is his now */
		spool_file_close(file);
	else
		spool_file_discard(file);
	return error;
}

void spool_file_close(struct spool_file *file)
{
	if (file == NULL)
		return;
	for (int i = 0; i < SPOOL_STATEMENTS; i++)
		sqlite3_finalize(file->statements[i]);
	sqlite3_close(file->db);
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
	free(file);
}

void spool_file_discard(struct spool_file *file)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	char *path = file != NULL && file->is_made ? x_strdup(file->path) : NULL;

	spool_file_close(file);
	for (size_t i = 0; path != NULL && i < sizeof(parts) / sizeof(parts[0]); i++) {
		char *part = sqlite3_mprintf("%s%s", path, parts[i]);

		unlink(part);
		sqlite3_free(part);
	}
	free(path);
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
		spool_file_say(note, 0, "%s: it is kept as %s, and a new one takes over", why, aside);
	else
		spool_file_say(why, error, "the damaged spool %s cannot be renamed: %s", path,
		    strerror(-error));
	sqlite3_free(aside);
	return error;
}
