/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The links of a tile: found by the network's grid, projected, simplified, cut at the buffer's edge
 * into as many lines as they cross it, rounded to whole units.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/bytes.h"
#include "gis/network.h"
#include "gis/tile.h"

/* Half a unit is below what any screen shows; at the last zoom it is under 10 cm. */
#define TOLERANCE 0.5

static const char *const admins[] = {"town", "nation", "prefecture", "private", "expressway"};

struct pen {
	struct mvt *mvt;
	struct tile_point *points; /* of one link */
	struct mvt_point *line;
	size_t room;
};

static void make_room(struct pen *pen, size_t points)
{
	if (points <= pen->room)
		return;
	pen->room = points * 2;
	pen->points = x_realloc(pen->points, pen->room, sizeof(*pen->points));
	pen->line = x_realloc(pen->line, pen->room, sizeof(*pen->line));
}

static struct mvt_point rounded(struct tile_point p)
{
	return (struct mvt_point){(int32_t)lround(p.x), (int32_t)lround(p.y)};
}

/* Cuts the points into lines inside the buffer. */
static void draw(struct pen *pen, size_t count)
{
	size_t used = 0;

	for (size_t i = 1; i < count; i++) {
		struct tile_point a = pen->points[i - 1], b = pen->points[i];
		bool inside = tile_clip(&a, &b);
		bool goes_on = inside && a.x == pen->points[i - 1].x && a.y == pen->points[i - 1].y;

		if (used && !goes_on) {
			mvt_line(pen->mvt, pen->line, used);
			used = 0;
		}
		if (!inside)
			continue;
		if (used == 0)
			pen->line[used++] = rounded(a);
		pen->line[used++] = rounded(b);
	}
	if (used)
		mvt_line(pen->mvt, pen->line, used);
}

static void tag_road(struct mvt *mvt, const struct road *road)
{
	mvt_tag_text(mvt, "name", road->name);
	mvt_tag_text(mvt, "class", road->class_code);
	mvt_tag_text(mvt, "admin", admins[road->admin]);
	mvt_tag_text(mvt, "layer", road->layer);
	mvt_tag_text(mvt, "source_id", road->source_id);
	mvt_tag_integer(mvt, "oneway", road->oneway);
	mvt_tag_bool(mvt, "sidewalk", road->flags & ROAD_SIDEWALK);
	mvt_tag_bool(mvt, "bridge", road->flags & ROAD_BRIDGE);
	mvt_tag_bool(mvt, "tunnel", road->flags & ROAD_TUNNEL);
}

static void put_link(const struct network *net, uint32_t number, struct tile tile, struct pen *pen)
{
	const struct link *link = network_link(net, number);
	const struct vertex *vertices = network_vertices(net, number);
	size_t count;

	assert(link->vertices >= 2);
	make_room(pen, link->vertices);
	for (uint32_t i = 0; i < link->vertices; i++) {
		double lon_deg, lat_deg;

		network_to_degrees(net, (double)vertices[i].x_m, (double)vertices[i].y_m, &lon_deg,
				   &lat_deg);
		pen->points[i] = tile_project(tile, lon_deg, lat_deg);
	}
	count = tile_simplify(pen->points, link->vertices, TOLERANCE);
	mvt_feature(pen->mvt, (uint64_t)network_link_id(net, number));
	tag_road(pen->mvt, network_road(net, link->road));
	draw(pen, count);
	mvt_feature_end(pen->mvt);
}

static int compare_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

void tile_roads(const struct network *net, struct tile tile, struct bytes *out)
{
	struct tile_box box = tile_box(tile, TILE_BUFFER);
	uint32_t *links = x_calloc(network_links(net), sizeof(*links));
	struct pen pen = {.mvt = mvt_new("links", TILE_EXTENT)};
	double min_x, min_y, max_x, max_y;
	size_t count;

	network_to_local(net, box.west_deg, box.south_deg, &min_x, &min_y);
	network_to_local(net, box.east_deg, box.north_deg, &max_x, &max_y);
	count = network_in_box(net, min_x, min_y, max_x, max_y, links, network_links(net));
	qsort(links, count, sizeof(*links), compare_number);
	for (size_t i = 0; i < count; i++)
		put_link(net, links[i], tile, &pen);
	mvt_finish(pen.mvt, out);
	free(pen.points);
	free(pen.line);
	free(links);
}
