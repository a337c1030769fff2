/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/road_line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"

/* A line that was not laid yet, by its two ends. */
struct loose {
	uint32_t road, start, end;
	bool is_laid;
};

static struct loose loose_of(const struct network *net, uint32_t index)
{
	const struct road *road = network_road(net, index);

	return (struct loose){
		.road = index,
		.start = network_link(net, road->first_link)->node_from,
		.end = network_link(net, road->first_link + road->links - 1)->node_to,
	};
}

static size_t collect(const struct network *net, uint32_t wanted, struct loose *out)
{
	const struct road *as = network_road(net, wanted);
	size_t count = 0;

	if (!as->name[0]) {
		out[0] = loose_of(net, wanted);
		return 1;
	}
	for (uint32_t i = 0; i < network_roads(net) && count < ROAD_LINE_MOST; i++) {
		const struct road *road = network_road(net, i);

		if (strcmp(road->name, as->name) == 0 && strcmp(road->layer, as->layer) == 0)
			out[count++] = loose_of(net, i);
	}
	return count;
}

/* The first loose line that touches a node; count: none. */
static size_t find_at(const struct loose *lines, size_t count, uint32_t node)
{
	for (size_t i = 0; i < count; i++) {
		if (!lines[i].is_laid && (lines[i].start == node || lines[i].end == node))
			return i;
	}
	return count;
}

static bool is_lonely(const struct loose *lines, size_t count, size_t self, uint32_t node)
{
	for (size_t i = 0; i < count; i++) {
		if (i != self && !lines[i].is_laid &&
		    (lines[i].start == node || lines[i].end == node))
			return false;
	}
	return true;
}

/* Where to begin: a line with an end that no other shares, else the first (a ring). */
static size_t find_end(const struct loose *lines, size_t count, uint32_t *out_node)
{
	size_t first = count;

	for (size_t i = 0; i < count; i++) {
		if (lines[i].is_laid)
			continue;
		first = first < count ? first : i;
		if (is_lonely(lines, count, i, lines[i].start)) {
			*out_node = lines[i].start;
			return i;
		}
		if (is_lonely(lines, count, i, lines[i].end)) {
			*out_node = lines[i].end;
			return i;
		}
	}
	if (first < count)
		*out_node = lines[first].start;
	return first;
}

/* Lays a line that is entered at a node; returns the node it leads to. */
static uint32_t lay(const struct network *net, struct loose *line, uint32_t node,
		    struct road_line *out)
{
	bool is_forward = line->start == node;

	line->is_laid = true;
	out->pieces[out->count++] =
		(struct road_piece){line->road, is_forward ? 1 : -1, out->length_m};
	out->length_m += network_road(net, line->road)->length_m;
	return is_forward ? line->end : line->start;
}

void road_line_make(const struct network *net, uint32_t road, struct road_line *out)
{
	struct loose *lines = x_calloc(ROAD_LINE_MOST, sizeof(*lines));
	size_t count = collect(net, road, lines), next;
	uint32_t node;

	*out = (struct road_line){.pieces = x_calloc(count, sizeof(*out->pieces))};
	while ((next = find_end(lines, count, &node)) < count) {
		for (; next < count; next = find_at(lines, count, node))
			node = lay(net, &lines[next], node, out);
	}
	free(lines);
}

void road_line_free(struct road_line *line)
{
	free(line->pieces);
	*line = (struct road_line){0};
}

double road_line_at(const struct network *net, const struct road_piece *piece, double along_m)
{
	return piece->at_m + (piece->direction > 0
				      ? along_m
				      : network_road(net, piece->road)->length_m - along_m);
}
