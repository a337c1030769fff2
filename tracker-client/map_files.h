/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public files (docs/API.md, Public files), as many of them as a cab has use for: manifest.json,
 * the network with its tiles and its list of roads, and the state.  What others there are is left out.
 *
 * Everything in them came from outside.
 */
#ifndef PLOW_TRACKER_MAP_FILES_H
#define PLOW_TRACKER_MAP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define MAP_NAME_BYTES 100
#define MAP_FILES_MAX 4000
#define MAP_FILE_BYTES_MAX ((size_t)8 << 20)

/* A name as plowd gives them: small letters, digits and '-', then ".json"; no path. */
bool map_name_is_sound(const char *name);

/* Names, none twice. */
struct map_names {
	char (*list)[MAP_NAME_BYTES];
	size_t count, capacity;
};
void map_names_clear(struct map_names *names);
/* False when there is no room for more, or the name is not sound. */
bool map_names_add(struct map_names *names, const char *name);

/*
 * Adds the files a file leads to: the manifest to network and state, those to their tiles, the
 * network to its list.  Returns 0 or -EBADMSG.
 */
int map_files_named(const char *text, struct map_names *out) PLOW_MUST_USE;

struct map_place {
	int32_t lon_e7, lat_e7;
};

/* The line is good during the call. */
typedef void map_link_cb(const char *name, const struct map_place *line, size_t count, void *user);

/*
 * Reads the links of the tiles that the manifest of a folder leads to.  A link on a border comes with
 * each of its tiles.  What is damaged is removed.  Returns 0, -ENOENT or -EBADMSG.
 */
int map_files_read_links(const char *folder, map_link_cb *on_link, void *user) PLOW_MUST_USE;

/* Reads a file of the folder, NUL-terminated, to free(). -EFBIG beyond MAP_FILE_BYTES_MAX * 16. */
int map_file_read(const char *folder, const char *name, char **out) PLOW_MUST_USE;

#endif
