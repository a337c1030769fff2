/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder residents' files lie in: contents under names that follow from them, so that any cache
 * may keep them for ever, and one manifest.json that is renamed in last and names the others.  A
 * reader sees the old set or the new one, never half of each.
 *
 * Files that no manifest has named for PUBLIC_KEEP_MS are deleted; other files are left alone.  One
 * thread at a time.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_DIR_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_DIR_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define PUBLIC_KEEP_MS (INT64_C(10) * 60 * 1000)
#define PUBLIC_NAME_BYTES 80 /* "tile-13-7296-3151-" 32 hexadecimal digits ".json" */

struct public_dir;

/* Makes the folder if it is missing. Returns 0 or negative errno. */
int public_dir_open(const char *path, struct public_dir **out) PLOW_MUST_USE;
void public_dir_close(struct public_dir *dir);

/* Times are of any clock that only goes forward. */
int public_dir_put(struct public_dir *dir, const char *stem, const char *ending, const void *bytes,
		   size_t size, int64_t now_ms, char out_name[PUBLIC_NAME_BYTES]) PLOW_MUST_USE;

/* Says that the next manifest names a file that was put earlier; -ENOENT when it is gone. */
int public_dir_keep(struct public_dir *dir, const char *name, int64_t now_ms) PLOW_MUST_USE;

/* Puts the manifest in place, then deletes what is long unnamed. */
int public_dir_publish(struct public_dir *dir, const void *manifest, size_t size,
		       int64_t now_ms) PLOW_MUST_USE;

#endif
