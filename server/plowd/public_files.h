/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What residents may see, as the files of docs/API.md (Public files): roads, their state, progress.
 * Private by construction: the view this works from holds no vehicle, and no time finer than five
 * minutes.  Runs on a worker thread, on a view the loop made and no longer touches.
 */
#ifndef PLOW_SERVER_PLOWD_PUBLIC_FILES_H
#define PLOW_SERVER_PLOWD_PUBLIC_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/bytes.h"

struct network;
struct public_files;

#define PUBLIC_ROUND_S 300 /* times are rounded down to it */
#define PUBLIC_AREA_BYTES 64

/* The state of a link, as much of it as is public. */
struct public_link {
	uint8_t status; /* enum link_status */
	uint8_t share_percent;
	uint32_t last_round; /* Unix time / PUBLIC_ROUND_S; 0: never */
};

/* The roads and which area each link lies in; the same for many views. */
struct public_roads {
	unsigned holders; /* loop thread only */
	struct network *net;
	int64_t revision;
	char (*areas)[PUBLIC_AREA_BYTES]; /* one a link */
};

/* All that is public at one moment. */
struct public_view {
	struct public_roads *roads;
	struct public_link *links; /* one a link */
	int64_t made_ms, window_ms;
	struct bytes operation; /* JSON: {"name","start","target"} or null */
	struct bytes progress;  /* JSON */
};

/* Opens the folder (made if missing). db_path is copied. Returns 0 or negative errno. */
int public_files_open(const char *folder, const char *db_path,
		      struct public_files **out) PLOW_MUST_USE;
void public_files_close(struct public_files *files);

/* Writes what changed and the manifest. Returns 0 or negative errno: then the old files stay. */
int public_files_write(struct public_files *files, const struct public_view *view,
		       int64_t now_ms) PLOW_MUST_USE;

#endif
