/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roads of a replay (server/plowd/answers/replay.h): puts the stored spans into a tally in the order in
 * which each link was left, and writes down every change of a link's status.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/coverage/outbox.h"
#include "server/plowd/answers/replay.h"
#include "server/plowd/coverage/tally.h"
#include "server/tracks.h"
#include "server/vehicles.h"

/* One link's part of a span at work, and whose it is. */
struct part {
	struct span span;
	struct coverage_key key;
};

struct parts {
	struct part *list;
	size_t count, capacity;
};

struct change {
	int64_t time_ms;
	uint32_t link;
	uint8_t status;
};

struct changes {
	struct change *list;
	size_t count, capacity;
	uint8_t *status; /* of each link, as it was last written down */
};

static void cut(struct parts *parts, const struct network *net, const struct span *span,
		struct coverage_key key)
{
	const struct road *road = network_road(net, span->road);
	double low_m = fmin(span->from_m, span->to_m), high_m = fmax(span->from_m, span->to_m);

	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++) {
		const struct link *link = network_link(net, i);
		double from_m = fmax(low_m, link->from_m);
		double to_m = fmin(high_m, link->from_m + link->length_m);

		if (to_m <= from_m)
			continue;
		parts->list = x_grow(parts->list, parts->count, &parts->capacity,
				     sizeof(*parts->list));
		parts->list[parts->count++] =
			(struct part){span_part(span, from_m, to_m), key};
	}
}

static int compare_ends(const void *a, const void *b)
{
	const struct part *left = a, *right = b;

	return left->span.end_ms < right->span.end_ms ? -1 : left->span.end_ms > right->span.end_ms;
}

static int read_parts(struct db *db, const struct network *net, int64_t from_ms, int64_t to_ms,
		      struct parts *out)
{
	struct span_list spans = {0};
	struct vehicle *vehicles = NULL;
	size_t count = 0;
	int error = vehicle_list(db, &vehicles, &count);

	for (size_t i = 0; i < count && !error; i++) {
		spans.count = 0;
		error = track_spans_between(db, net, vehicles[i].id, from_ms, to_ms, &spans);
		for (size_t k = 0; k < spans.count && !error; k++) {
			if (spans.spans[k].at_work)
				cut(out, net, &spans.spans[k],
				    (struct coverage_key){vehicles[i].id, spans.spans[k].start_ms,
							  vehicles[i].blade_width_cm});
		}
	}
	if (out->count > 0)
		qsort(out->list, out->count, sizeof(*out->list), compare_ends);
	span_list_free(&spans);
	free(vehicles);
	return error;
}

static void note(struct changes *changes, struct tally *tally, int64_t now_ms)
{
	size_t count;
	const struct link_change *changed = tally_changes(tally, now_ms, &count);

	for (size_t i = 0; i < count; i++) {
		uint8_t status = (uint8_t)changed[i].state.status;

		if (changes->status[changed[i].link] == status)
			continue;
		changes->status[changed[i].link] = status;
		changes->list = x_grow(changes->list, changes->count, &changes->capacity,
				       sizeof(*changes->list));
		changes->list[changes->count++] =
			(struct change){now_ms, changed[i].link, status};
	}
}

/* Steps through the time; nothing happens before the first part ends or long after the last. */
static void play(struct tally *tally, const struct parts *parts, int64_t from_ms, int64_t to_ms,
		 struct changes *changes)
{
	size_t next = 0;

	for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms += REPLAY_STEP_MS) {
		for (; next < parts->count && parts->list[next].span.end_ms <= now_ms; next++)
			tally_put(tally, parts->list[next].key, &parts->list[next].span, 1);
		if (next > 0)
			note(changes, tally, now_ms);
	}
}

static void show_changes(struct json *json, const struct network *net,
			 const struct changes *changes, int64_t from_ms, int64_t to_ms)
{
	json_open(json, '{');
	json_key(json, "from"), json_time(json, from_ms);
	json_key(json, "to"), json_time(json, to_ms);
	json_key(json, "time_s"), json_open(json, '[');
	for (size_t i = 0; i < changes->count; i++)
		json_integer(json, (changes->list[i].time_ms - from_ms) / 1000);
	json_close(json, ']');
	json_key(json, "link"), json_open(json, '[');
	for (size_t i = 0; i < changes->count; i++)
		json_integer(json, network_link_id(net, changes->list[i].link));
	json_close(json, ']');
	json_key(json, "status"), json_open(json, '[');
	for (size_t i = 0; i < changes->count; i++)
		json_text(json, link_status_name(changes->list[i].status));
	json_close(json, ']');
	json_close(json, '}');
}

/* A tally that knows no snow: what fell later must not undo what was done before. */
static struct tally *new_tally(struct db *db, const struct network *net)
{
	char nowhere[1][64] = {""};
	uint16_t *areas = x_calloc(network_links(net), sizeof(*areas));
	const struct area_map map = {.area_of_link = areas, .names = nowhere, .count = 1};
	struct tally *tally = tally_new(db, net, &map, INT64_MAX);

	free(areas);
	return tally;
}

int replay_roads_show(struct db *db, struct json *json, const struct network *net,
		      int64_t from_ms, int64_t to_ms)
{
	struct tally *tally = new_tally(db, net);
	struct parts parts = {0};
	struct changes changes = {.status = x_calloc(network_links(net), 1)};
	int error = tally ? read_parts(db, net, from_ms, to_ms, &parts) : -EIO;

	if (!error) {
		for (uint32_t i = 0; i < network_links(net); i++)
			changes.status[i] = (uint8_t)tally_states(tally)[i].status;
		play(tally, &parts, from_ms, to_ms, &changes);
		show_changes(json, net, &changes, from_ms, to_ms);
	}
	tally_free(tally);
	free(parts.list);
	free(changes.list);
	free(changes.status);
	return error;
}
