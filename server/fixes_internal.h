/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of server/fixes.h know of each other, and nobody else: fixes.c puts fixes, fix_numbers.c
 * keeps which numbers of a spool are stored, fix_reading.c reads fixes for matching.
 */
#ifndef PLOW_SERVER_FIXES_INTERNAL_H
#define PLOW_SERVER_FIXES_INTERNAL_H

#include "gis/db.h"
#include "server/fixes.h"

/* One row for each statement of the writer: struct fix_writer holds them in this order. */
enum put_statement {
	PUT_INSERT,
	PUT_SELECT,
	PUT_REPLACE,
	PUT_ASIDE,
	PUT_QUARANTINE,
	PUT_BELIEVED,
	PUT_STALE,
	PUT_RANGE_SELECT,
	PUT_RANGE_DELETE,
	PUT_RANGE_INSERT,
	PUT_RANGE_HAS,
	PUT_RANGE_LIST,
	PUT_STATEMENTS,
};

#define FIX_COLUMNS                                                                                    \
	"time_ms, lon_e7, lat_e7, alt_dm, speed_cmps, course_cdeg, hdop_c, satellites, quality, flags, " \
	"blade, work, work_source"

struct fix_writer {
	struct db *db;
	sqlite3_stmt *statements[PUT_STATEMENTS];
};

/* Reads the columns FIX_COLUMNS, numbered from 0. */
void fix_read_columns(sqlite3_stmt *stmt, struct fix *out);

#endif
