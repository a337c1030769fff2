/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files behind the spool's file share: spool_file.c opens it, spool_claim.c finds out whose it
 * is and what it holds, spool_room.c takes room for it, spool_fixes.c writes and reads the fixes,
 * spool_shifts.c the driver's shifts.
 */
#ifndef PLOW_TRACKER_SPOOL_FILE_INTERNAL_H
#define PLOW_TRACKER_SPOOL_FILE_INTERNAL_H

#include <stdbool.h>

#include <sqlite3.h>

#include "tracker-client/spool_file.h"

enum spool_statement {
	SPOOL_ADD,
	SPOOL_REMOVE,
	SPOOL_DROP,
	SPOOL_SAVE,
	SPOOL_OLDEST,
	SPOOL_READ,
	SPOOL_STATEMENTS
};

struct spool_file {
	sqlite3 *db;
	sqlite3_stmt *statements[SPOOL_STATEMENTS];
	char *path;
	/*
	 * The same file once more.  Closing any descriptor of a file gives up the process's locks on it, so
	 * this one is opened before SQLite's and closed after it.
	 */
	int fd;
	bool is_made; /* by this opening */
};

/* The errno that fits what SQLite said last; 0: nothing is wrong. */
int spool_file_errno(sqlite3 *db);

/* The same, with a sentence about it. */
int spool_file_fault(const struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES]);

/* Stores a sentence; returns error. */
int spool_file_say(char why[SPOOL_FILE_WHY_BYTES], int error, const char *format, ...)
	PLOW_PRINTF(3, 4);

/* spool_claim.c, in this order: each returns 0 or negative errno with a sentence. */
int spool_file_claim(struct spool_file *file, const char *vehicle,
		     char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;
int spool_file_check(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;
int spool_file_load_row(struct spool_file *file, const char *vehicle, struct spool_row *out,
			char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;
int spool_file_load_extent(struct spool_file *file, const struct spool_row *row,
			   struct spool_extent *out, char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;
int spool_file_renew_id(struct spool_file *file, struct spool_row *row,
			char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;

/* spool_room.c, once the file is known to be a spool: its log stays when it is closed. */
int spool_file_keep_log(struct spool_file *file, char why[SPOOL_FILE_WHY_BYTES]) PLOW_MUST_USE;

/* spool_shifts.c, within the transaction of whoever calls. Return 0 or negative errno. */
int spool_shifts_make(sqlite3 *db) PLOW_MUST_USE;
int spool_shifts_save(sqlite3 *db, const struct shift *shift) PLOW_MUST_USE;

#endif
