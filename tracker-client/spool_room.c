/* SPDX-License-Identifier: Apache-2.0 */
/* Room on the disk for the spool's file and its log, taken before it is needed (decision 11). */
#include "tracker-client/spool_file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tracker-client/spool.h"

#define FIX_BYTES 80             /* in the file; 50 are usual, 70 the most, and pages are not always full */
#define OTHER_BYTES (4 << 20)    /* a year of shifts, and what SQLite keeps for itself */
#define LOG_BYTES (2048 * 4120)  /* 1,000 pages until it goes into the file, and the largest transaction */
#define LEFT_BYTES (16 << 20)    /* for the system's own log, when there is not enough for all */

_Static_assert(SPOOL_CAPACITY_MAX <= (INT_MAX - OTHER_BYTES) / FIX_BYTES, "SQLite counts chunks in an int");

static uint64_t bytes_for(uint64_t fixes)
{
	return fixes * FIX_BYTES + OTHER_BYTES;
}

int spool_file_keep_log(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES])
{
	int on = 1;

	/* Nothing the queries put by goes to a disk that may be full. */
	sqlite3_exec(file->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
	if (sqlite3_file_control(file->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &on) != SQLITE_OK)
		return spool_file_fault(file, why);
	return 0;
}

/* The bytes a file still needs to have `wanted` of its own on the disk. */
static uint64_t bytes_missing(int fd, uint64_t wanted)
{
	struct stat about;
	uint64_t has = fstat(fd, &about) == 0 ? (uint64_t)about.st_blocks * 512 : 0;

	return wanted > has ? wanted - has : 0;
}

/* For how many fixes there is room, with what the file and its log have already; 0: too few. */
static uint64_t fixes_there_is_room_for(const struct spool_file *file, int log, uint64_t wanted)
{
	uint64_t bytes = bytes_for(wanted), room = 0;
	uint64_t missing = bytes_missing(file->fd, bytes) + bytes_missing(log, LOG_BYTES);
	struct statvfs disk;

	if (fstatvfs(file->fd, &disk) == 0)
		room = (uint64_t)disk.f_bavail * disk.f_frsize;
	room = room > LEFT_BYTES ? room - LEFT_BYTES : 0;
	missing = missing > room ? missing - room : 0;
	return bytes >= missing + bytes_for(SPOOL_CAPACITY_MIN) ? (bytes - missing - OTHER_BYTES) / FIX_BYTES : 0;
}

/* Takes it; SQLite must not give it back when it has put its log into the file. */
static int take_room(struct spool_file *file, int log, uint64_t bytes)
{
	int chunk = (int)bytes, error = posix_fallocate(log, 0, LOG_BYTES);

	if (error == 0)
		error = posix_fallocate(file->fd, 0, (off_t)bytes);
	if (error == 0 && sqlite3_file_control(file->db, NULL, SQLITE_FCNTL_CHUNK_SIZE, &chunk) != SQLITE_OK)
		error = EIO;
	return -error;
}

uint64_t spool_file_reserve(struct spool_file *file, uint64_t capacity, uint64_t held)
{
	char *path = sqlite3_mprintf("%s-wal", file->path);
	int log = open(path, O_RDWR | O_CLOEXEC);
	uint64_t fixes = 0;

	sqlite3_free(path);
	if (log < 0)
		return 0;
	fixes = fixes_there_is_room_for(file, log, capacity);
	if (fixes > 0 && fixes < held)
		fixes = held;
	if (fixes > 0 && take_room(file, log, bytes_for(fixes)) != 0)
		fixes = 0;
	close(log);
	return fixes;
}
