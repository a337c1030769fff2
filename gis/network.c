/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/network.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network_impl.h"

#define ORDINAL_BITS 16 /* of a link's lasting number: its place in its road */

struct network *network_hold(struct network *net)
{
	atomic_fetch_add_explicit(&net->holders, 1, memory_order_relaxed);
	return net;
}

void network_free(struct network *net)
{
	if (!net || atomic_fetch_sub_explicit(&net->holders, 1, memory_order_acq_rel) != 1)
		return;
	free(net->roads);
	free(net->links);
	free(net->vertices);
	free(net->strings);
	free(net->leaving_first);
	free(net->leaving);
	free(net->arcs);
	free(net->by_id);
	free(net->by_source);
	grid_free(&net->grid);
	free(net);
}

size_t network_roads(const struct network *net)
{
	return net->road_count;
}

size_t network_links(const struct network *net)
{
	return net->link_count;
}

size_t network_nodes(const struct network *net)
{
	return net->node_count;
}

size_t network_components(const struct network *net)
{
	return net->components;
}

const struct road *network_road(const struct network *net, uint32_t road)
{
	return &net->roads[road];
}

const struct link *network_link(const struct network *net, uint32_t link)
{
	return &net->links[link];
}

const struct vertex *network_vertices(const struct network *net, uint32_t link)
{
	return &net->vertices[net->links[link].first_vertex];
}

const struct leaving *network_leaving(const struct network *net, uint32_t node, size_t *out_count)
{
	*out_count = net->leaving_first[node + 1] - net->leaving_first[node];
	return &net->leaving[net->leaving_first[node]];
}

const struct arc *network_arcs(const struct network *net)
{
	return net->arcs;
}

static uint32_t hash_source(const char *layer, const char *source_id)
{
	uint32_t hash = 2166136261u;

	for (; *layer; layer++)
		hash = (hash ^ (uint8_t)*layer) * 16777619u;
	hash = (hash ^ 0xff) * 16777619u; /* "a" "bc" is not "ab" "c" */
	for (; *source_id; source_id++)
		hash = (hash ^ (uint8_t)*source_id) * 16777619u;
	return hash ^ hash >> 15;
}

static int by_road_id(const void *left, const void *right, void *roads)
{
	const struct road *a = (struct road *)roads + *(const uint32_t *)left;
	const struct road *b = (struct road *)roads + *(const uint32_t *)right;

	return (a->id > b->id) - (a->id < b->id);
}

void network_index_roads(struct network *net)
{
	size_t slots = 16;

	net->by_id = x_malloc(net->road_count * sizeof(*net->by_id));
	for (uint32_t i = 0; i < net->road_count; i++)
		net->by_id[i] = i;
	qsort_r(net->by_id, net->road_count, sizeof(*net->by_id), by_road_id, net->roads);
	while (slots < 2 * (size_t)net->road_count)
		slots *= 2;
	net->by_source_mask = (uint32_t)(slots - 1);
	net->by_source = x_malloc(slots * sizeof(*net->by_source));
	memset(net->by_source, 0xff, slots * sizeof(*net->by_source));
	for (uint32_t i = 0; i < net->road_count; i++) {
		const struct road *road = &net->roads[i];
		uint32_t slot = hash_source(road->layer, road->source_id) & net->by_source_mask;

		while (net->by_source[slot] != NETWORK_NONE)
			slot = (slot + 1) & net->by_source_mask;
		net->by_source[slot] = i;
	}
}

uint32_t network_find_road(const struct network *net, const char *layer, const char *source_id)
{
	uint32_t slot = hash_source(layer, source_id) & net->by_source_mask;

	for (; net->by_source[slot] != NETWORK_NONE; slot = (slot + 1) & net->by_source_mask) {
		const struct road *road = &net->roads[net->by_source[slot]];

		if (strcmp(road->source_id, source_id) == 0 && strcmp(road->layer, layer) == 0)
			return net->by_source[slot];
	}
	return NETWORK_NONE;
}

uint32_t network_road_by_id(const struct network *net, int64_t road_id)
{
	uint32_t low = 0, high = net->road_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (net->roads[net->by_id[middle]].id < road_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < net->road_count && net->roads[net->by_id[low]].id == road_id ? net->by_id[low]
										  : NETWORK_NONE;
}

int64_t network_link_id(const struct network *net, uint32_t link)
{
	const struct road *road = &net->roads[net->links[link].road];

	return (int64_t)((uint64_t)road->id << ORDINAL_BITS) | (link - road->first_link);
}

uint32_t network_find_link(const struct network *net, int64_t link_id)
{
	uint32_t road = network_road_by_id(net, link_id >> ORDINAL_BITS);
	uint32_t ordinal = (uint32_t)(link_id & ((1 << ORDINAL_BITS) - 1));

	if (link_id < 0 || road == NETWORK_NONE || ordinal >= net->roads[road].links)
		return NETWORK_NONE;
	return net->roads[road].first_link + ordinal;
}

uint32_t network_link_at(const struct network *net, uint32_t road, double at_m, double *out_along_m)
{
	const struct road *r = &net->roads[road];
	uint32_t low = r->first_link, high = r->first_link + r->links;
	double along_m;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (net->links[middle].from_m <= at_m)
			low = middle;
		else
			high = middle;
	}
	along_m = at_m - net->links[low].from_m;
	*out_along_m = along_m < 0                          ? 0
		       : along_m > net->links[low].length_m ? net->links[low].length_m
							    : along_m;
	return low;
}

void network_to_local(const struct network *net, double lon_deg, double lat_deg, double *x_m,
		      double *y_m)
{
	*x_m = (lon_deg - net->lon0_deg) * net->x_m_per_deg;
	*y_m = (lat_deg - net->lat0_deg) * net->y_m_per_deg;
}

void network_to_degrees(const struct network *net, double x_m, double y_m, double *lon_deg,
			double *lat_deg)
{
	*lon_deg = net->lon0_deg + x_m / net->x_m_per_deg;
	*lat_deg = net->lat0_deg + y_m / net->y_m_per_deg;
}

/* The segment of a link that holds along_m: the number of its first vertex, counted in the link. */
static uint32_t segment_at(const struct vertex *vertices, uint32_t count, float along_m)
{
	uint32_t low = 0, high = count - 1;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (vertices[middle].along_m <= along_m)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void network_point(const struct network *net, uint32_t link, double along_m, double *x_m,
		   double *y_m, double *course_deg)
{
	const struct vertex *vertices = network_vertices(net, link);
	const struct vertex *a =
		&vertices[segment_at(vertices, net->links[link].vertices, (float)along_m)];
	const struct vertex *b = a + 1;
	double dx = (double)b->x_m - (double)a->x_m, dy = (double)b->y_m - (double)a->y_m;
	double length_m = (double)b->along_m - (double)a->along_m;
	double share = length_m > 0 ? (along_m - (double)a->along_m) / length_m : 0;

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	*x_m = (double)a->x_m + share * dx;
	*y_m = (double)a->y_m + share * dy;
	*course_deg = geo_course_deg(dx, dy);
}
