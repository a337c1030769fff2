/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_roads.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "gis/tile.h"
#include "server/json.h"
#include "server/plowd/live/board.h"

static const struct road *road_of(const struct network *net, uint32_t link)
{
	return network_road(net, network_link(net, link)->road);
}

const char *public_admin_name(const struct network *net, uint32_t link)
{
	static const char *const names[] = {"town", "nation", "prefecture", "private", "expressway"};

	return names[road_of(net, link)->admin];
}

static int compare_placed(const void *a, const void *b)
{
	const struct public_placed *left = a, *right = b;

	if (left->y != right->y)
		return left->y < right->y ? -1 : 1;
	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	return (left->link > right->link) - (left->link < right->link);
}

/* Adds the link to every tile its bounding box meets. */
static void place(struct public_roads *roads, uint32_t link, size_t *capacity)
{
	const struct network *net = roads->net;
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
			roads->placed = x_grow(roads->placed, roads->placed_count, capacity,
					       sizeof(*roads->placed));
			roads->placed[roads->placed_count++] = (struct public_placed){x, y, link};
		}
	}
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

static struct public_group make_group(const struct public_roads *roads, const uint32_t *links,
				      size_t count)
{
	struct public_group group = {.links = links, .count = count, .longest = links[0]};

	for (size_t i = 0; i < count; i++) {
		const struct link *link = network_link(roads->net, links[i]);

		group.length_m += link->length_m;
		if (link->length_m > network_link(roads->net, group.longest)->length_m)
			group.longest = links[i];
	}
	return group;
}

static void group_links(struct public_roads *roads, size_t links)
{
	size_t capacity = 0;

	roads->order = x_calloc(links, sizeof(*roads->order));
	for (uint32_t i = 0; i < links; i++)
		roads->order[i] = i;
	if (links)
		qsort_r(roads->order, links, sizeof(*roads->order), compare_links, roads);
	for (size_t i = 0, end; i < links; i = end) {
		for (end = i + 1; end < links && compare_groups(roads, roads->order[i],
								roads->order[end]) == 0;)
			end++;
		roads->groups = x_grow(roads->groups, roads->group_count, &capacity,
				       sizeof(*roads->groups));
		roads->groups[roads->group_count++] =
			make_group(roads, roads->order + i, end - i);
	}
}

/* The board's names go with its next network; ours stay. */
static void copy_areas(struct public_roads *roads, const struct board *board, size_t links)
{
	size_t count = 0, capacity = 0;
	size_t *name_of = x_calloc(links, sizeof(*name_of));

	for (uint32_t i = 0; i < links; i++) {
		const char *name = board_area(board, i);
		size_t j = count;

		while (j > 0 && strcmp(roads->area_names[j - 1], name) != 0)
			j--;
		if (j == 0) {
			roads->area_names = x_grow(roads->area_names, count, &capacity,
						   sizeof(*roads->area_names));
			snprintf(roads->area_names[count++], sizeof(*roads->area_names), "%s", name);
			j = count;
		}
		name_of[i] = j - 1;
	}
	roads->areas = x_calloc(links, sizeof(*roads->areas));
	for (size_t i = 0; i < links; i++)
		roads->areas[i] = roads->area_names[name_of[i]];
	free(name_of);
}

struct public_roads *public_roads_new(const struct board *board)
{
	struct public_roads *roads = x_calloc(1, sizeof(*roads));
	size_t links, capacity = 0;

	board_links(board, &links);
	roads->net = network_hold(board_network(board));
	roads->revision = board_revision(board);
	copy_areas(roads, board, links);
	group_links(roads, links);
	for (uint32_t i = 0; i < links; i++)
		place(roads, i, &capacity);
	if (roads->placed_count)
		qsort(roads->placed, roads->placed_count, sizeof(*roads->placed), compare_placed);
	return roads;
}

void public_roads_free(struct public_roads *roads)
{
	if (!roads)
		return;
	network_free(roads->net);
	free(roads->areas);
	free(roads->area_names);
	free(roads->order);
	free(roads->groups);
	free(roads->placed);
	free(roads);
}

int public_tiles(const struct public_roads *roads, public_tile_cb *on_tile, void *arg)
{
	const struct public_placed *placed = roads->placed;
	int error = 0;

	for (size_t i = 0, end; !error && i < roads->placed_count; i = end) {
		for (end = i + 1; end < roads->placed_count && placed[end].x == placed[i].x &&
				  placed[end].y == placed[i].y;)
			end++;
		error = on_tile(placed[i].x, placed[i].y, &placed[i], end - i, arg);
	}
	return error;
}

static void show_position(struct json *json, const struct network *net, double x_m, double y_m)
{
	double lon_deg, lat_deg;

	network_to_degrees(net, x_m, y_m, &lon_deg, &lat_deg);
	json_open(json, '[');
	json_real(json, lon_deg, 6), json_real(json, lat_deg, 6);
	json_close(json, ']');
}

void public_show_link(struct json *json, const struct public_roads *roads, uint32_t link)
{
	const struct network *net = roads->net;
	const struct road *road = road_of(net, link);
	const struct vertex *vertices = network_vertices(net, link);

	json_key(json, "id"), json_integer(json, network_link_id(net, link));
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "class"), json_text(json, road->class_code);
	json_key(json, "admin"), json_text(json, public_admin_name(net, link));
	json_key(json, "coords"), json_open(json, '[');
	for (uint32_t i = 0; i < network_link(net, link)->vertices; i++)
		show_position(json, net, (double)vertices[i].x_m, (double)vertices[i].y_m);
	json_close(json, ']');
}

const char *public_group_area(const struct public_roads *roads, const struct public_group *group)
{
	return roads->areas[group->links[0]];
}

void public_show_group(struct json *json, const struct public_roads *roads,
		       const struct public_group *group)
{
	const struct network *net = roads->net;
	double x_m, y_m, course_deg;

	network_point(net, group->longest, network_link(net, group->longest)->length_m / 2, &x_m,
		      &y_m, &course_deg);
	json_key(json, "name"), json_text(json, road_of(net, group->longest)->name);
	json_key(json, "class"), json_text(json, road_of(net, group->longest)->class_code);
	json_key(json, "admin"), json_text(json, public_admin_name(net, group->longest));
	json_key(json, "area"), json_text(json, public_group_area(roads, group));
	json_key(json, "length_m"), json_real(json, group->length_m, 1);
	json_key(json, "center"), show_position(json, net, x_m, y_m);
	json_key(json, "links"), json_open(json, '[');
	for (size_t i = 0; i < group->count; i++)
		json_integer(json, network_link_id(net, group->links[i]));
	json_close(json, ']');
}

void public_show_list(struct json *json, const struct public_roads *roads)
{
	json_open(json, '{');
	json_key(json, "roads"), json_open(json, '[');
	for (size_t i = 0; i < roads->group_count; i++) {
		json_open(json, '{');
		public_show_group(json, roads, &roads->groups[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}
