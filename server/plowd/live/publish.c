/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/publish.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "server/json.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/feed.h"
#include "server/plowd/live/live.h"
#include "server/plowd/live/show.h"

#define LINKS_AN_EVENT 2000 /* a longer list is several events */
#define VEHICLES_AN_EVENT 250

struct publisher {
	uv_timer_t soon, progress;
	unsigned open_handles;
	uint64_t sent_ms, progress_ms; /* when gathered changes, and the progress, last went out, by the loop's clock */
	struct feed *feed;
	const struct live *live;
	struct board *board;
	int64_t *vehicles; /* ids of changed ones, some perhaps twice */
	size_t vehicle_count, vehicle_capacity;
	const struct live_vehicle **changed; /* them, while they are sent */
	size_t changed_capacity;
	uint32_t *links; /* changed ones, each once */
	size_t link_count;
	bool *link_waits; /* one a link of the network */
	size_t known_links;
	struct json json; /* used again and again */
};

struct publisher *publisher_new(uv_loop_t *loop, struct feed *feed)
{
	struct publisher *publisher = x_calloc(1, sizeof(*publisher));

	publisher->feed = feed;
	uv_timer_init(loop, &publisher->soon);
	uv_timer_init(loop, &publisher->progress);
	publisher->soon.data = publisher->progress.data = publisher;
	publisher->open_handles = 2;
	return publisher;
}

void publisher_attach(struct publisher *publisher, const struct live *live, struct board *board)
{
	publisher->live = live;
	publisher->board = board;
}

static void on_closed(uv_handle_t *handle)
{
	struct publisher *publisher = handle->data;

	if (--publisher->open_handles > 0)
		return;
	free(publisher->vehicles);
	free(publisher->changed);
	free(publisher->links);
	free(publisher->link_waits);
	bytes_free(&publisher->json.out);
	free(publisher);
}

void publisher_free(struct publisher *publisher)
{
	uv_close((uv_handle_t *)&publisher->soon, on_closed);
	uv_close((uv_handle_t *)&publisher->progress, on_closed);
}

static struct json *begin(struct publisher *publisher)
{
	publisher->json.out.size = 0;
	publisher->json.comma = false;
	return &publisher->json;
}

static void publish_to(struct publisher *publisher, const char *name, const char *contractor)
{
	const struct feed_event event = {name, publisher->json.out.data, publisher->json.out.size,
					 contractor};

	feed_publish(publisher->feed, &event);
}

static void publish(struct publisher *publisher, const char *name)
{
	publish_to(publisher, name, NULL);
}

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void drop_repeated_ids(struct publisher *publisher)
{
	size_t kept = 0;

	if (publisher->vehicle_count == 0)
		return;
	qsort(publisher->vehicles, publisher->vehicle_count, sizeof(*publisher->vehicles),
	      compare_ids);
	for (size_t i = 1; i < publisher->vehicle_count; i++) {
		if (publisher->vehicles[i] != publisher->vehicles[kept])
			publisher->vehicles[++kept] = publisher->vehicles[i];
	}
	publisher->vehicle_count = kept + 1;
}

/* Finds those that changed; returns how many. */
static size_t find_changed(struct publisher *publisher)
{
	size_t count = 0;

	drop_repeated_ids(publisher);
	for (size_t i = 0; publisher->vehicle_count && i < live_count(publisher->live); i++) {
		const struct live_vehicle *entry = live_at(publisher->live, i);

		if (!bsearch(&entry->vehicle.id, publisher->vehicles, publisher->vehicle_count,
			     sizeof(*publisher->vehicles), compare_ids))
			continue;
		publisher->changed = x_grow(publisher->changed, count, &publisher->changed_capacity,
					    sizeof(struct live_vehicle *));
		publisher->changed[count++] = entry;
	}
	publisher->vehicle_count = 0;
	return count;
}

static int compare_contractors(const void *a, const void *b)
{
	const struct live_vehicle *const *left = a, *const *right = b;

	return strcmp((*left)->vehicle.contractor, (*right)->vehicle.contractor);
}

/* One list for each contractor, since each may see only his own. */
static void send_vehicles(struct publisher *publisher)
{
	size_t count = find_changed(publisher), end;

	if (count == 0)
		return;
	qsort(publisher->changed, count, sizeof(*publisher->changed), compare_contractors);
	for (size_t i = 0; i < count; i = end) {
		const char *contractor = publisher->changed[i]->vehicle.contractor;
		struct json *json = begin(publisher);

		json_open(json, '[');
		for (end = i; end < count && end - i < VEHICLES_AN_EVENT &&
			      strcmp(publisher->changed[end]->vehicle.contractor, contractor) == 0; end++)
			show_vehicle(json, publisher->changed[end]);
		json_close(json, ']');
		publish_to(publisher, "vehicles", contractor);
	}
}

static void on_progress(uv_timer_t *timer)
{
	struct publisher *publisher = timer->data;

	publisher->progress_ms = uv_now(timer->loop);
	show_progress(begin(publisher), publisher->board);
	publish(publisher, "progress");
}

static void progress_soon(struct publisher *publisher)
{
	uint64_t rested_ms = uv_now(publisher->progress.loop) - publisher->progress_ms;
	uint64_t wait_ms = rested_ms + PUBLISH_EVERY_MS < PUBLISH_PROGRESS_EVERY_MS
				   ? PUBLISH_PROGRESS_EVERY_MS - rested_ms
				   : PUBLISH_EVERY_MS;

	if (!uv_is_active((uv_handle_t *)&publisher->progress))
		uv_timer_start(&publisher->progress, on_progress, wait_ms, 0);
}

static void send_links(struct publisher *publisher)
{
	for (size_t i = 0; i < publisher->link_count; i += LINKS_AN_EVENT) {
		size_t rest = publisher->link_count - i;

		show_links(begin(publisher), publisher->board, publisher->links + i,
			   rest < LINKS_AN_EVENT ? rest : LINKS_AN_EVENT);
		publish(publisher, "links");
	}
	for (size_t i = 0; i < publisher->link_count; i++)
		publisher->link_waits[publisher->links[i]] = false;
	if (publisher->link_count)
		progress_soon(publisher);
	publisher->link_count = 0;
}

static void on_soon(uv_timer_t *timer)
{
	struct publisher *publisher = timer->data;

	publisher->sent_ms = uv_now(timer->loop);
	send_vehicles(publisher);
	send_links(publisher);
}

/* After a rest a change goes out almost at once; only those that follow on it wait to be gathered.
 */
static void soon(struct publisher *publisher)
{
	uint64_t rested_ms = uv_now(publisher->soon.loop) - publisher->sent_ms;
	uint64_t wait_ms = rested_ms + PUBLISH_FIRST_MS < PUBLISH_EVERY_MS
				   ? PUBLISH_EVERY_MS - rested_ms
				   : PUBLISH_FIRST_MS;

	if (!uv_is_active((uv_handle_t *)&publisher->soon))
		uv_timer_start(&publisher->soon, on_soon, wait_ms, 0);
}

void publish_vehicle(const struct live_vehicle *vehicle, void *arg)
{
	struct publisher *publisher = arg;

	if (!publisher->live)
		return;
	if (publisher->vehicle_count == publisher->vehicle_capacity)
		drop_repeated_ids(publisher);
	publisher->vehicles = x_grow(publisher->vehicles, publisher->vehicle_count,
				     &publisher->vehicle_capacity, sizeof(*publisher->vehicles));
	publisher->vehicles[publisher->vehicle_count++] = vehicle->vehicle.id;
	soon(publisher);
}

static void know_links(struct publisher *publisher)
{
	size_t count;

	board_links(publisher->board, &count);
	if (count == publisher->known_links)
		return;
	publisher->links = x_realloc(publisher->links, count, sizeof(*publisher->links));
	free(publisher->link_waits);
	publisher->link_waits = x_calloc(count, sizeof(*publisher->link_waits));
	publisher->known_links = count;
	publisher->link_count = 0;
}

void publish_links(const struct link_change *changes, size_t count, void *arg)
{
	struct publisher *publisher = arg;

	if (!publisher->board)
		return;
	know_links(publisher);
	for (size_t i = 0; i < count; i++) {
		uint32_t link = changes[i].link;

		if (link >= publisher->known_links || publisher->link_waits[link])
			continue;
		publisher->link_waits[link] = true;
		publisher->links[publisher->link_count++] = link;
	}
	soon(publisher);
}

/* What waits of the old network means nothing any more. */
static void forget_links(struct publisher *publisher)
{
	for (size_t i = 0; i < publisher->link_count; i++)
		publisher->link_waits[publisher->links[i]] = false;
	publisher->link_count = 0;
}

void publish_network(void *arg)
{
	struct publisher *publisher = arg;
	struct json *json = begin(publisher);

	if (!publisher->board)
		return;
	forget_links(publisher);
	json_open(json, '{');
	json_key(json, "network"), show_revision(json, board_revision(publisher->board));
	json_close(json, '}');
	publish(publisher, "network");
}

void publish_operation(void *arg)
{
	struct publisher *publisher = arg;

	if (!publisher->board)
		return;
	show_operation(begin(publisher), board_operation(publisher->board));
	publish(publisher, "operation");
}

void publish_targets(void *arg)
{
	struct publisher *publisher = arg;

	if (publisher->board)
		progress_soon(publisher);
}

void publish_alarms(void *arg)
{
	struct publisher *publisher = arg;
	struct json *json = begin(publisher);

	json_open(json, '{');
	json_close(json, '}');
	publish(publisher, "alarms");
}
