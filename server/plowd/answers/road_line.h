/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A road as people name it (路線): all imported lines of one name in a layer, laid end to end, so
 * that a place on it is one number, the metres from its start.  What branches off or lies apart
 * follows behind.  A line without a name stands alone.  Pure.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_ROAD_LINE_H
#define PLOW_SERVER_PLOWD_ANSWERS_ROAD_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct network;

#define ROAD_LINE_MOST 2000 /* imported lines; further ones are left out, but never the one asked for */

/* One imported line in it. */
struct road_piece {
	uint32_t road;
	int direction; /* 1 along the geometry, -1 against it */
	double at_m;   /* where it begins */
};

struct road_line {
	struct road_piece *pieces;
	size_t count;
	double length_m;
};

/* The line that a road is part of.  Free with road_line_free(). */
void road_line_make(const struct network *net, uint32_t road, struct road_line *out);
void road_line_free(struct road_line *line);

/* The metres from the start of the line to a place along a piece's road. */
double road_line_at(const struct network *net, const struct road_piece *piece, double along_m);

#endif
