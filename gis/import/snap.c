/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/snap.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/import/import.h"

#define JOINED_M 0.1 /* as near as this the network joins by itself */
#define NONE UINT32_MAX

/* A segment of a line, or a vertex, in one cell of the search. */
struct entry {
	double *position; /* of the vertex, or of the segment's start */
	uint32_t line;
	uint32_t segment;
	bool is_segment;
	uint32_t next; /* of the same bucket */
};

/* A vertex that a line is to get. */
struct foot {
	uint32_t line, segment;
	double share;
	double *position;
};

struct snap {
	struct import *import;
	double cell_x_deg, cell_y_deg;
	struct entry *entries;
	size_t count, capacity;
	uint32_t *buckets, mask;
	struct foot *feet;
	size_t foot_count, foot_capacity;
};

/* The best place for an end that was found so far. */
struct target {
	double *vertex;
	double vertex_m, foot_m;
	struct foot foot;
	bool joined;
};

static uint32_t bucket_of(const struct snap *snap, int64_t x, int64_t y)
{
	uint64_t hash = (uint64_t)x * 0x9e3779b97f4a7c15u ^ (uint64_t)y * 0xc2b2ae3d27d4eb4fu;

	return (uint32_t)((hash ^ hash >> 31) * 0xbf58476d1ce4e5b9u >> 32) & snap->mask;
}

static void put(struct snap *snap, int64_t x, int64_t y, struct entry entry)
{
	uint32_t *head = &snap->buckets[bucket_of(snap, x, y)];

	entry.next = *head;
	snap->entries = x_grow(snap->entries, snap->count, &snap->capacity, sizeof(*snap->entries));
	*head = (uint32_t)snap->count;
	snap->entries[snap->count++] = entry;
}

static int64_t cell(double degrees, double size_deg)
{
	return (int64_t)floor(degrees / size_deg);
}

static void put_vertex(struct snap *snap, double *position, uint32_t line)
{
	put(snap, cell(position[0], snap->cell_x_deg), cell(position[1], snap->cell_y_deg),
	    (struct entry){.position = position, .line = line});
}

/* A segment goes into every cell it may touch: for each row of cells the columns it spans there. */
static void put_segment(struct snap *snap, uint32_t line, uint32_t segment)
{
	double *a = &snap->import->features[line].lonlat[2 * (size_t)segment], *b = a + 2;
	const double *low = a[1] <= b[1] ? a : b, *high = low == a ? b : a;
	double dx = high[0] - low[0], dy = high[1] - low[1];

	for (int64_t row = cell(low[1], snap->cell_y_deg); row <= cell(high[1], snap->cell_y_deg);
	     row++) {
		double bottom = fmax(low[1], (double)row * snap->cell_y_deg);
		double top = fmin(high[1], (double)(row + 1) * snap->cell_y_deg);
		double from = dy > 0 ? low[0] + (bottom - low[1]) / dy * dx : low[0];
		double to = dy > 0 ? low[0] + (top - low[1]) / dy * dx : high[0];
		int64_t last = cell(fmax(from, to) + 1e-9, snap->cell_x_deg);

		for (int64_t column = cell(fmin(from, to) - 1e-9, snap->cell_x_deg); column <= last;
		     column++)
			put(snap, column, row,
			    (struct entry){.position = a,
					   .line = line,
					   .segment = segment,
					   .is_segment = true});
	}
}

static void weigh_segment(const struct entry *entry, const double *end, struct geo_scale scale,
			  struct target *target)
{
	const double *a = entry->position;
	double ax = (a[0] - end[0]) * scale.x_m_per_deg, ay = (a[1] - end[1]) * scale.y_m_per_deg;
	double bx = (a[2] - end[0]) * scale.x_m_per_deg, by = (a[3] - end[1]) * scale.y_m_per_deg;
	double distance_m, share = geo_project(ax, ay, bx, by, 0, 0, &distance_m);

	if (distance_m < target->foot_m && share > 0 && share < 1) {
		target->foot_m = distance_m;
		target->foot = (struct foot){entry->line, entry->segment, share, NULL};
	}
}

static void weigh(const struct entry *entry, const double *end, struct geo_scale scale,
		  struct target *target)
{
	double distance_m;

	if (entry->is_segment) {
		weigh_segment(entry, end, scale, target);
		return;
	}
	distance_m = hypot((entry->position[0] - end[0]) * scale.x_m_per_deg,
			   (entry->position[1] - end[1]) * scale.y_m_per_deg);
	if (distance_m <= JOINED_M)
		target->joined = true;
	if (distance_m < target->vertex_m) {
		target->vertex_m = distance_m;
		target->vertex = entry->position;
	}
}

static struct target look_around(const struct snap *snap, uint32_t line, const double *end)
{
	struct geo_scale scale = geo_scale_at(end[1]);
	double reach_m = snap->import->options->snap_m * (1 + 1e-9);
	struct target target = {.vertex_m = reach_m, .foot_m = reach_m};
	/* An end that was moved still lies in the cell it came from: look twice as far. */
	double reach_x = 2 * reach_m / scale.x_m_per_deg, reach_y = 2 * reach_m / scale.y_m_per_deg;

	for (int64_t y = cell(end[1] - reach_y, snap->cell_y_deg);
	     y <= cell(end[1] + reach_y, snap->cell_y_deg); y++)
		for (int64_t x = cell(end[0] - reach_x, snap->cell_x_deg);
		     x <= cell(end[0] + reach_x, snap->cell_x_deg); x++)
			for (uint32_t i = snap->buckets[bucket_of(snap, x, y)]; i != NONE;
			     i = snap->entries[i].next)
				if (snap->entries[i].line != line)
					weigh(&snap->entries[i], end, scale, &target);
	return target;
}

static void find_foot(const struct snap *snap, const struct foot *foot, double *place)
{
	const double *a = &snap->import->features[foot->line].lonlat[2 * (size_t)foot->segment];

	place[0] = a[0] + foot->share * (a[2] - a[0]);
	place[1] = a[1] + foot->share * (a[3] - a[1]);
}

/* The place of the foot becomes a vertex of its line, which other ends may find too. */
static void make_foot(struct snap *snap, struct foot foot, const double *place)
{
	foot.position = arena_take(&snap->import->memory, 2 * sizeof(double));
	memcpy(foot.position, place, 2 * sizeof(double));
	snap->feet =
		x_grow(snap->feet, snap->foot_count, &snap->foot_capacity, sizeof(*snap->feet));
	snap->feet[snap->foot_count++] = foot;
	put_vertex(snap, foot.position, foot.line);
}

static void snap_end(struct snap *snap, uint32_t line, double *end, const double *other_end)
{
	struct target target = look_around(snap, line, end);
	double place[2];

	if (target.joined || (!target.vertex && target.foot_m >= snap->import->options->snap_m))
		return;
	if (target.vertex)
		memcpy(place, target.vertex, sizeof(place));
	else
		find_foot(snap, &target.foot, place);
	/* A short line between two near ones must not shrink to nothing. */
	if (geo_distance_m(place[0], place[1], other_end[0], other_end[1]) <= JOINED_M)
		return;
	if (!target.vertex)
		make_foot(snap, target.foot, place);
	memcpy(end, place, sizeof(place));
	put_vertex(snap, end, line);
	snap->import->snapped++;
}

static int by_place(const void *left, const void *right)
{
	const struct foot *a = left, *b = right;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	return (a->share > b->share) - (a->share < b->share);
}

/* Gives one line its new vertices. */
static void insert_feet(struct import *import, const struct foot *feet, size_t count)
{
	struct feature *road = &import->features[feet->line];
	double *lonlat = arena_take(&import->memory, 2 * sizeof(double) * (road->points + count)),
	       *to = lonlat;
	size_t next = 0;

	for (uint32_t i = 0; i < road->points; i++) {
		to = memcpy(to, &road->lonlat[2 * (size_t)i], 2 * sizeof(double));
		to += 2;
		for (; next < count && feet[next].segment == i; next++, to += 2)
			memcpy(to, feet[next].position, 2 * sizeof(double));
	}
	road->lonlat = lonlat;
	road->points += (uint32_t)count;
}

static void prepare(struct snap *snap)
{
	struct import *import = snap->import;
	struct geo_scale scale = geo_scale_at(import->features[0].lonlat[1]);
	double cell_m = fmax(import->options->snap_m, 50.0);
	size_t buckets = 16;

	while (buckets < 2 * import->points)
		buckets *= 2;
	snap->mask = (uint32_t)(buckets - 1);
	snap->buckets = x_malloc(buckets * sizeof(*snap->buckets));
	memset(snap->buckets, 0xff, buckets * sizeof(*snap->buckets));
	snap->cell_x_deg = cell_m / scale.x_m_per_deg;
	snap->cell_y_deg = cell_m / scale.y_m_per_deg;
	for (uint32_t line = 0; line < import->count; line++)
		for (uint32_t i = 0; i < import->features[line].points; i++) {
			put_vertex(snap, &import->features[line].lonlat[2 * (size_t)i], line);
			if (i > 0)
				put_segment(snap, line, i - 1);
		}
}

void snap_lines(struct import *import)
{
	struct snap snap = {.import = import};

	prepare(&snap);
	for (uint32_t line = 0; line < import->count; line++) {
		double *first = import->features[line].lonlat;
		double *last = &first[2 * (size_t)(import->features[line].points - 1)];

		snap_end(&snap, line, first, last);
		snap_end(&snap, line, last, first);
	}
	if (snap.foot_count)
		qsort(snap.feet, snap.foot_count, sizeof(*snap.feet), by_place);
	for (size_t i = 0, end; i < snap.foot_count; i = end) {
		for (end = i; end < snap.foot_count && snap.feet[end].line == snap.feet[i].line;
		     end++)
			;
		insert_feet(import, &snap.feet[i], end - i);
	}
	free(snap.entries);
	free(snap.buckets);
	free(snap.feet);
}
