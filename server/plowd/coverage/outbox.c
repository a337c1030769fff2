/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/outbox.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "server/plowd/live/live.h"

struct place {
	int64_t vehicle_id, link_id;
	char road[64];
};

/* One load of news. */
struct news {
	struct network *net; /* NULL: no new one */
	int64_t revision;
	struct area_map areas;
	bool has_operation, has_alarms;
	struct operation operation;
	int64_t window_ms;
	struct board_target *targets; /* NULL: no others */
	size_t target_count;
	struct link_change *changes;
	size_t change_count, change_capacity;
	struct place *places;
	size_t place_count, place_capacity;
};

struct outbox {
	uv_async_t async;
	struct board *board;
	struct live *live;
	void (*on_alarms)(void *arg);
	void *arg;
	pthread_mutex_t lock;
	struct news waiting, taken;

	/* The other thread's: the targets it posted last. */
	struct board_target *targets;
	size_t target_count;
};

struct area_map area_map_copy(const struct area_map *areas, size_t links)
{
	struct area_map copy = {.area_of_link = x_calloc(links, sizeof(*copy.area_of_link)),
				.names = x_calloc(areas->count, sizeof(*copy.names)),
				.count = areas->count};

	memcpy(copy.area_of_link, areas->area_of_link, links * sizeof(*copy.area_of_link));
	if (areas->count > 0)
		memcpy(copy.names, areas->names, areas->count * sizeof(*copy.names));
	return copy;
}

void area_map_free(struct area_map *areas)
{
	free(areas->area_of_link);
	free(areas->names);
	*areas = (struct area_map){0};
}

static void forget_network(struct news *news)
{
	network_free(news->net);
	news->net = NULL;
	area_map_free(&news->areas);
}

static void deliver_network(struct outbox *outbox, struct news *news)
{
	const char **names = x_calloc(news->areas.count, sizeof(*names));

	for (size_t i = 0; i < news->areas.count; i++)
		names[i] = news->areas.names[i];
	board_set_network(outbox->board, news->net, news->revision, news->areas.area_of_link, names,
			  news->areas.count);
	free(names);
	forget_network(news);
}

static void on_async(uv_async_t *async)
{
	struct outbox *outbox = async->data;
	struct news *news = &outbox->taken;

	pthread_mutex_lock(&outbox->lock);
	*news = outbox->waiting;
	outbox->waiting = (struct news){0};
	pthread_mutex_unlock(&outbox->lock);
	if (news->net)
		deliver_network(outbox, news);
	if (news->has_operation)
		board_set_operation(outbox->board, &news->operation, news->window_ms);
	if (news->targets)
		board_set_targets(outbox->board, news->targets, news->target_count);
	if (news->change_count > 0)
		board_change(outbox->board, news->changes, news->change_count);
	for (size_t i = 0; i < news->place_count; i++)
		live_place(outbox->live, news->places[i].vehicle_id, news->places[i].link_id,
			   news->places[i].road);
	if (news->has_alarms)
		outbox->on_alarms(outbox->arg);
	free(news->targets);
	free(news->changes);
	free(news->places);
}

struct outbox *outbox_start(uv_loop_t *loop, struct board *board, struct live *live,
			    void (*on_alarms)(void *arg), void *arg)
{
	struct outbox *outbox = x_calloc(1, sizeof(*outbox));

	outbox->board = board;
	outbox->live = live;
	outbox->on_alarms = on_alarms;
	outbox->arg = arg;
	pthread_mutex_init(&outbox->lock, NULL);
	uv_async_init(loop, &outbox->async, on_async);
	outbox->async.data = outbox;
	return outbox;
}

static void on_closed(uv_handle_t *handle)
{
	struct outbox *outbox = handle->data;

	forget_network(&outbox->waiting);
	free(outbox->targets);
	free(outbox->waiting.targets);
	free(outbox->waiting.changes);
	free(outbox->waiting.places);
	pthread_mutex_destroy(&outbox->lock);
	free(outbox);
}

void outbox_stop(struct outbox *outbox)
{
	uv_close((uv_handle_t *)&outbox->async, on_closed);
}

void outbox_network(struct outbox *outbox, struct network *net, int64_t revision, struct area_map areas)
{
	pthread_mutex_lock(&outbox->lock);
	forget_network(&outbox->waiting);
	outbox->waiting.change_count = 0;
	outbox->waiting.net = network_hold(net);
	outbox->waiting.revision = revision;
	outbox->waiting.areas = areas;
	pthread_mutex_unlock(&outbox->lock);
}

void outbox_operation(struct outbox *outbox, const struct operation *operation, int64_t from_ms)
{
	pthread_mutex_lock(&outbox->lock);
	outbox->waiting.has_operation = true;
	outbox->waiting.operation = *operation;
	outbox->waiting.window_ms = from_ms;
	pthread_mutex_unlock(&outbox->lock);
}

static bool targets_equal(const struct outbox *outbox, const struct board_target *targets, size_t count)
{
	if (!outbox->targets || count != outbox->target_count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (targets[i].time_ms != outbox->targets[i].time_ms ||
		    strcmp(targets[i].class_code, outbox->targets[i].class_code) != 0)
			return false;
	}
	return true;
}

void outbox_targets(struct outbox *outbox, struct board_target *targets, size_t count)
{
	struct board_target *posted;

	if (targets_equal(outbox, targets, count)) {
		free(targets);
		return;
	}
	free(outbox->targets);
	outbox->targets = targets;
	outbox->target_count = count;
	posted = memcpy(x_calloc(count + 1, sizeof(*posted)), targets, count * sizeof(*posted));
	pthread_mutex_lock(&outbox->lock);
	free(outbox->waiting.targets);
	outbox->waiting.targets = posted;
	outbox->waiting.target_count = count;
	pthread_mutex_unlock(&outbox->lock);
}

void outbox_links(struct outbox *outbox, const struct link_change *changes, size_t count)
{
	struct news *news = &outbox->waiting;

	pthread_mutex_lock(&outbox->lock);
	for (size_t i = 0; i < count; i++) {
		news->changes = x_grow(news->changes, news->change_count, &news->change_capacity,
				       sizeof(*news->changes));
		news->changes[news->change_count++] = changes[i];
	}
	pthread_mutex_unlock(&outbox->lock);
}

void outbox_place(struct outbox *outbox, int64_t vehicle_id, int64_t link_id, const char *road)
{
	struct news *news = &outbox->waiting;
	struct place place = {.vehicle_id = vehicle_id, .link_id = link_id};

	snprintf(place.road, sizeof(place.road), "%s", road);
	pthread_mutex_lock(&outbox->lock);
	news->places = x_grow(news->places, news->place_count, &news->place_capacity, sizeof(*news->places));
	news->places[news->place_count++] = place;
	pthread_mutex_unlock(&outbox->lock);
}

void outbox_alarms(struct outbox *outbox)
{
	pthread_mutex_lock(&outbox->lock);
	outbox->waiting.has_alarms = true;
	pthread_mutex_unlock(&outbox->lock);
}

void outbox_send(struct outbox *outbox)
{
	uv_async_send(&outbox->async);
}
