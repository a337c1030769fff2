/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Track files: NMEA, GPX 1.1 and CSV recorded in a cab, read into fixes (contracts.md, Track file).
 * The format follows the file's ending (.nmea .log .txt, .gpx, .csv), else its first bytes.
 *
 * The file is outside input: bounded line lengths, no entities, every number checked.  A line that
 * makes no sense is skipped and counted; a file that is no track at all is refused whole.
 */
#ifndef PLOW_COMMON_TRACKFILE_H
#define PLOW_COMMON_TRACKFILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/attr.h"
#include "common/fix.h"

struct track {
	struct fix *fixes; /* in the order of the file; only such with a position and a known time */
	size_t count;
	uint64_t skipped;  /* lines or points that gave no fix though they should have */
	char unknown_columns[256]; /* CSV: columns that are ignored, joined by ", "; else empty */
};

/*
 * Reads all of a file.  Returns 0, -ENOENT, -EACCES, -EIO, or -EBADMSG when it is no track; then why
 * (may be NULL) has a sentence that names the file, and the line where there is one.  Free with
 * track_free().
 */
int track_read(const char *path, struct track *out, char *why, size_t why_size) PLOW_MUST_USE;
void track_free(struct track *track);

#endif
