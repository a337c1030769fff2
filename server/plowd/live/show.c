/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/live.h"

#define MINUTE_MS 60000

static void show_scaled(struct json *json, int32_t value, double unit, int decimals)
{
	if (value == FIX_ABSENT)
		json_null(json);
	else
		json_real(json, value * unit, decimals);
}

static void show_fix(struct json *json, const struct live_vehicle *entry)
{
	const struct fix *fix = &entry->fix;

	json_key(json, "lon"), json_real(json, fix->lon_e7 * 1e-7, 7);
	json_key(json, "lat"), json_real(json, fix->lat_e7 * 1e-7, 7);
	json_key(json, "speed_mps"), show_scaled(json, fix->speed_cmps, 0.01, 2);
	json_key(json, "course_deg"), show_scaled(json, fix->course_cdeg, 0.01, 2);
	json_key(json, "time"), json_time(json, fix->time_ms);
	json_key(json, "received"), json_time(json, entry->received_ms);
	json_key(json, "trust"), json_integer(json, entry->trust);
}

static void show_no_fix(struct json *json)
{
	static const char *const keys[] = {"lon",  "lat",      "speed_mps", "course_deg",
					   "time", "received", "trust"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_key(json, keys[i]), json_null(json);
}

void show_vehicle(struct json *json, const struct live_vehicle *entry)
{
	char code[2] = {entry->has_fix && entry->work.code ? entry->work.code : 'U', '\0'};

	json_open(json, '{');
	json_key(json, "code"), json_text(json, entry->vehicle.code);
	json_key(json, "name"), json_text(json, entry->vehicle.name);
	json_key(json, "class"), json_text(json, entry->vehicle.class_code);
	json_key(json, "contractor"), json_text(json, entry->vehicle.contractor);
	if (entry->has_fix)
		show_fix(json, entry);
	else
		show_no_fix(json);
	json_key(json, "work"), json_text(json, code);
	json_key(json, "work_source");
	json_text(json, work_source_name(entry->has_fix ? entry->work.source : WORK_SOURCE_NONE));
	json_key(json, "at_work"), json_bool(json, entry->has_fix && entry->work.at_work);
	json_key(json, "state"), json_text(json, live_state_name(entry->state));
	json_key(json, "road"), json_text(json, entry->road[0] ? entry->road : NULL);
	json_key(json, "link");
	if (entry->link_id >= 0)
		json_integer(json, entry->link_id);
	else
		json_null(json);
	json_close(json, '}');
}

static double share_of(const struct link_state *state)
{
	return (state->share_forward_percent > state->share_backward_percent
			? state->share_forward_percent
			: state->share_backward_percent) /
	       100.0;
}

void show_links(struct json *json, const struct board *board, const uint32_t *links, size_t count)
{
	size_t known;
	const struct link_state *states = board_links(board, &known);
	const struct network *net = board_network(board);

	json_open(json, '{');
	json_key(json, "id"), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_integer(json, network_link_id(net, links[i]));
	json_close(json, ']');
	json_key(json, "status"), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_text(json, link_status_name(states[links[i]].status));
	json_close(json, ']');
	json_key(json, "share"), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_real(json, share_of(&states[links[i]]), 2);
	json_close(json, ']');
	json_key(json, "passes"), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_integer(json, states[links[i]].passes);
	json_close(json, ']');
	json_key(json, "forward"), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		json_integer(json, states[links[i]].passes_forward);
	json_close(json, ']');
	json_key(json, "last"), json_open(json, '[');
	for (size_t i = 0; i < count; i++) {
		if (states[links[i]].last_ms)
			json_integer(json, states[links[i]].last_ms / 1000);
		else
			json_null(json);
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* Named is what a page could not tell from the tile alone. */
static bool is_named(const struct link_state *state)
{
	return (state->status != LINK_NONE && state->status != LINK_NOT_OURS) || state->passes > 0;
}

void show_all_links(struct json *json, const struct board *board)
{
	size_t known, count = 0;
	const struct link_state *states = board_links(board, &known);
	uint32_t *links = x_calloc(known, sizeof(*links));

	for (size_t i = 0; i < known; i++) {
		if (is_named(&states[i]))
			links[count++] = (uint32_t)i;
	}
	show_links(json, board, links, count);
	free(links);
}

void show_bar(struct json *json, const struct progress_bar *bar)
{
	double remaining_m = fmax(0, bar->length_m - bar->done_m - bar->partly_m);

	json_open(json, '{');
	json_key(json, "name"), json_text(json, bar->name);
	json_key(json, "length_m"), json_real(json, bar->length_m, 1);
	json_key(json, "done_m"), json_real(json, bar->done_m, 1);
	json_key(json, "partly_m"), json_real(json, bar->partly_m, 1);
	json_key(json, "remaining_m"), json_real(json, remaining_m, 1);
	json_key(json, "percent");
	json_real(json, bar->length_m > 0 ? floor(bar->done_m / bar->length_m * 1000) / 10 : 0, 1);
	json_key(json, "todo_m"), json_real(json, bar->todo_m, 1);
	json_key(json, "snowed_m"), json_real(json, bar->snowed_m, 1);
	json_key(json, "unknown_m"), json_real(json, bar->unknown_m, 1);
	json_key(json, "finish");
	/* No more exact than anybody can know; and the same for a while. */
	json_time_or_null(json, bar->finish_ms / MINUTE_MS * MINUTE_MS);
	json_key(json, "finish_why"), json_text(json, bar->why);
	json_key(json, "target"), json_time_or_null(json, bar->target_ms);
	json_close(json, '}');
}

static void show_bars(struct json *json, const char *key, const struct progress_bar *bars,
		      size_t count)
{
	json_key(json, key), json_open(json, '[');
	for (size_t i = 0; i < count; i++)
		show_bar(json, &bars[i]);
	json_close(json, ']');
}

void show_progress(struct json *json, struct board *board)
{
	struct progress progress = board_progress(board);

	json_open(json, '{');
	json_key(json, "total"), show_bar(json, &progress.total);
	show_bars(json, "classes", progress.classes, progress.class_count);
	show_bars(json, "areas", progress.areas, progress.area_count);
	json_close(json, '}');
}

void show_operation(struct json *json, const struct operation *operation)
{
	if (!operation || !operation->id) {
		json_null(json);
		return;
	}
	json_open(json, '{');
	json_key(json, "id"), json_integer(json, operation->id);
	json_key(json, "name"), json_text(json, operation->name);
	json_key(json, "reason"), json_text(json, operation->reason);
	json_key(json, "areas");
	if (operation->areas[0] == '[')
		json_raw(json, operation->areas, strlen(operation->areas));
	else
		json_raw(json, "[]", 2);
	json_key(json, "start"), json_time_or_null(json, operation->start_ms);
	json_key(json, "target"), json_time_or_null(json, operation->target_ms);
	json_key(json, "end"), json_time_or_null(json, operation->end_ms);
	json_key(json, "opened_by"), json_text(json, operation->opened_by);
	json_key(json, "closed_by");
	json_text(json, operation->end_ms ? operation->closed_by : NULL);
	json_close(json, '}');
}

void show_revision(struct json *json, int64_t revision)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, revision);
	json_text(json, text);
}

const char *road_admin_name(const struct road *road)
{
	static const char *const admins[] = {"town", "nation", "prefecture", "private",
					     "expressway"};

	return admins[road->admin];
}

void show_road(struct json *json, const struct network *net, uint32_t number)
{
	const struct road *road = network_road(net, number);

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, road->id);
	json_key(json, "layer"), json_text(json, road->layer);
	json_key(json, "source_id"), json_text(json, road->source_id);
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "class"), json_text(json, road->class_code);
	json_key(json, "admin"), json_text(json, road_admin_name(road));
	json_key(json, "length_m"), json_real(json, road->length_m, 2);
	json_key(json, "bounds"), show_bounds(json, net, road->first_link, road->links);
	json_key(json, "links"), json_open(json, '[');
	for (uint32_t i = 0; i < road->links; i++)
		json_integer(json, network_link_id(net, road->first_link + i));
	json_close(json, ']');
	json_close(json, '}');
}
