/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/network_grid.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network.h"
#include "gis/network_impl.h"

#define CELL_M 64.0

/* One segment in one cell, before the cells are laid out. */
struct entry {
	int32_t x, y;  /* of the block */
	uint32_t cell; /* in the block, 0..3 */
	uint32_t link, vertex;
};

struct entries {
	struct entry *list;
	size_t count, capacity;
};

static int32_t cell_of(double metres)
{
	return (int32_t)floor(metres / CELL_M);
}

/* Rounds down, also below zero. */
static int32_t half(int32_t cell)
{
	return (cell - (cell < 0)) / 2;
}

static void add_entry(struct entries *entries, int32_t x, int32_t y, uint32_t link, uint32_t vertex)
{
	entries->list =
		x_grow(entries->list, entries->count, &entries->capacity, sizeof(*entries->list));
	entries->list[entries->count++] = (struct entry){
		.x = half(x),
		.y = half(y),
		.cell = (uint32_t)((y - 2 * half(y)) * 2 + (x - 2 * half(x))),
		.link = link,
		.vertex = vertex,
	};
}

/* The cells a segment passes through: for each row of cells, those between where it enters and
 * leaves. */
static void add_segment(struct entries *entries, const struct vertex *a, uint32_t link,
			uint32_t vertex)
{
	const struct vertex *b = a + 1;
	const struct vertex *low = a->y_m <= b->y_m ? a : b, *high = low == a ? b : a;
	double dx = (double)high->x_m - (double)low->x_m, dy = (double)high->y_m - (double)low->y_m;
	int32_t last_row = cell_of((double)high->y_m);

	for (int32_t row = cell_of((double)low->y_m); row <= last_row; row++) {
		double bottom = fmax((double)low->y_m, (double)row * CELL_M);
		double top = fmin((double)high->y_m, (double)(row + 1) * CELL_M);
		double from = dy > 0 ? (bottom - (double)low->y_m) / dy : 0;
		double to = dy > 0 ? (top - (double)low->y_m) / dy : 1;
		/* A centimetre more on both sides makes rounding harmless. */
		double west = (double)low->x_m + fmin(from * dx, to * dx) - 0.01;
		double east = (double)low->x_m + fmax(from * dx, to * dx) + 0.01;

		for (int32_t column = cell_of(west); column <= cell_of(east); column++)
			add_entry(entries, column, row, link, vertex);
	}
}

static int by_place(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->y != b->y)
		return a->y < b->y ? -1 : 1;
	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	if (a->cell != b->cell)
		return a->cell < b->cell ? -1 : 1;
	if (a->link != b->link)
		return a->link < b->link ? -1 : 1;
	return (a->vertex > b->vertex) - (a->vertex < b->vertex);
}

static uint32_t slot_of(const struct grid *grid, int32_t x, int32_t y)
{
	uint64_t hash = ((uint64_t)(uint32_t)x << 32 | (uint32_t)y) * 0x9e3779b97f4a7c15u;

	return (uint32_t)(hash >> 32 ^ hash >> 47) & grid->mask;
}

static const struct grid_block *find_block(const struct grid *grid, int32_t x, int32_t y)
{
	for (uint32_t slot = slot_of(grid, x, y);; slot = (slot + 1) & grid->mask) {
		const struct grid_block *block = &grid->blocks[slot];

		if (!block->first[4])
			return NULL;
		if (block->x == x && block->y == y)
			return block;
	}
}

static void put_block(struct grid *grid, const struct grid_block *block)
{
	uint32_t slot = slot_of(grid, block->x, block->y);

	while (grid->blocks[slot].first[4])
		slot = (slot + 1) & grid->mask;
	grid->blocks[slot] = *block;
}

static struct grid_segment segment_of(const struct entry *entry, const struct vertex *vertices)
{
	const struct vertex *a = &vertices[entry->vertex], *b = a + 1;
	float dx = b->x_m - a->x_m, dy = b->y_m - a->y_m;

	return (struct grid_segment){
		.x_m = a->x_m,
		.y_m = a->y_m,
		.dx_m = dx,
		.dy_m = dy,
		.along_m = a->along_m,
		.length_m = b->along_m - a->along_m,
		.course_deg = (float)geo_course_deg((double)dx, (double)dy),
		.link = entry->link,
	};
}

static bool same_block(const struct entry *a, const struct entry *b)
{
	return a->x == b->x && a->y == b->y;
}

/* Lays sorted entries out as blocks. */
static void lay_out(struct grid *grid, const struct entries *entries, const struct vertex *vertices)
{
	const struct entry *list = entries->list;
	size_t blocks = 0, slots = 16;

	for (size_t i = 0; i < entries->count; i++)
		blocks += i == 0 || !same_block(&list[i], &list[i - 1]);
	while (slots < 2 * blocks)
		slots *= 2;
	grid->mask = (uint32_t)(slots - 1);
	grid->blocks = x_calloc(slots, sizeof(*grid->blocks));
	grid->segments = x_malloc(entries->count * sizeof(*grid->segments));
	for (size_t i = 0; i < entries->count;) {
		struct grid_block block = {.x = list[i].x, .y = list[i].y};
		size_t start = i;

		for (uint32_t cell = 0; cell < 4; cell++) {
			block.first[cell] = (uint32_t)i;
			for (; i < entries->count && same_block(&list[i], &list[start]) &&
			       list[i].cell == cell;
			     i++)
				grid->segments[i] = segment_of(&list[i], vertices);
		}
		block.first[4] = (uint32_t)i;
		put_block(grid, &block);
	}
}

static struct grid_box box_of(const struct vertex *vertices, uint32_t count)
{
	struct grid_box box = {vertices->x_m, vertices->y_m, vertices->x_m, vertices->y_m};

	for (uint32_t i = 1; i < count; i++) {
		box.min_x = fminf(box.min_x, vertices[i].x_m);
		box.min_y = fminf(box.min_y, vertices[i].y_m);
		box.max_x = fmaxf(box.max_x, vertices[i].x_m);
		box.max_y = fmaxf(box.max_y, vertices[i].y_m);
	}
	return box;
}

void grid_build(struct grid *grid, const struct link *links, uint32_t count,
		const struct vertex *vertices)
{
	struct entries entries = {0};

	grid->boxes = x_malloc(count * sizeof(*grid->boxes));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t first = links[i].first_vertex;

		grid->boxes[i] = box_of(&vertices[first], links[i].vertices);
		for (uint32_t v = first; v + 1 < first + links[i].vertices; v++)
			add_segment(&entries, &vertices[v], i, v);
	}
	if (entries.count > 0)
		qsort(entries.list, entries.count, sizeof(*entries.list), by_place);
	lay_out(grid, &entries, vertices);
	free(entries.list);
}

void grid_free(struct grid *grid)
{
	free(grid->blocks);
	free(grid->segments);
	free(grid->boxes);
}

/* What network_near() has found so far, nearest first. */
struct found {
	struct nearby *list;
	size_t count, most;
};

/* Equally near links come in the order of their numbers. */
static bool is_nearer(const struct nearby *a, const struct nearby *b)
{
	return (a->distance_m < b->distance_m) |
	       ((a->distance_m <= b->distance_m) & (a->link < b->link));
}

static void keep(struct found *found, const struct nearby *candidate)
{
	size_t place = 0;

	while (place < found->count && found->list[place].link != candidate->link)
		place++;
	if (place == found->count) {
		if (found->count < found->most)
			found->count++;
		else if (!is_nearer(candidate, &found->list[--place]))
			return;
	} else if (!is_nearer(candidate, &found->list[place])) {
		return;
	}
	for (; place > 0 && is_nearer(candidate, &found->list[place - 1]); place--)
		found->list[place] = found->list[place - 1];
	found->list[place] = *candidate;
}

/* What is looked about. */
struct spot {
	float x_m, y_m, radius_m;
};

/*
 * Where along a segment the nearest point is cannot be guessed by a processor, so that it is asked
 * without a jump.  FLT_MIN is for segments without length, and too little for others to notice.
 */
static void search_run(const struct grid_segment *segment, const struct grid_segment *end,
		       const struct spot *spot, struct found *found)
{
	float x_m = spot->x_m, y_m = spot->y_m, radius2 = spot->radius_m * spot->radius_m;

	for (; segment < end; segment++) {
		float px = x_m - segment->x_m, py = y_m - segment->y_m;
		float square = segment->dx_m * segment->dx_m + segment->dy_m * segment->dy_m;
		float dot = px * segment->dx_m + py * segment->dy_m;
		float most = dot < square ? dot : square;
		float share = (dot > 0 ? most : 0) / (square + FLT_MIN);
		float ex = px - share * segment->dx_m, ey = py - share * segment->dy_m;
		float distance2 = ex * ex + ey * ey;
		struct nearby nearby;

		if (distance2 > radius2)
			continue;
		nearby = (struct nearby){
			.link = segment->link,
			.along_m = segment->along_m + share * segment->length_m,
			.distance_m = sqrtf(distance2),
			.course_deg = segment->course_deg,
		};
		keep(found, &nearby);
	}
}

/* The cells from..to, all included, that a search has to look into. */
struct window {
	int32_t from_x, from_y, to_x, to_y;
};

/* Which of the two rows or columns of a block, counted from twice its number, are from..to. */
static int32_t first_within(int32_t block, int32_t from)
{
	return from > 2 * block;
}

static int32_t last_within(int32_t block, int32_t to)
{
	return to > 2 * block;
}

/* Those cells of a block that are within the window; neighbours in a row lie one after the other. */
static void search_block(const struct grid *grid, const struct grid_block *block,
			 const struct window *window, const struct spot *spot, struct found *found)
{
	int32_t left = first_within(block->x, window->from_x);
	int32_t right = last_within(block->x, window->to_x);

	for (int32_t row = first_within(block->y, window->from_y);
	     row <= last_within(block->y, window->to_y); row++)
		search_run(&grid->segments[block->first[2 * row + left]],
			   &grid->segments[block->first[2 * row + right + 1]], spot, found);
}

size_t network_near(const struct network *net, double x_m, double y_m, double radius_m,
		    struct nearby *out, size_t most)
{
	const struct grid *grid = &net->grid;
	const struct spot spot = {(float)x_m, (float)y_m, (float)radius_m};
	struct found found = {.list = out, .most = most};
	struct window window;

	/* Beyond any place on earth there is nothing, and cell numbers would overflow. */
	if (most == 0 || !(fabs(x_m) < 5e7 && fabs(y_m) < 5e7 && radius_m >= 0 && radius_m < 1e5))
		return 0;
	window = (struct window){cell_of(x_m - radius_m), cell_of(y_m - radius_m),
				 cell_of(x_m + radius_m), cell_of(y_m + radius_m)};
	for (int32_t y = half(window.from_y); y <= half(window.to_y); y++)
		for (int32_t x = half(window.from_x); x <= half(window.to_x); x++) {
			const struct grid_block *block = find_block(grid, x, y);

			if (block)
				search_block(grid, block, &window, &spot, &found);
		}
	return found.count;
}

size_t network_in_box(const struct network *net, double min_x, double min_y, double max_x,
		      double max_y, uint32_t *out, size_t most)
{
	struct grid_box want = {(float)min_x, (float)min_y, (float)max_x, (float)max_y};
	size_t count = 0;

	for (uint32_t i = 0; i < net->link_count && count < most; i++) {
		struct grid_box box = net->grid.boxes[i];

		/* One jump instead of four: this runs over all links. */
		if ((box.min_x <= want.max_x) & (box.max_x >= want.min_x) &
		    (box.min_y <= want.max_y) & (box.max_y >= want.min_y))
			out[count++] = i;
	}
	return count;
}
