/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The passes of the last seven days (除雪日) as residents may see them: of each link when it was
 * worked on, to five minutes and not by whom.  A file for each day and district; a day's files are
 * made anew only when its trips or corrections changed, or five minutes later while it goes on.
 * One thread at a time.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_PASSES_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_PASSES_H

#include <stdint.h>

#include "common/attr.h"

#define PUBLIC_DAYS 7

struct db;
struct json;
struct public_dir;
struct public_passes;
struct public_past;
struct public_roads;

struct public_passes *public_passes_new(struct db *db, struct public_dir *dir); /* both must outlive it */
void public_passes_free(struct public_passes *passes);

/*
 * Puts the files of the moment `past` is at, and writes {"days":[{"day","areas":{NAME:FILE}}]}, the
 * newest first.  Returns 0 or negative errno.
 */
int public_passes_put(struct public_passes *passes, const struct public_past *past,
		      const struct public_roads *roads, int64_t at_ms, int64_t now_ms,
		      struct json *out) PLOW_MUST_USE;

#endif
