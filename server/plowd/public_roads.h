/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roads in the residents' files: tiles of links with their lines, and the list by area and
 * name. Pure: from the roads to JSON; any thread.
 */
#ifndef PLOW_SERVER_PLOWD_PUBLIC_ROADS_H
#define PLOW_SERVER_PLOWD_PUBLIC_ROADS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define PUBLIC_ZOOM 13

struct json;
struct public_roads;

/* Takes one tile's file. Returns 0, or negative errno to end. */
typedef int public_tile_cb(int x, int y, const struct json *tile, void *arg);

/* Calls for every tile of PUBLIC_ZOOM that has links, by y, then x. Returns 0 or what the call
 * said. */
int public_tiles(const struct public_roads *roads, public_tile_cb *on_tile,
		 void *arg) PLOW_MUST_USE;

/* Writes {"roads":[...]}. */
void public_list(const struct public_roads *roads, struct json *out);

#endif
