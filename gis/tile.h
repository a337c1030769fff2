/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Map tiles of the road network: which part of the world a tile shows (Web Mercator, y downwards),
 * and its links, projected, clipped, simplified and encoded as a vector tile.
 *
 * Pure computation on an immutable network; any thread.
 */
#ifndef PLOW_GIS_TILE_H
#define PLOW_GIS_TILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gis/mvt.h"

#define TILE_ZOOM_MIN 8
#define TILE_ZOOM_MAX 16
#define TILE_EXTENT 4096 /* units across a tile */
#define TILE_BUFFER 64   /* units a line runs on beyond the edge, so that strokes join */

struct bytes;
struct network;

struct tile {
	int z, x, y;
};

bool tile_is_valid(struct tile tile); /* of the zooms served, and within the world */

/* West, south, east, north in degrees. */
struct tile_box {
	double west_deg, south_deg, east_deg, north_deg;
};
struct tile_box tile_box(struct tile tile, double buffer_units);

struct tile_point {
	double x, y; /* in the tile's units */
};
struct tile_point tile_project(struct tile tile, double lon_deg, double lat_deg);

/*
 * The part of segment a..b inside the tile and its buffer.  Returns false when there is none.
 */
bool tile_clip(struct tile_point *a, struct tile_point *b);

/*
 * Leaves out the points of a line that lie within `tolerance` of the line without them (Douglas and
 * Peucker 1973), in place; the ends stay.  Returns how many are left.
 */
size_t tile_simplify(struct tile_point *points, size_t count, double tolerance);

/*
 * Appends the tile: one layer `links`, feature ids as network_link_id().  Nothing is appended where
 * there are no roads.
 */
void tile_roads(const struct network *net, struct tile tile, struct bytes *out);

#endif
