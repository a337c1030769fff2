/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/public_roads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "gis/tile.h"
#include "server/json.h"
#include "server/plowd/public_files.h"

static const char *const admins[] = {"town", "nation", "prefecture", "private", "expressway"};

static const struct road *road_of(const struct network *net, uint32_t link)
{
	return network_road(net, network_link(net, link)->road);
}

/* A link in one of its tiles. */
struct placed {
	int32_t x, y;
	uint32_t link;
};

struct placed_list {
	struct placed *list;
	size_t count, capacity;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->y != right->y)
		return left->y < right->y ? -1 : 1;
	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	return (left->link > right->link) - (left->link < right->link);
}

/* Adds the link to every tile its bounding box meets. */
static void place(const struct network *net, uint32_t link, struct placed_list *out)
{
	const struct tile world = {PUBLIC_ZOOM, 0, 0};
	const struct vertex *vertices = network_vertices(net, link);
	double min_x = INFINITY, min_y = INFINITY, max_x = -INFINITY, max_y = -INFINITY;

	for (uint32_t i = 0; i < network_link(net, link)->vertices; i++) {
		double lon_deg, lat_deg;
		struct tile_point point;

		network_to_degrees(net, (double)vertices[i].x_m, (double)vertices[i].y_m, &lon_deg,
				   &lat_deg);
		point = tile_project(world, lon_deg, lat_deg);
		min_x = fmin(min_x, point.x / TILE_EXTENT);
		min_y = fmin(min_y, point.y / TILE_EXTENT);
		max_x = fmax(max_x, point.x / TILE_EXTENT);
		max_y = fmax(max_y, point.y / TILE_EXTENT);
	}
	for (int y = (int)floor(min_y); y <= (int)floor(max_y); y++) {
		for (int x = (int)floor(min_x); x <= (int)floor(max_x); x++) {
			out->list =
				x_grow(out->list, out->count, &out->capacity, sizeof(*out->list));
			out->list[out->count++] = (struct placed){x, y, link};
		}
	}
}

static void show_position(struct json *json, const struct network *net, double x_m, double y_m)
{
	double lon_deg, lat_deg;

	network_to_degrees(net, x_m, y_m, &lon_deg, &lat_deg);
	json_open(json, '[');
	json_real(json, lon_deg, 6), json_real(json, lat_deg, 6);
	json_close(json, ']');
}

static void show_line(struct json *json, const struct network *net, uint32_t link)
{
	const struct vertex *vertices = network_vertices(net, link);

	json_open(json, '[');
	for (uint32_t i = 0; i < network_link(net, link)->vertices; i++)
		show_position(json, net, (double)vertices[i].x_m, (double)vertices[i].y_m);
	json_close(json, ']');
}

static void show_link(struct json *json, const struct network *net, uint32_t link)
{
	const struct road *road = road_of(net, link);

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, network_link_id(net, link));
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "class"), json_text(json, road->class_code);
	json_key(json, "admin"), json_text(json, admins[road->admin]);
	json_key(json, "coords"), show_line(json, net, link);
	json_close(json, '}');
}

int public_tiles(const struct public_roads *roads, public_tile_cb *on_tile, void *arg)
{
	struct placed_list placed = {NULL, 0, 0};
	struct json json = {0};
	int error = 0;

	for (uint32_t i = 0; i < network_links(roads->net); i++)
		place(roads->net, i, &placed);
	if (placed.count)
		qsort(placed.list, placed.count, sizeof(*placed.list), compare_placed);
	for (size_t i = 0, end; !error && i < placed.count; i = end) {
		json.out.size = 0;
		json.comma = false;
		json_open(&json, '{');
		json_key(&json, "links"), json_open(&json, '[');
		for (end = i; end < placed.count && placed.list[end].x == placed.list[i].x &&
			      placed.list[end].y == placed.list[i].y;
		     end++)
			show_link(&json, roads->net, placed.list[end].link);
		json_close(&json, ']');
		json_close(&json, '}');
		error = on_tile(placed.list[i].x, placed.list[i].y, &json, arg);
	}
	bytes_free(&json.out);
	free(placed.list);
	return error;
}

static int compare_groups(const struct public_roads *roads, uint32_t a, uint32_t b)
{
	const struct road *left = road_of(roads->net, a), *right = road_of(roads->net, b);
	int order = strcmp(roads->areas[a], roads->areas[b]);

	if (order == 0)
		order = strcmp(left->name, right->name);
	return order ? order : left->admin - right->admin;
}

/* For qsort_r(): by area, name, administrator, then by number. */
static int compare_links(const void *a, const void *b, void *arg)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	int order = compare_groups(arg, left, right);

	return order ? order : (left > right) - (left < right);
}

/* One entry of the list: links of one area, name and administrator. */
static void show_group(struct json *json, const struct public_roads *roads, const uint32_t *links,
		       size_t count)
{
	const struct network *net = roads->net;
	const struct road *road = road_of(net, links[0]);
	uint32_t longest = links[0];
	double length_m = 0, x_m, y_m, course_deg;

	for (size_t i = 0; i < count; i++) {
		const struct link *link = network_link(net, links[i]);

		length_m += link->length_m;
		if (link->length_m > network_link(net, longest)->length_m)
			longest = links[i];
	}
	network_point(net, longest, network_link(net, longest)->length_m / 2, &x_m, &y_m,
		      &course_deg);
	json_open(json, '{');
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "class"), json_text(json, road_of(net, longest)->class_code);
	json_key(json, "admin"), json_text(json, admins[road->admin]);
	json_key(json, "area"), json_text(json, roads->areas[links[0]]);
	json_key(json, "length_m"), json_real(json, length_m, 1);
	json_key(json, "center"), show_position(json, net, x_m, y_m);
	json_key(json, "links"), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_integer(json, network_link_id(net, links[i]));
	json_close(json, ']');
	json_close(json, '}');
}

void public_list(const struct public_roads *roads, struct json *out)
{
	size_t count = network_links(roads->net);
	uint32_t *links = x_calloc(count, sizeof(*links));
	struct public_roads key = *roads;

	for (uint32_t i = 0; i < count; i++)
		links[i] = i;
	qsort_r(links, count, sizeof(*links), compare_links, &key);
	json_open(out, '{');
	json_key(out, "roads"), json_open(out, '[');
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && compare_groups(roads, links[i], links[end]) == 0;)
			end++;
		show_group(out, roads, links + i, end - i);
	}
	json_close(out, ']');
	json_close(out, '}');
	free(links);
}
