/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network's segments by place: square cells, found by hashing, so that a road far away from all
 * others costs nothing.  A cell holds copies of the segments that pass through it, because the
 * search for near links is the inner loop of matching and should touch little memory.
 */
#ifndef PLOW_GIS_NETWORK_GRID_H
#define PLOW_GIS_NETWORK_GRID_H

#include <stddef.h>
#include <stdint.h>

struct link;
struct vertex;

/* A piece of a link between two of its vertices. */
struct grid_segment {
	float x_m, y_m, dx_m, dy_m;
	float along_m, length_m; /* along the link: of its start, and its own */
	float course_deg;
	uint32_t link;
};

/*
 * Four neighbouring cells: they are mostly needed together, so they lie together.  The segments of
 * cell i are those from first[i] up to first[i + 1].
 */
struct grid_block {
	int32_t x, y;
	uint32_t first[5]; /* first[4] is 0 in a free slot */
};

struct grid_box {
	float min_x, min_y, max_x, max_y;
};

struct grid {
	struct grid_block *blocks; /* open addressing */
	uint32_t mask;
	struct grid_segment *segments; /* block by block, cell by cell, in the order of the links */
	struct grid_box *boxes;        /* of each link */
};

/* Builds over links whose vertices lie in `vertices`. */
void grid_build(struct grid *grid, const struct link *links, uint32_t count,
		const struct vertex *vertices);
void grid_free(struct grid *grid);

#endif
