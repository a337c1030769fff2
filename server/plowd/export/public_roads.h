/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roads in the residents' files: which links lie in which tile, which belong together as one
 * entry of the list, and both as JSON.  Pure; immutable once made.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_ROADS_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_ROADS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define PUBLIC_ZOOM 13

struct board;
struct json;
struct network;

/* Links of one area, name and administrator. */
struct public_group {
	const uint32_t *links; /* by number */
	size_t count;
	uint32_t longest;
	double length_m;
};

/* A link in one of its tiles. */
struct public_placed {
	int32_t x, y;
	uint32_t link;
};

struct public_roads {
	struct network *net; /* held */
	int64_t revision;
	const char **areas;           /* one a link; they point into area_names */
	char (*area_names)[64];
	uint32_t *order;              /* the links, group by group */
	struct public_group *groups;  /* by area, name, administrator */
	size_t group_count;
	struct public_placed *placed; /* by y, x, link */
	size_t placed_count;
};

/* The roads of a board that has a network. */
struct public_roads *public_roads_new(const struct board *board);
void public_roads_free(struct public_roads *roads);

/* Takes the links of one tile.  Returns 0, or negative errno to end. */
typedef int public_tile_cb(int x, int y, const struct public_placed *placed, size_t count, void *arg);

/* Calls for every tile of PUBLIC_ZOOM that has links, by y, then x. Returns 0 or what the call
 * said. */
int public_tiles(const struct public_roads *roads, public_tile_cb *on_tile, void *arg) PLOW_MUST_USE;

/* Writes the members of a link, of a group, into an open object; and the list of all groups. */
void public_show_link(struct json *json, const struct public_roads *roads, uint32_t link);
void public_show_group(struct json *json, const struct public_roads *roads,
		       const struct public_group *group);
void public_show_list(struct json *json, const struct public_roads *roads);

const char *public_group_area(const struct public_roads *roads, const struct public_group *group);
const char *public_admin_name(const struct network *net, uint32_t link);

#endif
