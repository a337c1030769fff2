/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Something drawn on the map: a point, a line, several lines, or an area within one closed line.
 * Checked here, and made into what the database keeps.  Degrees WGS 84, longitude first.
 */
#ifndef PLOW_GIS_SHAPE_H
#define PLOW_GIS_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/attr.h"

struct network;

#define SHAPE_DRAWN_MAX 1000    /* positions a person draws */
#define SHAPE_AROUND_M 20000.0  /* how far from the town's roads something may be drawn */

/* The layer of areas and depots that were drawn; no import of such has its name. */
#define SHAPE_DRAWN_LAYER "drawn"

enum shape_kind { SHAPE_POINT, SHAPE_LINE, SHAPE_LINES, SHAPE_AREA };

/* Begins as {.kind = …}; shape_free() it. */
struct shape {
	/* The layer of areas and depots that were drawn; no import of such has its name. */
#define SHAPE_DRAWN_LAYER "drawn"

enum shape_kind kind;
	double *lonlat;
	size_t count, capacity; /* positions; the capacity in numbers */
	size_t *ends;           /* of SHAPE_LINES: after each line's last position */
	size_t lines, lines_capacity;
};

void shape_add(struct shape *shape, double lon_deg, double lat_deg);
void shape_end_line(struct shape *shape); /* of SHAPE_LINES */
void shape_free(struct shape *shape);

/*
 * What is wrong with something drawn, as a sentence, or NULL: too few or too many positions, an area
 * that is not closed or crosses itself, a place far from the roads of net, which may be NULL.
 */
const char *shape_fault(const struct shape *shape, const struct network *net);

/*
 * As SpatiaLite keeps it, to be freed; as_multi makes an area a MULTIPOLYGON, as the areas are kept.
 */
void *shape_blob(const struct shape *shape, bool as_multi, int *out_size) PLOW_MUST_USE;

#endif
