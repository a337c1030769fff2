/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a network of whole roads: measures them, finds the nodes, cuts the links, joins them up. */
#include "gis/network.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network_impl.h"
#include "gis/network_node.h"

#define MAX_LAT_DEG 85.0       /* beyond it a degree of longitude measures next to nothing */
#define MAX_SEGMENT_M 200000.0 /* no road runs straight for longer: a damaged coordinate */
#define MAX_LINKS_OF_ROAD 65536
#define MAX_ROAD_ID (INT64_MAX >> 17)
#define MAX_VERTICES (UINT32_MAX / 4)
#define MIDDLE_SAMPLES 4096

struct build {
	const struct road_source *sources;
	uint32_t roads, vertices;
	uint32_t *first;   /* roads + 1 */
	double *lonlat;    /* 2 * vertices */
	double *along_m;   /* of each vertex, from the start of its road */
	uint32_t *node_of; /* of each vertex, or NETWORK_NONE */
};

static int measure_road(struct build *build, uint32_t road)
{
	const struct road_source *source = &build->sources[road];
	const double *p = source->lonlat;
	uint32_t first = build->first[road];

	if (source->road.id < 0 || source->road.id > MAX_ROAD_ID)
		return -EINVAL;
	for (uint32_t i = 0; i < source->points; i++, p += 2) {
		double step_m = 0;

		if (!(fabs(p[0]) <= 180.0 && fabs(p[1]) <= MAX_LAT_DEG))
			return -EINVAL;
		if (i > 0)
			step_m = geo_distance_m(p[-2], p[-1], p[0], p[1]);
		if (step_m > MAX_SEGMENT_M)
			return -EINVAL;
		build->along_m[first + i] = i > 0 ? build->along_m[first + i - 1] + step_m : 0;
	}
	memcpy(&build->lonlat[2 * (size_t)first], source->lonlat,
	       2 * (size_t)source->points * sizeof(double));
	return 0;
}

static int measure(struct build *build)
{
	size_t vertices = 0;
	int error = 0;

	build->first = x_malloc((build->roads + (size_t)1) * sizeof(*build->first));
	for (uint32_t i = 0; i < build->roads; i++) {
		build->first[i] = (uint32_t)vertices;
		vertices += build->sources[i].points;
		if (build->sources[i].points < 2 || vertices > MAX_VERTICES)
			return -EINVAL;
	}
	build->first[build->roads] = build->vertices = (uint32_t)vertices;
	build->lonlat = x_malloc(2 * vertices * sizeof(*build->lonlat));
	build->along_m = x_malloc(vertices * sizeof(*build->along_m));
	for (uint32_t i = 0; !error && i < build->roads; i++)
		error = measure_road(build, i);
	return error;
}

static int by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/* The median of the vertices' longitudes (axis 0) or latitudes (1): one stray road moves nothing.
 */
static double middle_of(const struct build *build, int axis)
{
	double *sample = x_malloc(MIDDLE_SAMPLES * sizeof(*sample));
	size_t step = build->vertices / MIDDLE_SAMPLES + 1, count = 0;
	double middle;

	for (size_t v = 0; v < build->vertices; v += step)
		sample[count++] = build->lonlat[2 * v + (size_t)axis];
	qsort(sample, count, sizeof(*sample), by_value);
	middle = count ? sample[count / 2] : 0;
	free(sample);
	return middle;
}

static void set_middle(struct network *net, const struct build *build)
{
	struct geo_scale scale;

	net->lon0_deg = middle_of(build, 0);
	net->lat0_deg = middle_of(build, 1);
	scale = geo_scale_at(net->lat0_deg);
	net->x_m_per_deg = scale.x_m_per_deg;
	net->y_m_per_deg = scale.y_m_per_deg;
}

/* Does the text repeat the one before it, as layers and classes do?  Then they share one copy. */
static bool repeats(const char *text, const char *before)
{
	return before && strcmp(text, before) == 0;
}

static size_t string_sizes(const struct road *road, const struct road *before)
{
	size_t size = strlen(road->source_id) + 1;

	if (!before || !repeats(road->layer, before->layer))
		size += strlen(road->layer) + 1;
	if (!before || !repeats(road->name, before->name))
		size += strlen(road->name) + 1;
	if (!before || !repeats(road->class_code, before->class_code))
		size += strlen(road->class_code) + 1;
	return size;
}

static const char *put_string(const char *text, const char *before, char **end)
{
	char *copy = *end;

	if (repeats(text, before))
		return before;
	*end = stpcpy(copy, text) + 1;
	return copy;
}

static void copy_roads(struct network *net, const struct build *build)
{
	const struct road_source *sources = build->sources;
	size_t size = 0;
	char *end;

	for (uint32_t i = 0; i < build->roads; i++)
		size += string_sizes(&sources[i].road, i ? &sources[i - 1].road : NULL);
	end = net->strings = x_malloc(size);
	net->road_count = build->roads;
	net->roads = x_calloc(build->roads, sizeof(*net->roads));
	for (uint32_t i = 0; i < build->roads; i++) {
		struct road *road = &net->roads[i];
		const struct road *before = i ? road - 1 : NULL;

		*road = sources[i].road;
		road->layer = put_string(road->layer, before ? before->layer : NULL, &end);
		road->source_id = put_string(road->source_id, NULL, &end);
		road->name = put_string(road->name, before ? before->name : NULL, &end);
		road->class_code =
			put_string(road->class_code, before ? before->class_code : NULL, &end);
		road->length_m = build->along_m[build->first[i + 1] - 1];
	}
}

static struct vertex vertex_of(const struct network *net, const struct build *build, uint32_t v,
			       double from_m)
{
	const double *p = &build->lonlat[2 * (size_t)v];
	double x_m, y_m;

	network_to_local(net, p[0], p[1], &x_m, &y_m);
	return (struct vertex){(float)x_m, (float)y_m, (float)(build->along_m[v] - from_m)};
}

/* The link over the vertices from..to of a road. */
static void add_link(struct network *net, const struct build *build, uint32_t road, uint32_t from,
		     uint32_t to, uint32_t *vertices)
{
	struct link *link = &net->links[net->link_count++];

	*link = (struct link){
		.road = road,
		.node_from = build->node_of[from],
		.node_to = build->node_of[to],
		.first_vertex = *vertices,
		.vertices = to - from + 1,
		.from_m = build->along_m[from],
		.length_m = build->along_m[to] - build->along_m[from],
	};
	for (uint32_t v = from; v <= to; v++)
		net->vertices[(*vertices)++] = vertex_of(net, build, v, link->from_m);
}

static int cut_links(struct network *net, const struct build *build)
{
	uint32_t links = 0, vertices = 0;

	for (uint32_t v = 0; v < build->vertices; v++)
		links += build->node_of[v] != NETWORK_NONE;
	links -= build->roads; /* one link fewer than cuts in each road */
	net->links = x_malloc(links * sizeof(*net->links));
	/* A cut within a road belongs to two links. */
	net->vertices = x_malloc((build->vertices + links - build->roads) * sizeof(*net->vertices));
	for (uint32_t i = 0; i < build->roads; i++) {
		uint32_t start = build->first[i];

		net->roads[i].first_link = net->link_count;
		for (uint32_t v = start + 1; v < build->first[i + 1]; v++) {
			if (build->node_of[v] == NETWORK_NONE)
				continue;
			add_link(net, build, i, start, v, &vertices);
			start = v;
		}
		net->roads[i].links = net->link_count - net->roads[i].first_link;
		if (net->roads[i].links > MAX_LINKS_OF_ROAD)
			return -EINVAL;
	}
	return 0;
}

static void join_up(struct network *net)
{
	uint32_t *fill;

	net->leaving_first = x_calloc(net->node_count + (size_t)1, sizeof(*net->leaving_first));
	net->leaving = x_malloc(2 * (size_t)net->link_count * sizeof(*net->leaving));
	for (uint32_t i = 0; i < net->link_count; i++) {
		net->leaving_first[net->links[i].node_from + 1]++;
		net->leaving_first[net->links[i].node_to + 1]++;
	}
	for (uint32_t i = 0; i < net->node_count; i++)
		net->leaving_first[i + 1] += net->leaving_first[i];
	fill = x_malloc((net->node_count + (size_t)1) * sizeof(*fill));
	memcpy(fill, net->leaving_first, (net->node_count + (size_t)1) * sizeof(*fill));
	for (uint32_t i = 0; i < net->link_count; i++) {
		net->leaving[fill[net->links[i].node_from]++] = (struct leaving){i, 1};
		net->leaving[fill[net->links[i].node_to]++] = (struct leaving){i, -1};
	}
	free(fill);
}

static struct arc arc_to(const struct network *net, uint32_t node, const struct vertex *end)
{
	uint32_t first = net->leaving_first[node];

	return (struct arc){
		.end_x_m = end->x_m,
		.end_y_m = end->y_m,
		.leaving = &net->leaving[first],
		.leaving_count = net->leaving_first[node + 1] - first,
	};
}

/* Every link, driven both ways. */
static void lay_arcs(struct network *net)
{
	net->arcs = x_malloc(2 * (size_t)net->link_count * sizeof(*net->arcs));
	for (uint32_t i = 0; i < net->link_count; i++) {
		const struct link *link = &net->links[i];
		const struct vertex *start = &net->vertices[link->first_vertex];
		struct arc *arc = &net->arcs[2 * (size_t)i];

		arc[0] = arc_to(net, link->node_to, start + link->vertices - 1);
		arc[1] = arc_to(net, link->node_from, start);
		arc[0].length_m = arc[1].length_m = link->length_m;
		arc[0].against = net->roads[link->road].oneway < 0;
		arc[1].against = net->roads[link->road].oneway > 0;
	}
}

static size_t count_components(const struct network *net)
{
	uint32_t *parent = x_malloc(net->node_count * sizeof(*parent));
	size_t pieces = net->node_count;

	for (uint32_t i = 0; i < net->node_count; i++)
		parent[i] = i;
	for (uint32_t i = 0; i < net->link_count; i++) {
		uint32_t ends[2] = {net->links[i].node_from, net->links[i].node_to};

		for (int end = 0; end < 2; end++)
			while (parent[ends[end]] != ends[end])
				ends[end] = parent[ends[end]] = parent[parent[ends[end]]];
		pieces -= ends[0] != ends[1];
		parent[ends[0]] = ends[1];
	}
	free(parent);
	return pieces;
}

static int fill_network(struct network *net, struct build *build)
{
	struct node_lines lines = {build->roads, build->first, build->lonlat, build->along_m};
	int error;

	set_middle(net, build);
	copy_roads(net, build);
	build->node_of = node_vertices(&lines, &net->node_count);
	error = cut_links(net, build);
	if (error)
		return error;
	join_up(net);
	lay_arcs(net);
	net->components = count_components(net);
	network_index_roads(net);
	grid_build(&net->grid, net->links, net->link_count, net->vertices);
	return 0;
}

int network_build(const struct road_source *sources, size_t count, struct network **out)
{
	struct build build = {.sources = sources, .roads = (uint32_t)count};
	struct network *net;
	int error;

	*out = NULL;
	if (count > MAX_VERTICES)
		return -EINVAL;
	net = x_calloc(1, sizeof(*net));
	atomic_init(&net->holders, 1);
	error = measure(&build);
	if (!error)
		error = fill_network(net, &build);
	free(build.first);
	free(build.lonlat);
	free(build.along_m);
	free(build.node_of);
	if (error)
		network_free(net);
	else
		*out = net;
	return error;
}
