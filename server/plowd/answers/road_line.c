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

/* The one that is asked for is among them, however many there are. */
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

		if (strcmp(road->name, as->name) != 0 || strcmp(road->layer, as->layer) != 0)
			continue;
		if (i < wanted && count + 1 == ROAD_LINE_MOST)
			continue;
		out[count++] = loose_of(net, i);
	}
	return count;
}

/* An end of a line at a node. */
struct touch {
	uint32_t node, line;
};

/* Loose lines and which of them touch a node: by node, then by line. */
struct heap {
	struct loose *lines;
	size_t count;
	struct touch *touches;
	size_t touch_count;
};

static int compare_touches(const void *a, const void *b)
{
	const struct touch *left = a, *right = b;

	if (left->node != right->node)
		return left->node < right->node ? -1 : 1;
	return (left->line > right->line) - (left->line < right->line);
}

static void find_touches(struct heap *heap)
{
	heap->touches = x_calloc(2 * heap->count, sizeof(*heap->touches));
	for (uint32_t i = 0; i < heap->count; i++) {
		const struct loose *line = &heap->lines[i];

		heap->touches[heap->touch_count++] = (struct touch){line->start, i};
		if (line->end != line->start)
			heap->touches[heap->touch_count++] = (struct touch){line->end, i};
	}
	qsort(heap->touches, heap->touch_count, sizeof(*heap->touches), compare_touches);
}

/* The first loose line but for one that touches a node; count: none. */
static size_t find_at(const struct heap *heap, uint32_t node, size_t but)
{
	size_t low = 0, high = heap->touch_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (heap->touches[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < heap->touch_count && heap->touches[low].node == node; low++) {
		size_t line = heap->touches[low].line;

		if (line != but && !heap->lines[line].is_laid)
			return line;
	}
	return heap->count;
}

/* Where to begin: a line with an end that no other shares, else the first (a ring). */
static size_t find_end(const struct heap *heap, uint32_t *out_node)
{
	size_t first = heap->count;

	for (size_t i = 0; i < heap->count; i++) {
		const struct loose *line = &heap->lines[i];

		if (line->is_laid)
			continue;
		first = first < heap->count ? first : i;
		if (find_at(heap, line->start, i) == heap->count) {
			*out_node = line->start;
			return i;
		}
		if (find_at(heap, line->end, i) == heap->count) {
			*out_node = line->end;
			return i;
		}
	}
	if (first < heap->count)
		*out_node = heap->lines[first].start;
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
	struct heap heap = {.lines = x_calloc(ROAD_LINE_MOST, sizeof(*heap.lines))};
	uint32_t node;
	size_t next;

	heap.count = collect(net, road, heap.lines);
	find_touches(&heap);
	*out = (struct road_line){.pieces = x_calloc(heap.count, sizeof(*out->pieces))};
	while ((next = find_end(&heap, &node)) < heap.count) {
		for (; next < heap.count; next = find_at(&heap, node, heap.count))
			node = lay(net, &heap.lines[next], node, out);
	}
	free(heap.touches);
	free(heap.lines);
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
