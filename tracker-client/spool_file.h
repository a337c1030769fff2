/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file behind the spool: SQLite in WAL mode with synchronous=FULL and an exclusive lock, one
 * row for the spool itself and one for each fix.  Only spool.c uses it.
 *
 * Functions return 0 or negative errno with a sentence in `why`; -EBADMSG says that the file is
 * damaged.
 */
#ifndef PLOW_TRACKER_SPOOL_FILE_H
#define PLOW_TRACKER_SPOOL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"
#include "common/wire.h"

#define SPOOL_FILE_WHY_BYTES 512

struct ranges;
struct shift;
struct spool_file;

/* What the file knows beside the fixes. */
struct spool_row {
	uint64_t spool_id;
	uint64_t newest_seq;
	uint64_t dropped;
	uint64_t next_number; /* no number from here on was ever used */
	char button;
};

/* The fixes a file holds. */
struct spool_extent {
	uint64_t count;
	uint64_t oldest_seq; /* row.newest_seq + 1 when there is none */
};

/* Opens or makes the file and reads it through once.  *out is NULL after an error. */
int spool_file_open(const char *path, const char *vehicle, struct spool_file **out,
		    struct spool_row *out_row, struct spool_extent *out_extent,
		    char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;
void spool_file_close(struct spool_file *file);
/* Closes it, and removes it when this opening made it: before anything was written to it. */
void spool_file_discard(struct spool_file *file);

/*
 * Takes room on the disk for `capacity` fixes and the log that goes before them, so that a disk which
 * others fill stops nothing; where there is less, as much as there is but for a rest.  Returns for how
 * many fixes there is room, at least the `held` ones the file has; 0: for fewer than
 * SPOOL_CAPACITY_MIN, and then the file grows as it can.
 */
uint64_t spool_file_reserve(struct spool_file *file, uint64_t capacity, uint64_t held);

/* Renames a damaged file to PATH.damaged, PATH.damaged.2, ...; stores which in note. */
int spool_file_set_aside(const char *path, char note[SPOOL_FILE_WHY_BYTES],
			 char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;

/* One transaction. */
struct spool_write {
	struct ranges *forgotten; /* to remove; what was removed is not in it afterwards; may be NULL */
	const struct fix *fixes;  /* to add, numbered from row->newest_seq + 1 on */
	size_t count;
	uint64_t capacity; /* beyond it the oldest go, and row->dropped grows */
	const struct shift *shift; /* to save; may be NULL */
};
/*
 * Changes row, extent and forgotten to what is then true, only with 0.  A transaction has its bound, so
 * that the room of the log does: of very many forgotten ones some are left for the next.
 */
int spool_file_write(struct spool_file *file, const struct spool_write *what, struct spool_row *row,
		     struct spool_extent *extent, char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;

/* Up to `most` fixes of first..last, ascending: returns how many, or negative errno. */
int spool_file_read(struct spool_file *file, uint64_t first, uint64_t last, struct wire_fix *out,
		    size_t most) PLOW_MUST_USE;

/* Adds the numbers of all fixes to a set. */
int spool_file_numbers(struct spool_file *file, struct ranges *out) PLOW_MUST_USE;

/*
 * The newest shift with a number below one, and when it was confirmed (FIX_TIME_UNKNOWN: not yet).
 * -ENOENT: there is none.
 */
int spool_file_shift(struct spool_file *file, int64_t below, struct shift *out,
		     int64_t *out_confirmed_ms) PLOW_MUST_USE;
/* How many shifts have ended and wait for the driver's word, or negative errno. */
int spool_file_unconfirmed(struct spool_file *file) PLOW_MUST_USE;
/* -ENOENT when none of that number waits. */
int spool_file_confirm(struct spool_file *file, int64_t id, int64_t now_ms,
		       char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;

#endif
