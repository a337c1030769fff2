/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/replay.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/work.h"
#include "server/fixes.h"
#include "server/json.h"
#include "server/plowd/live/live.h"
#include "server/plowd/answers/nights.h"
#include "server/plowd/answers/thin.h"

#define TICK_MS 100    /* the unit of the times */
#define STEP_E7 100    /* the unit of the places: 1e-5 degrees, about a metre */

/* One vehicle's part of a page. */
struct player {
	const struct vehicle *vehicle;
	struct thin thin;
	struct thin_point *points;
	size_t count, capacity;
	int64_t next_ms; /* its first fix that was not read yet */
};

struct page {
	const struct replay_question *question;
	struct fix_reader *reader;
	struct vehicle *vehicles;
	struct player *players;
	size_t count;
	struct fix_list fixes; /* of one vehicle and slice */
	size_t fixes_read, points;
	int64_t end_ms; /* up to where it was read */
};

static void on_point(const struct thin_point *point, void *arg)
{
	struct player *player = arg;

	player->points = x_grow(player->points, player->count, &player->capacity,
				sizeof(*player->points));
	player->points[player->count++] = *point;
}

static int read_slice(struct page *page, struct player *player, int64_t end_ms)
{
	size_t before = player->count;
	int error;

	if (player->next_ms >= end_ms)
		return 0;
	page->fixes.count = 0;
	error = fix_read(page->reader, player->vehicle->id, page->end_ms, end_ms, &page->fixes);
	for (size_t i = 0; i < page->fixes.count; i++)
		thin_add(&player->thin, &page->fixes.fixes[i], on_point, player);
	player->next_ms = fix_next(page->reader, player->vehicle->id, end_ms - 1);
	page->fixes_read += page->fixes.count;
	page->points += player->count - before;
	return error;
}

static int read_page(struct page *page)
{
	int64_t to_ms = page->question->to_ms;
	int error = 0;

	while (page->end_ms < to_ms && page->fixes_read < REPLAY_FIXES &&
	       page->points < REPLAY_POINTS && !error) {
		int64_t end_ms = page->end_ms + REPLAY_SLICE_MS;

		end_ms = end_ms < to_ms ? end_ms : to_ms;
		for (size_t i = 0; i < page->count && !error; i++)
			error = read_slice(page, &page->players[i], end_ms);
		page->end_ms = end_ms;
	}
	for (size_t i = 0; i < page->count; i++)
		thin_end(&page->players[i].thin, on_point, &page->players[i]);
	return error;
}

/* Where the page can begin at once: nobody has a fix before. */
static void skip_silence(struct page *page)
{
	int64_t first_ms = page->question->to_ms;

	for (size_t i = 0; i < page->count; i++)
		first_ms = page->players[i].next_ms < first_ms ? page->players[i].next_ms : first_ms;
	page->end_ms += (first_ms - page->end_ms) / REPLAY_SLICE_MS * REPLAY_SLICE_MS;
}

static int prepare(struct page *page, struct db *db)
{
	const struct replay_question *question = page->question;
	size_t listed = 0;
	int error = vehicle_list(db, &page->vehicles, &listed);

	if (error)
		return error;
	listed = night_vehicles(question->caller, page->vehicles, listed);
	page->reader = fix_reader_new(db);
	if (!page->reader)
		return -EIO;
	page->players = x_calloc(listed, sizeof(*page->players));
	for (size_t i = 0; i < listed; i++) {
		const struct vehicle *vehicle = &page->vehicles[i];
		struct player *player = &page->players[page->count];

		if (question->code[0] && strcmp(vehicle->code, question->code) != 0)
			continue;
		player->vehicle = vehicle;
		player->next_ms = fix_next(page->reader, vehicle->id, question->from_ms - 1);
		thin_init(&player->thin, work_class_find(vehicle->class_code));
		page->count++;
	}
	skip_silence(page);
	return question->code[0] && page->count == 0 ? -ENOENT : 0;
}

/* A column of differences in whole units; what rounding leaves goes into the next. */
static void show_column(struct json *json, const char *key, const struct player *player,
			int64_t (*value)(const struct thin_point *))
{
	int64_t before = 0;

	json_key(json, key), json_open(json, '[');
	for (size_t i = 0; i < player->count; i++) {
		int64_t next = value(&player->points[i]);

		json_integer(json, next - before);
		before = next;
	}
	json_close(json, ']');
}

static int64_t tick_of(const struct thin_point *point)
{
	return (point->time_ms + TICK_MS / 2) / TICK_MS;
}

static int64_t nearest_step(int32_t value_e7)
{
	return (value_e7 + (value_e7 < 0 ? -STEP_E7 / 2 : STEP_E7 / 2)) / STEP_E7;
}

static int64_t lon_of(const struct thin_point *point)
{
	return nearest_step(point->lon_e7);
}

static int64_t lat_of(const struct thin_point *point)
{
	return nearest_step(point->lat_e7);
}

/* From which point on it did what. */
static void show_runs(struct json *json, const struct player *player)
{
	json_key(json, "runs"), json_open(json, '[');
	for (size_t i = 0; i < player->count; i++) {
		const struct doing *doing = &player->points[i].doing;
		const char work[] = {doing->work, '\0'};

		if (i > 0 && doing->state == player->points[i - 1].doing.state &&
		    doing->work == player->points[i - 1].doing.work)
			continue;
		json_open(json, '[');
		json_integer(json, (int64_t)i);
		json_text(json, doing_name(doing->state));
		json_text(json, work);
		json_close(json, ']');
	}
	json_close(json, ']');
}

static void show_player(struct json *json, const struct player *player)
{
	json_open(json, '{');
	json_key(json, "code"), json_text(json, player->vehicle->code);
	json_key(json, "name"), json_text(json, player->vehicle->name);
	json_key(json, "class"), json_text(json, player->vehicle->class_code);
	json_key(json, "contractor"), json_text(json, player->vehicle->contractor);
	show_column(json, "t", player, tick_of);
	show_column(json, "lon", player, lon_of);
	show_column(json, "lat", player, lat_of);
	show_runs(json, player);
	json_close(json, '}');
}

static void show_page(struct json *json, const struct page *page)
{
	json_open(json, '{');
	json_key(json, "from"), json_time(json, page->question->from_ms);
	json_key(json, "to"), json_time(json, page->end_ms);
	json_key(json, "next");
	if (page->end_ms < page->question->to_ms)
		json_time(json, page->end_ms);
	else
		json_null(json);
	json_key(json, "fixes"), json_integer(json, (int64_t)page->fixes_read);
	json_key(json, "tick_ms"), json_integer(json, TICK_MS);
	json_key(json, "step_deg"), json_real(json, STEP_E7 * 1e-7, 7);
	json_key(json, "join_ms"), json_integer(json, THIN_JOIN_MS);
	json_key(json, "gap_ms"), json_integer(json, LIVE_SILENT_MS);
	json_key(json, "off_ms"), json_integer(json, LIVE_OFF_MS);
	json_key(json, "vehicles"), json_open(json, '[');
	for (size_t i = 0; i < page->count; i++) {
		if (page->players[i].count > 0)
			show_player(json, &page->players[i]);
	}
	json_close(json, ']');
	json_close(json, '}');
}

int replay_show(struct db *db, struct json *json, const struct replay_question *question)
{
	struct page page = {.question = question, .end_ms = question->from_ms};
	int error = prepare(&page, db);

	if (!error)
		error = read_page(&page);
	if (!error)
		show_page(json, &page);
	for (size_t i = 0; i < page.count; i++)
		free(page.players[i].points);
	fix_list_free(&page.fixes);
	fix_reader_free(page.reader);
	free(page.players);
	free(page.vehicles);
	return error;
}
