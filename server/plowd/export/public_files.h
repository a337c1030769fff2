/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What residents may see, as the files of docs/API.md (Public files).  Private by construction: all
 * of it follows from the town as it stood at a moment in the past (public_past.h), of which no
 * vehicle is kept, and from places on roads (public_plows.h).
 *
 * Has a database connection of its own.  One thread at a time.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_FILES_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_FILES_H

#include <stdint.h>

#include "common/attr.h"
#include "server/plowd/export/public_past.h"

struct network;
struct public_files;

/* Opens the folder (made if missing). db_path is copied. Returns 0 or negative errno. */
int public_files_open(const char *folder, const char *db_path,
		      struct public_files **out) PLOW_MUST_USE;
void public_files_close(struct public_files *files);

/*
 * Writes what changed and the manifest; now_ms is of any clock that only goes forward.  Returns 0 or
 * negative errno: then the old files stay.
 */
int public_files_write(struct public_files *files, struct network *net, int64_t revision,
		       struct public_moment moment, int64_t now_ms) PLOW_MUST_USE;

/* The database's last complaint, or "". */
const char *public_files_why(const struct public_files *files);

#endif
