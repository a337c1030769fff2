/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_passes.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "gis/coverage.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/corrections.h"
#include "server/day.h"
#include "server/json.h"
#include "server/plowd/base/parts.h"
#include "server/plowd/export/public_dir.h"
#include "server/plowd/export/public_past.h"
#include "server/plowd/export/public_roads.h"
#include "server/plowd/export/public_table.h"
#include "server/plowd/export/public_trips.h"

#define STAMP_BYTES 32

/* A district's file of one day. */
struct area_file {
	char area[64], name[PUBLIC_NAME_BYTES];
};

/* A day, and what its files were made from. */
struct day {
	char name[DAY_NAME_BYTES];
	unsigned char stamp[STAMP_BYTES];
	struct area_file *files;
	size_t count, capacity;
};

struct public_passes {
	struct db *db;
	struct public_dir *dir;
	struct day days[PUBLIC_DAYS];
};

/* That a link was worked on. */
struct pass {
	uint32_t place; /* of the link in the roads' order, so that districts lie together */
	uint32_t round; /* Unix time / PUBLIC_ROUND_S */
};

/* The making of one day's files. */
struct making {
	struct public_passes *passes;
	const struct public_past *past;
	const struct public_roads *roads;
	const uint32_t *place_of; /* of each link */
	const struct coverage_correction *corrections;
	size_t correction_count;
	struct pass *list;
	size_t count, capacity;
};

struct public_passes *public_passes_new(struct db *db, struct public_dir *dir)
{
	struct public_passes *passes = x_calloc(1, sizeof(*passes));

	passes->db = db;
	passes->dir = dir;
	return passes;
}

void public_passes_free(struct public_passes *passes)
{
	if (!passes)
		return;
	for (size_t i = 0; i < PUBLIC_DAYS; i++)
		free(passes->days[i].files);
	free(passes);
}

static bool is_corrected(const struct making *making, int64_t road_id, const struct span *part)
{
	double low_m = fmin(part->from_m, part->to_m), high_m = fmax(part->from_m, part->to_m);

	for (size_t i = 0; i < making->correction_count; i++) {
		const struct coverage_correction *correction = &making->corrections[i];

		if (correction->road_id == road_id && correction->to_m > low_m &&
		    correction->from_m < high_m && correction->to_ms >= part->start_ms &&
		    correction->from_ms <= part->end_ms)
			return true;
	}
	return false;
}

static void take_part(uint32_t link, const struct span *part, void *arg)
{
	struct making *making = arg;
	const struct road *road = network_road(making->roads->net, part->road);

	if (road->admin != ADMIN_TOWN || part->end_ms > public_past_limit_ms(making->past, link) ||
	    is_corrected(making, road->id, part))
		return;
	making->list = x_grow(making->list, making->count, &making->capacity, sizeof(*making->list));
	making->list[making->count++] = (struct pass){
		.place = making->place_of[link],
		.round = (uint32_t)(part->end_ms / 1000 / PUBLIC_ROUND_S),
	};
}

static int take_trip(struct making *making, const struct public_trip *trip)
{
	struct span_list spans = {0};
	int error = track_spans(making->passes->db, making->roads->net, trip->vehicle_id,
				trip->start_ms, &spans);

	for (size_t i = 0; !error && i < spans.count; i++) {
		if (spans.spans[i].at_work)
			span_parts(making->roads->net, &spans.spans[i], take_part, making);
	}
	span_list_free(&spans);
	return error;
}

/* By place, the newest first. */
static int compare_passes(const void *a, const void *b)
{
	const struct pass *left = a, *right = b;

	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	return (left->round < right->round) - (left->round > right->round);
}

/* Sorts them; of several at one time one is left, so that nobody counts machines. */
static void sort_passes(struct making *making)
{
	size_t kept = 0;

	if (making->count)
		qsort(making->list, making->count, sizeof(*making->list), compare_passes);
	for (size_t i = 0; i < making->count; i++) {
		if (kept == 0 || compare_passes(&making->list[kept - 1], &making->list[i]) != 0)
			making->list[kept++] = making->list[i];
	}
	making->count = kept;
}

static const char *area_of(const struct making *making, const struct pass *pass)
{
	return making->roads->areas[making->roads->order[pass->place]];
}

static void show_times(struct json *json, const struct pass *passes, size_t count)
{
	json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_integer(json, (int64_t)passes[i].round * PUBLIC_ROUND_S);
	json_close(json, ']');
}

static size_t same_link(const struct pass *passes, size_t count)
{
	size_t end = 1;

	while (end < count && passes[end].place == passes[0].place)
		end++;
	return end;
}

/* {"id":[link,...],"passes":[[time,...],...]} of one district. */
static void show_area(struct json *json, const struct making *making, const struct pass *passes,
		      size_t count)
{
	json_open(json, '{');
	json_key(json, "id"), json_open(json, '[');
	for (size_t i = 0; i < count; i += same_link(passes + i, count - i))
		json_integer(json, network_link_id(making->roads->net,
						   making->roads->order[passes[i].place]));
	json_close(json, ']');
	json_key(json, "passes"), json_open(json, '[');
	for (size_t i = 0, same; i < count; i += same) {
		same = same_link(passes + i, count - i);
		show_times(json, passes + i, same);
	}
	json_close(json, ']');
	json_close(json, '}');
}

static int put_area(struct making *making, struct day *day, const struct pass *passes, size_t count,
		    int64_t now_ms)
{
	struct json json = {0};
	struct area_file *file;
	int error;

	day->files = x_grow(day->files, day->count, &day->capacity, sizeof(*day->files));
	file = &day->files[day->count++];
	snprintf(file->area, sizeof(file->area), "%s", area_of(making, passes));
	show_area(&json, making, passes, count);
	error = public_dir_put(making->passes->dir, "passes", ".json", json.out.data, json.out.size,
			       now_ms, file->name);
	bytes_free(&json.out);
	return error;
}

static int put_areas(struct making *making, struct day *day, int64_t now_ms)
{
	int error = 0;

	day->count = 0;
	for (size_t i = 0, end; !error && i < making->count; i = end) {
		/* One text for an area's name (public_roads.c): the pointers tell areas apart. */
		for (end = i + 1; end < making->count && area_of(making, &making->list[end]) ==
								 area_of(making, &making->list[i]);)
			end++;
		error = put_area(making, day, making->list + i, end - i, now_ms);
	}
	return error;
}

/* What a day's files follow from; while one of its trips may grow, the time as well. */
static void stamp_day(const struct public_trip *trips, size_t count, const struct public_roads *roads,
		      const struct corrections_mark *mark, int64_t at_ms,
		      unsigned char out[STAMP_BYTES])
{
	const int64_t settled_ms = at_ms - INT64_C(3600000);
	int64_t words[4] = {roads->revision, mark->newest_id, mark->withdrawn, 0};
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, STAMP_BYTES);
	for (size_t i = 0; i < count; i++) {
		if (trips[i].end_ms > settled_ms)
			words[3] = at_ms / 1000 / PUBLIC_ROUND_S;
	}
	for (size_t i = 0; i < count; i++) {
		/* One that is going on changes all the time. */
		if (trips[i].end_ms <= settled_ms)
			crypto_generichash_update(&state, trips[i].digest.bytes, TRACK_DIGEST_BYTES);
	}
	crypto_generichash_update(&state, (const unsigned char *)words, sizeof(words));
	crypto_generichash_final(&state, out, STAMP_BYTES);
}

static int keep_day(struct public_passes *passes, const struct day *day, int64_t now_ms)
{
	int error = 0;

	for (size_t i = 0; !error && i < day->count; i++)
		error = public_dir_keep(passes->dir, day->files[i].name, now_ms);
	return error;
}

static int make_day(struct making *making, struct day *day, const struct public_trip *trips,
		    size_t count, int64_t now_ms)
{
	int error = 0;

	making->count = 0;
	for (size_t i = 0; !error && i < count; i++)
		error = take_trip(making, &trips[i]);
	if (error)
		return error;
	sort_passes(making);
	return put_areas(making, day, now_ms);
}

static int put_day(struct making *making, struct day *day, const struct corrections_mark *mark,
		   int64_t from_ms, int64_t to_ms, int64_t at_ms, int64_t now_ms)
{
	unsigned char stamp[STAMP_BYTES];
	struct public_trip *trips;
	size_t count;
	int error = public_trips(making->passes->db, from_ms, to_ms, &trips, &count);

	if (error)
		return error;
	stamp_day(trips, count, making->roads, mark, at_ms, stamp);
	if (memcmp(stamp, day->stamp, sizeof(stamp)) != 0 ||
	    keep_day(making->passes, day, now_ms) != 0) {
		error = make_day(making, day, trips, count, now_ms);
		if (error)
			memset(day->stamp, 0, sizeof(day->stamp));
		else
			memcpy(day->stamp, stamp, sizeof(stamp));
	}
	free(trips);
	return error;
}

static void show_day(struct json *json, const struct day *day)
{
	json_open(json, '{');
	json_key(json, "day"), json_text(json, day->name);
	json_key(json, "areas"), json_open(json, '{');
	for (size_t i = 0; i < day->count; i++) {
		json_text(json, day->files[i].area);
		json->comma = false;
		bytes_text(&json->out, ":");
		json_text(json, day->files[i].name);
	}
	json_close(json, '}');
	json_close(json, '}');
}

/* The day of a name, moved to its place in the list. */
static struct day *day_at(struct public_passes *passes, size_t place, const char *name)
{
	struct day swap;
	size_t i = place;

	while (i < PUBLIC_DAYS && strcmp(passes->days[i].name, name) != 0)
		i++;
	if (i == PUBLIC_DAYS) {
		i = PUBLIC_DAYS - 1;
		snprintf(passes->days[i].name, sizeof(passes->days[i].name), "%s", name);
		memset(passes->days[i].stamp, 0, STAMP_BYTES);
	}
	swap = passes->days[place];
	passes->days[place] = passes->days[i];
	passes->days[i] = swap;
	return &passes->days[place];
}

static uint32_t *places_of(const struct public_roads *roads)
{
	size_t links = network_links(roads->net);
	uint32_t *place_of = x_calloc(links, sizeof(*place_of));

	for (uint32_t i = 0; i < links; i++)
		place_of[roads->order[i]] = i;
	return place_of;
}

static int put_days(struct making *making, int64_t at_ms, int64_t now_ms, struct json *out)
{
	struct corrections_mark mark;
	struct day_rule rule;
	int64_t to_ms = at_ms + 1;
	int error = day_rule_load(making->passes->db, &rule);

	if (!error)
		error = corrections_mark(making->passes->db, &mark);
	json_key(out, "days"), json_open(out, '[');
	for (size_t i = 0; !error && i < PUBLIC_DAYS; i++) {
		char name[DAY_NAME_BYTES];
		int64_t from_ms;
		struct day *day;

		day_of(&rule, to_ms - 1, name, &from_ms);
		day = day_at(making->passes, i, name);
		error = put_day(making, day, &mark, from_ms, to_ms, at_ms, now_ms);
		show_day(out, day);
		to_ms = from_ms;
	}
	json_close(out, ']');
	return error;
}

int public_passes_put(struct public_passes *passes, const struct public_past *past,
		      const struct public_roads *roads, int64_t at_ms, int64_t now_ms,
		      struct json *out)
{
	struct making making = {.passes = passes, .past = past, .roads = roads};
	struct coverage_correction *corrections = NULL;
	int error = corrections_load(passes->db, &corrections, &making.correction_count);
	uint32_t *place_of = places_of(roads);

	making.corrections = corrections;
	making.place_of = place_of;
	json_open(out, '{');
	if (!error)
		error = put_days(&making, at_ms, now_ms, out);
	json_close(out, '}');
	free(making.list);
	free(corrections);
	free(place_of);
	return error;
}
