/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* SpatiaLite's header wants it first. */
#include <sqlite3.h>

#include <spatialite/gaiageo.h>

#include "common/alloc.h"
#include "gis/network.h"

#define DEGREES_SRID 4326
#define RING_MIN 4           /* a triangle, closed */
#define AREA_MIN_DEG2 1e-10  /* about a square metre */

void shape_add(struct shape *shape, double lon_deg, double lat_deg)
{
	shape->lonlat = x_grow(shape->lonlat, 2 * shape->count, &shape->capacity, sizeof(double));
	shape->lonlat[2 * shape->count] = lon_deg;
	shape->lonlat = x_grow(shape->lonlat, 2 * shape->count + 1, &shape->capacity, sizeof(double));
	shape->lonlat[2 * shape->count + 1] = lat_deg;
	shape->count++;
}

void shape_end_line(struct shape *shape)
{
	shape->ends = x_grow(shape->ends, shape->lines, &shape->lines_capacity, sizeof(*shape->ends));
	shape->ends[shape->lines++] = shape->count;
}

void shape_free(struct shape *shape)
{
	free(shape->lonlat);
	free(shape->ends);
	*shape = (struct shape){.kind = shape->kind};
}

static bool is_same(const double *a, const double *b)
{
	return a[0] == b[0] && a[1] == b[1];
}

/* On which side of the line from a to b: above 0 left, below right, 0 on it. */
static double side(const double *a, const double *b, const double *point)
{
	return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
}

static bool is_between(const double *a, const double *b, const double *point)
{
	return point[0] >= fmin(a[0], b[0]) && point[0] <= fmax(a[0], b[0]) &&
	       point[1] >= fmin(a[1], b[1]) && point[1] <= fmax(a[1], b[1]);
}

/* Whether two segments have a point in common. */
static bool do_meet(const double *a, const double *b, const double *c, const double *d)
{
	double on_c = side(a, b, c), on_d = side(a, b, d), on_a = side(c, d, a), on_b = side(c, d, b);

	if (((on_c > 0 && on_d < 0) || (on_c < 0 && on_d > 0)) &&
	    ((on_a > 0 && on_b < 0) || (on_a < 0 && on_b > 0)))
		return true;
	return (on_c == 0 && is_between(a, b, c)) || (on_d == 0 && is_between(a, b, d)) ||
	       (on_a == 0 && is_between(c, d, a)) || (on_b == 0 && is_between(c, d, b));
}

/* Neighbours share a corner; they must not run back over one another either. */
static bool folds_back(const double *a, const double *b, const double *c)
{
	return side(a, b, c) == 0 && ((c[0] - b[0]) * (b[0] - a[0]) + (c[1] - b[1]) * (b[1] - a[1])) < 0;
}

/* n corners, the last of them joined to the first. */
static bool crosses_itself(const double *ring, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const double *a = &ring[2 * i], *b = &ring[2 * ((i + 1) % n)];

		if (folds_back(a, b, &ring[2 * ((i + 2) % n)]))
			return true;
		for (size_t j = i + 2; j < n; j++) {
			if ((j + 1) % n != i && do_meet(a, b, &ring[2 * j], &ring[2 * ((j + 1) % n)]))
				return true;
		}
	}
	return false;
}

static double area_deg2(const double *ring, size_t n)
{
	double sum = 0;

	for (size_t i = 1; i + 1 < n; i++)
		sum += side(ring, &ring[2 * i], &ring[2 * (i + 1)]);
	return fabs(sum) / 2;
}

static const char *area_fault(const struct shape *shape)
{
	size_t corners = shape->count - 1;

	if (shape->count < RING_MIN)
		return "An area needs at least three corners.";
	if (!is_same(shape->lonlat, &shape->lonlat[2 * corners]))
		return "The line about an area ends where it begins.";
	if (crosses_itself(shape->lonlat, corners))
		return "The line about the area crosses or touches itself.";
	return area_deg2(shape->lonlat, corners) < AREA_MIN_DEG2 ? "The area is too small." : NULL;
}

struct box {
	double west_m, south_m, east_m, north_m;
};

static struct box box_of(const struct network *net)
{
	struct box box = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};

	for (uint32_t link = 0; link < network_links(net); link++) {
		const struct vertex *vertices = network_vertices(net, link);

		for (uint32_t i = 0; i < network_link(net, link)->vertices; i++) {
			box.west_m = fmin(box.west_m, (double)vertices[i].x_m);
			box.east_m = fmax(box.east_m, (double)vertices[i].x_m);
			box.south_m = fmin(box.south_m, (double)vertices[i].y_m);
			box.north_m = fmax(box.north_m, (double)vertices[i].y_m);
		}
	}
	return box;
}

static bool is_around(const struct shape *shape, const struct network *net)
{
	struct box box = box_of(net);

	for (size_t i = 0; i < shape->count; i++) {
		double x_m, y_m;

		network_to_local(net, shape->lonlat[2 * i], shape->lonlat[2 * i + 1], &x_m, &y_m);
		if (!(x_m > box.west_m - SHAPE_AROUND_M && x_m < box.east_m + SHAPE_AROUND_M &&
		      y_m > box.south_m - SHAPE_AROUND_M && y_m < box.north_m + SHAPE_AROUND_M))
			return false;
	}
	return true;
}

static const char *position_fault(const struct shape *shape)
{
	for (size_t i = 0; i < shape->count; i++) {
		const double *position = &shape->lonlat[2 * i];

		if (!(fabs(position[0]) <= 180 && fabs(position[1]) <= 85))
			return "A position is longitude and latitude in degrees, as [140.4058, 38.6006].";
		if (i > 0 && is_same(position, position - 2))
			return "Two neighbouring corners are the same place.";
	}
	return NULL;
}

const char *shape_fault(const struct shape *shape, const struct network *net)
{
	const char *why;

	if (shape->count > SHAPE_DRAWN_MAX)
		return "A drawing has at most 1,000 corners.";
	if (shape->kind == SHAPE_POINT ? shape->count != 1 : shape->count < 2)
		return shape->kind == SHAPE_POINT ? "It needs one place on the map."
						  : "A line needs at least two corners.";
	why = position_fault(shape);
	if (!why && shape->kind == SHAPE_AREA)
		why = area_fault(shape);
	if (!why && net && network_links(net) > 0 && !is_around(shape, net))
		why = "It lies more than 20 km outside the town's roads.";
	return why;
}

static void put_line(gaiaGeomCollPtr geometry, const double *lonlat, size_t count)
{
	gaiaLinestringPtr line = gaiaAddLinestringToGeomColl(geometry, (int)count);

	memcpy(line->Coords, lonlat, 2 * count * sizeof(double));
}

static gaiaGeomCollPtr geometry_of(const struct shape *shape, bool as_multi)
{
	gaiaGeomCollPtr geometry = gaiaAllocGeomColl();
	gaiaPolygonPtr polygon;

	switch (shape->kind) {
	case SHAPE_POINT:
		gaiaAddPointToGeomColl(geometry, shape->lonlat[0], shape->lonlat[1]);
		geometry->DeclaredType = GAIA_POINT;
		break;
	case SHAPE_LINE:
		put_line(geometry, shape->lonlat, shape->count);
		geometry->DeclaredType = GAIA_LINESTRING;
		break;
	case SHAPE_LINES:
		for (size_t i = 0, from = 0; i < shape->lines; from = shape->ends[i++])
			put_line(geometry, &shape->lonlat[2 * from], shape->ends[i] - from);
		geometry->DeclaredType = GAIA_MULTILINESTRING;
		break;
	case SHAPE_AREA:
		polygon = gaiaAddPolygonToGeomColl(geometry, (int)shape->count, 0);
		memcpy(polygon->Exterior->Coords, shape->lonlat, 2 * shape->count * sizeof(double));
		geometry->DeclaredType = as_multi ? GAIA_MULTIPOLYGON : GAIA_POLYGON;
		break;
	}
	geometry->Srid = DEGREES_SRID;
	return geometry;
}

void *shape_blob(const struct shape *shape, bool as_multi, int *out_size)
{
	gaiaGeomCollPtr geometry = geometry_of(shape, as_multi);
	unsigned char *bytes = NULL;

	gaiaMbrGeometry(geometry);
	gaiaToSpatiaLiteBlobWkb(geometry, &bytes, out_size);
	gaiaFreeGeomColl(geometry);
	return bytes;
}
