/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/network_node.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network.h"

/* About a metre: most vertices have to look into one cell only. */
#define CELLS_PER_DEG 1e5
/* Vertices of one line nearer than this along it are neighbours on a bend, not a crossing. */
#define SAME_BEND_M (3 * NODE_REACH_M)

struct noder {
	const struct node_lines *lines;
	uint32_t *line_of; /* of each vertex */
	uint32_t *parent;  /* union-find over vertices */
	uint32_t *head;    /* buckets of cells: a vertex, or NETWORK_NONE */
	uint32_t *next;    /* the next vertex of the bucket */
	uint32_t mask;
};

static uint32_t find(uint32_t *parent, uint32_t v)
{
	while (parent[v] != v) {
		parent[v] = parent[parent[v]];
		v = parent[v];
	}
	return v;
}

/* The smaller number becomes the root: the same roots whatever the order of joining. */
static void join(uint32_t *parent, uint32_t a, uint32_t b)
{
	a = find(parent, a);
	b = find(parent, b);
	if (a < b)
		parent[b] = a;
	else
		parent[a] = b;
}

static uint32_t bucket(const struct noder *noder, int64_t cx, int64_t cy)
{
	uint64_t hash = (uint64_t)cx * 0x9e3779b97f4a7c15u ^ (uint64_t)cy * 0xc2b2ae3d27d4eb4fu;

	hash ^= hash >> 29;
	return (uint32_t)(hash * 0xbf58476d1ce4e5b9u >> 32) & noder->mask;
}

/* Joins v with the vertices of one bucket. Returns whether one of them has v's very position. */
static bool join_bucket(struct noder *noder, uint32_t v, uint32_t first, struct geo_scale scale)
{
	const struct node_lines *lines = noder->lines;
	const double *p = &lines->lonlat[2 * (size_t)v];
	bool same = false;

	for (uint32_t w = first; w != NETWORK_NONE; w = noder->next[w]) {
		const double *q = &lines->lonlat[2 * (size_t)w];
		double dx = (q[0] - p[0]) * scale.x_m_per_deg;
		double dy = (q[1] - p[1]) * scale.y_m_per_deg;

		if (dx == 0 && dy == 0) {
			same = true;
			join(noder->parent, v, w);
			continue;
		}
		if (dx * dx + dy * dy > (NODE_REACH_M + 1e-9) * (NODE_REACH_M + 1e-9))
			continue;
		if (noder->line_of[v] != noder->line_of[w] ||
		    fabs(lines->along_m[v] - lines->along_m[w]) > SAME_BEND_M)
			join(noder->parent, v, w);
	}
	return same;
}

static void join_near(struct noder *noder, uint32_t v)
{
	const double *p = &noder->lines->lonlat[2 * (size_t)v];
	struct geo_scale scale = geo_scale_at(p[1]);
	double reach_x = NODE_REACH_M / scale.x_m_per_deg * 1.01;
	double reach_y = NODE_REACH_M / scale.y_m_per_deg * 1.01;
	int64_t to_x = (int64_t)floor((p[0] + reach_x) * CELLS_PER_DEG);
	int64_t to_y = (int64_t)floor((p[1] + reach_y) * CELLS_PER_DEG);
	uint32_t own;
	bool same = false;

	for (int64_t x = (int64_t)floor((p[0] - reach_x) * CELLS_PER_DEG); x <= to_x; x++)
		for (int64_t y = (int64_t)floor((p[1] - reach_y) * CELLS_PER_DEG); y <= to_y; y++)
			same |= join_bucket(noder, v, noder->head[bucket(noder, x, y)], scale);
	if (same)
		return; /* the one that is there stands for both */
	own = bucket(noder, (int64_t)floor(p[0] * CELLS_PER_DEG),
		     (int64_t)floor(p[1] * CELLS_PER_DEG));
	noder->next[v] = noder->head[own];
	noder->head[own] = v;
}

static void join_all(struct noder *noder, uint32_t vertices)
{
	const struct node_lines *lines = noder->lines;
	size_t buckets = 16;

	while (buckets < vertices)
		buckets *= 2;
	noder->mask = (uint32_t)(buckets - 1);
	noder->head = x_malloc(buckets * sizeof(*noder->head));
	memset(noder->head, 0xff, buckets * sizeof(*noder->head));
	noder->next = x_malloc(vertices * sizeof(*noder->next));
	noder->line_of = x_malloc(vertices * sizeof(*noder->line_of));
	for (size_t line = 0; line < lines->lines; line++)
		for (uint32_t v = lines->first[line]; v < lines->first[line + 1]; v++)
			noder->line_of[v] = (uint32_t)line;
	for (uint32_t v = 0; v < vertices; v++)
		noder->parent[v] = v;
	for (uint32_t v = 0; v < vertices; v++)
		join_near(noder, v);
	for (uint32_t v = 0; v < vertices; v++)
		noder->parent[v] = find(noder->parent, v);
	free(noder->line_of);
	free(noder->next);
	free(noder->head);
}

/* Counts how often each place is visited, up to 2; an end of a line counts as 2. */
static uint8_t *count_visits(const struct noder *noder, uint32_t vertices)
{
	const struct node_lines *lines = noder->lines;
	uint8_t *visits = x_calloc(vertices, 1);

	for (size_t line = 0; line < lines->lines; line++) {
		uint32_t from = lines->first[line], to = lines->first[line + 1];

		for (uint32_t v = from; v < to; v++) {
			uint32_t place = noder->parent[v];

			/* Successive vertices at one place are one visit. */
			if (v == from || v == to - 1)
				visits[place] = 2;
			else if (place != noder->parent[v - 1] && visits[place] < 2)
				visits[place]++;
		}
	}
	return visits;
}

/* A line is cut at its ends, and at the first vertex of each stay at a place visited twice. */
static bool is_cut(const struct noder *noder, const uint8_t *visits, uint32_t v, uint32_t from,
		   uint32_t to)
{
	const uint32_t *place = noder->parent;

	if (v == from || v == to - 1)
		return true;
	if (visits[place[v]] < 2 || place[v] == place[v - 1])
		return false;
	/* A stay that lasts to the line's end is cut there. */
	for (uint32_t w = v; place[w] == place[v]; w++)
		if (w == to - 1)
			return false;
	return true;
}

uint32_t *node_vertices(const struct node_lines *lines, uint32_t *out_nodes)
{
	uint32_t vertices = lines->first[lines->lines], nodes = 0;
	struct noder noder = {.lines = lines, .parent = x_malloc(vertices * sizeof(uint32_t))};
	uint32_t *node_of_place = x_malloc(vertices * sizeof(uint32_t));
	uint32_t *node_of = x_malloc(vertices * sizeof(uint32_t));
	uint8_t *visits;

	join_all(&noder, vertices);
	visits = count_visits(&noder, vertices);
	memset(node_of_place, 0xff, vertices * sizeof(uint32_t));
	for (size_t line = 0; line < lines->lines; line++) {
		uint32_t from = lines->first[line], to = lines->first[line + 1];

		for (uint32_t v = from; v < to; v++) {
			uint32_t *node = &node_of_place[noder.parent[v]];

			node_of[v] = NETWORK_NONE;
			if (!is_cut(&noder, visits, v, from, to))
				continue;
			if (*node == NETWORK_NONE)
				*node = nodes++;
			node_of[v] = *node;
		}
	}
	free(visits);
	free(node_of_place);
	free(noder.parent);
	*out_nodes = nodes;
	return node_of;
}
