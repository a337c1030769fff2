/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/tile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

bool tile_is_valid(struct tile tile)
{
	return tile.z >= TILE_ZOOM_MIN && tile.z <= TILE_ZOOM_MAX && tile.x >= 0 && tile.y >= 0 &&
	       tile.x < 1 << tile.z && tile.y < 1 << tile.z;
}

/* Longitude and latitude at a place of the unit square of the whole world. */
static double lon_at(double x)
{
	return x * 360.0 - 180.0;
}

static double lat_at(double y)
{
	return atan(sinh(M_PI * (1.0 - 2.0 * y))) * 180.0 / M_PI;
}

struct tile_box tile_box(struct tile tile, double buffer_units)
{
	double tiles = ldexp(1.0, tile.z);
	double buffer = buffer_units / TILE_EXTENT;

	return (struct tile_box){
		.west_deg = lon_at((tile.x - buffer) / tiles),
		.south_deg = lat_at((tile.y + 1 + buffer) / tiles),
		.east_deg = lon_at((tile.x + 1 + buffer) / tiles),
		.north_deg = lat_at((tile.y - buffer) / tiles),
	};
}

struct tile_point tile_project(struct tile tile, double lon_deg, double lat_deg)
{
	double tiles = ldexp(1.0, tile.z);
	double x = (lon_deg + 180.0) / 360.0;
	double y = (1.0 - asinh(tan(lat_deg * M_PI / 180.0)) / M_PI) / 2.0;

	return (struct tile_point){(x * tiles - tile.x) * TILE_EXTENT,
				   (y * tiles - tile.y) * TILE_EXTENT};
}

/* Liang and Barsky (1984): narrows the share [*enter, *leave] of a segment by one edge. */
static bool clip_edge(double step, double room, double *enter, double *leave)
{
	double share;

	if (step == 0)
		return room >= 0;
	share = room / step;
	if (step < 0)
		*enter = fmax(*enter, share);
	else
		*leave = fmin(*leave, share);
	return *enter <= *leave;
}

bool tile_clip(struct tile_point *a, struct tile_point *b)
{
	const double low = -TILE_BUFFER, high = TILE_EXTENT + TILE_BUFFER;
	double dx = b->x - a->x, dy = b->y - a->y;
	double enter = 0, leave = 1;
	struct tile_point from = *a;

	if (!clip_edge(-dx, from.x - low, &enter, &leave) ||
	    !clip_edge(dx, high - from.x, &enter, &leave) ||
	    !clip_edge(-dy, from.y - low, &enter, &leave) ||
	    !clip_edge(dy, high - from.y, &enter, &leave))
		return false;
	if (leave < 1)
		*b = (struct tile_point){from.x + leave * dx, from.y + leave * dy};
	if (enter > 0)
		*a = (struct tile_point){from.x + enter * dx, from.y + enter * dy};
	return true;
}

static double distance_to(struct tile_point p, struct tile_point a, struct tile_point b)
{
	double dx = b.x - a.x, dy = b.y - a.y;
	double square = dx * dx + dy * dy;
	double share = square > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / square : 0;

	share = fmax(0, fmin(1, share));
	return hypot(p.x - a.x - share * dx, p.y - a.y - share * dy);
}

/* The point between two others farthest from the line joining them. */
static size_t farthest(const struct tile_point *points, size_t first, size_t last,
		       double *out_distance)
{
	size_t found = first;

	*out_distance = 0;
	for (size_t i = first + 1; i < last; i++) {
		double distance = distance_to(points[i], points[first], points[last]);

		if (distance > *out_distance) {
			*out_distance = distance;
			found = i;
		}
	}
	return found;
}

size_t tile_simplify(struct tile_point *points, size_t count, double tolerance)
{
	struct stretch {
		size_t first, last;
	} * stack;
	bool *keep;
	size_t depth = 0, kept = 0;

	if (count <= 2)
		return count;
	stack = x_calloc(count, sizeof(*stack));
	keep = x_calloc(count, sizeof(*keep));
	keep[0] = keep[count - 1] = true;
	stack[depth++] = (struct stretch){0, count - 1};
	while (depth) {
		struct stretch part = stack[--depth];
		double distance;
		size_t middle = farthest(points, part.first, part.last, &distance);

		if (distance <= tolerance)
			continue;
		keep[middle] = true;
		stack[depth++] = (struct stretch){part.first, middle};
		stack[depth++] = (struct stretch){middle, part.last};
	}
	for (size_t i = 0; i < count; i++) {
		if (keep[i])
			points[kept++] = points[i];
	}
	free(stack);
	free(keep);
	return kept;
}
