/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/roads.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "tracker-client/map_files.h"

#define CELL_E7 20000 /* of the grid: 0.002 degrees, about 200 m */
#define ASTRAY_DEG 35.0 /* between the way driven and the road */
#define METRES_A_UNIT 0.0111320 /* of 1e-7 degrees of latitude */
#define DEGREES_A_RADIAN (180.0 / 3.14159265358979323846)

struct segment {
	int32_t lon_e7[2], lat_e7[2];
	uint32_t name;   /* offset in names */
	uint32_t next;   /* in the same bucket, + 1; 0: the last */
};

struct roads {
	struct segment *segments;
	size_t count, capacity;
	char *names;
	size_t names_size, names_room;
	uint32_t *buckets; /* first segment + 1 */
	uint32_t mask;
};

static uint32_t bucket_of(const struct roads *roads, int32_t x, int32_t y)
{
	uint32_t hash = (uint32_t)x * 2654435761u ^ (uint32_t)y * 2246822519u;

	return (hash ^ hash >> 15) & roads->mask;
}

static int32_t cell_of(int32_t value_e7)
{
	return (int32_t)floor((double)value_e7 / CELL_E7);
}

/* ---- making ---- */

static uint32_t add_name(struct roads *roads, const char *name)
{
	size_t length = strlen(name) + 1, at = roads->names_size;

	/* Links of one road follow one another as a rule. */
	if (at >= length && strcmp(roads->names + at - length, name) == 0 &&
	    (at == length || roads->names[at - length - 1] == '\0'))
		return (uint32_t)(at - length);
	while (at + length > roads->names_room) {
		roads->names_room = roads->names_room == 0 ? 4096 : 2 * roads->names_room;
		roads->names = x_realloc(roads->names, roads->names_room, 1);
	}
	memcpy(roads->names + at, name, length);
	roads->names_size += length;
	return (uint32_t)at;
}

static void add_piece(struct roads *roads, const struct segment *piece)
{
	if (roads->count == ROADS_SEGMENTS_MAX)
		return;
	roads->segments = x_grow(roads->segments, roads->count, &roads->capacity,
				 sizeof(*roads->segments));
	roads->segments[roads->count++] = *piece;
}

/* Cuts what is longer than a cell, so that each piece is found from its own cell's neighbours. */
static void add_segment(struct roads *roads, const struct segment *segment)
{
	int64_t width = (int64_t)segment->lon_e7[1] - segment->lon_e7[0];
	int64_t height = (int64_t)segment->lat_e7[1] - segment->lat_e7[0];
	int64_t longest = llabs(width) > llabs(height) ? llabs(width) : llabs(height);
	int64_t pieces = longest / CELL_E7 + 1;

	for (int64_t i = 0; i < pieces && pieces <= 10000; i++) {
		struct segment piece = *segment;

		piece.lon_e7[0] = (int32_t)(segment->lon_e7[0] + width * i / pieces);
		piece.lat_e7[0] = (int32_t)(segment->lat_e7[0] + height * i / pieces);
		piece.lon_e7[1] = (int32_t)(segment->lon_e7[0] + width * (i + 1) / pieces);
		piece.lat_e7[1] = (int32_t)(segment->lat_e7[0] + height * (i + 1) / pieces);
		add_piece(roads, &piece);
	}
}

static void on_link(const char *name, const struct map_place *line, size_t count, void *user)
{
	struct roads *roads = user;
	struct segment segment = {.name = add_name(roads, name)};

	for (size_t i = 1; i < count; i++) {
		segment.lon_e7[0] = line[i - 1].lon_e7;
		segment.lat_e7[0] = line[i - 1].lat_e7;
		segment.lon_e7[1] = line[i].lon_e7;
		segment.lat_e7[1] = line[i].lat_e7;
		add_segment(roads, &segment);
	}
}

static void make_grid(struct roads *roads)
{
	uint32_t size = 1024;

	while (size < roads->count)
		size *= 2;
	roads->mask = size - 1;
	roads->buckets = x_calloc(size, sizeof(*roads->buckets));
	for (size_t i = 0; i < roads->count; i++) {
		struct segment *segment = &roads->segments[i];
		/* By its middle: it reaches half a cell from there, and the search one cell and its rim. */
		uint32_t bucket = bucket_of(
			roads, cell_of(segment->lon_e7[0] / 2 + segment->lon_e7[1] / 2),
			cell_of(segment->lat_e7[0] / 2 + segment->lat_e7[1] / 2));

		segment->next = roads->buckets[bucket];
		roads->buckets[bucket] = (uint32_t)i + 1;
	}
}

int roads_load(const char *folder, struct roads **out)
{
	struct roads *roads = x_calloc(1, sizeof(*roads));
	int error = map_files_read_links(folder, on_link, roads);

	if (error != 0) {
		roads_free(roads);
		return error;
	}
	make_grid(roads);
	*out = roads;
	return 0;
}

void roads_free(struct roads *roads)
{
	if (roads == NULL)
		return;
	free(roads->segments);
	free(roads->names);
	free(roads->buckets);
	free(roads);
}

size_t roads_segments(const struct roads *roads)
{
	return roads->count;
}

/* ---- asking ---- */

struct question {
	int32_t lon_e7, lat_e7;
	double course_deg, metres_a_lon; /* of 1e-7 degrees of longitude here */
	double best_m;
	const struct segment *best;
};

static void try_segment(const struct segment *segment, struct question *question)
{
	double ax = ((double)segment->lon_e7[0] - question->lon_e7) * question->metres_a_lon;
	double ay = ((double)segment->lat_e7[0] - question->lat_e7) * METRES_A_UNIT;
	double bx = ((double)segment->lon_e7[1] - question->lon_e7) * question->metres_a_lon;
	double by = ((double)segment->lat_e7[1] - question->lat_e7) * METRES_A_UNIT;
	double dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
	double along = square > 0 ? -(ax * dx + ay * dy) / square : 0;
	double turn = fmod(fabs(atan2(dx, dy) * DEGREES_A_RADIAN - question->course_deg), 180);
	double distance_m;

	along = along < 0 ? 0 : along > 1 ? 1 : along;
	distance_m = hypot(ax + along * dx, ay + along * dy);
	turn = turn > 90 ? 180 - turn : turn;
	if (distance_m <= question->best_m && (turn <= ASTRAY_DEG || square == 0)) {
		question->best_m = distance_m;
		question->best = segment;
	}
}

const char *roads_at(const struct roads *roads, int32_t lon_e7, int32_t lat_e7, double course_deg)
{
	struct question question = {
		.lon_e7 = lon_e7,
		.lat_e7 = lat_e7,
		.course_deg = course_deg,
		.metres_a_lon = METRES_A_UNIT * cos(lat_e7 / 1e7 / DEGREES_A_RADIAN),
		.best_m = ROADS_REACH_M,
	};
	int32_t x = cell_of(lon_e7), y = cell_of(lat_e7);

	for (int32_t dx = -1; dx <= 1; dx++)
		for (int32_t dy = -1; dy <= 1; dy++) {
			uint32_t at = roads->buckets[bucket_of(roads, x + dx, y + dy)];

			for (; at != 0; at = roads->segments[at - 1].next)
				try_segment(&roads->segments[at - 1], &question);
		}
	return question.best != NULL ? roads->names + question.best->name : NULL;
}
