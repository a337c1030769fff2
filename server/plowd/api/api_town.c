/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The town, the snapshot every page begins with, the events it goes on with.
 */
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "common/httpd/httpd_files.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/closed.h"
#include "server/plowd/live/feed.h"
#include "server/plowd/live/live.h"
#include "server/plowd/base/now.h"
#include "server/plowd/base/options.h"
#include "server/plowd/live/show.h"

#define DAY_MS INT64_C(86400000)
#define SNAPSHOT_KEPT_MS 1000 /* "now" in it is no older */
#define LARGE ((size_t)64 << 10)
#define LARGE_KEPT_MS 250 /* a large one is not made anew for each event */
#define SNAPSHOTS_MAX 16  /* more contractors than that at a time have theirs made anew more often */

/* A request that wants the body being packed. */
struct waiter {
	struct httpd_request *request;
};

/* The last answer to those who see the same vehicles: everybody else, or one contractor's. */
struct snapshot {
	bool is_used;
	enum account_role role; /* a contractor's or a dispatcher's, who stands for all others */
	char contractor[ACCOUNT_CONTRACTOR_BYTES];
	struct httpd_body *body; /* NULL: none yet */
	uint64_t event;          /* which it contains */
	uint64_t made_ms;        /* by the loop's clock */
	bool packing;            /* a reader thread has the body: all wait for it */
	struct waiter *waiting;
	size_t count, capacity;
};

struct snapshots {
	struct snapshot list[SNAPSHOTS_MAX];
};

struct snapshots *snapshots_new(void)
{
	return x_calloc(1, sizeof(struct snapshots));
}

void snapshots_free(struct snapshots *snapshots)
{
	for (size_t i = 0; i < SNAPSHOTS_MAX; i++) {
		httpd_body_drop(snapshots->list[i].body);
		free(snapshots->list[i].waiting);
	}
	free(snapshots);
}

static void write_window(struct json *json, const struct board *board)
{
	bool is_operation = board_operation(board)->id != 0;
	int64_t from_ms = board_window_ms(board);

	json_key(json, "window"), json_open(json, '{');
	json_key(json, "from"), json_time(json, from_ms);
	json_key(json, "to");
	if (is_operation)
		json_null(json);
	else
		json_time(json, from_ms + DAY_MS);
	json_close(json, '}');
}

/* Those that somebody may see. */
static void write_vehicles(struct json *json, const struct live *live, enum account_role role,
			   const char *contractor)
{
	json_open(json, '[');
	for (size_t i = 0; i < live_count(live); i++) {
		const struct live_vehicle *entry = live_at(live, i);

		if (account_sees(role, contractor, entry->vehicle.contractor))
			show_vehicle(json, entry);
	}
	json_close(json, ']');
}

static struct httpd_body *make_snapshot(const struct api *api, const struct snapshot *whose)
{
	struct board *board = api->parts.board;
	struct json json = {0};
	const void *closures;
	size_t closures_size;

	json_open(&json, '{');
	json_key(&json, "event"), json_integer(&json, (int64_t)feed_last(api->parts.feed));
	json_key(&json, "now"), json_time(&json, api_now_ms(api));
	json_key(&json, "network"), show_revision(&json, board_revision(board));
	json_key(&json, "operation"), show_operation(&json, board_operation(board));
	write_window(&json, board);
	json_key(&json, "vehicles"), write_vehicles(&json, api->parts.live, whose->role, whose->contractor);
	json_key(&json, "links"), show_all_links(&json, board);
	json_key(&json, "progress"), show_progress(&json, board);
	closures = closed_json(api->parts.closed, &closures_size);
	json_key(&json, "closures"), json_raw(&json, closures, closures_size);
	json_close(&json, '}');
	return httpd_body_take(json.out.data, json.out.size);
}

static bool is_fresh(const struct snapshot *last, uint64_t event, uint64_t now_ms)
{
	if (!last->body)
		return false;
	if (last->body->size >= LARGE)
		return now_ms < last->made_ms + LARGE_KEPT_MS;
	return last->event == event && now_ms < last->made_ms + SNAPSHOT_KEPT_MS;
}

static struct httpd_reply reply_of(struct httpd_body *body)
{
	return (struct httpd_reply){
		.status = 200, .type = TYPE_JSON, .body = httpd_body_hold(body)};
}

static void pack_work(struct db *db, void *input, struct answer *out)
{
	struct httpd_body *body = ((struct snapshot *)input)->body;

	(void)db;
	httpd_body_pack(body, 1);
	out->reply = reply_of(body);
}

static void pack_done(void *input, const struct answer *answer)
{
	struct snapshot *last = input;

	last->packing = false;
	while (last->count) {
		struct httpd_request *request = last->waiting[--last->count].request;
		struct httpd_reply reply = reply_of(last->body);

		if (!answer->why) {
			httpd_reply(request, &reply);
			continue;
		}
		httpd_body_drop(reply.body);
		httpd_error(request, answer->reply.status, answer->why);
	}
}

static void keep_input(void *input)
{
	(void)input; /* it is kept for the next who asks */
}

/* Packing a large snapshot takes milliseconds, which are not the loop's to give. */
static void pack_aside(struct api *api, struct snapshot *last, struct httpd_request *request)
{
	const struct offload_job job = {.request = request,
					.work = pack_work,
					.done = pack_done,
					.release = keep_input,
					.input = last};

	if (last->packing) {
		last->waiting =
			x_grow(last->waiting, last->count, &last->capacity, sizeof(*last->waiting));
		last->waiting[last->count++].request = request;
	} else {
		last->packing = offload_run(api->offload, &job);
	}
}

/* The snapshot of those who see what the caller sees; NULL: every place is busy. */
static struct snapshot *snapshot_for(struct snapshots *snapshots, const struct caller *caller)
{
	enum account_role role = caller->role == ROLE_CONTRACTOR ? ROLE_CONTRACTOR : ROLE_DISPATCHER;
	struct snapshot *oldest = NULL;

	for (size_t i = 0; i < SNAPSHOTS_MAX; i++) {
		struct snapshot *one = &snapshots->list[i];

		if (one->is_used && one->role == role &&
		    strcmp(one->contractor, caller->contractor) == 0)
			return one;
		if (!one->packing && (!oldest || one->made_ms < oldest->made_ms))
			oldest = one;
	}
	if (!oldest)
		return NULL;
	httpd_body_drop(oldest->body);
	free(oldest->waiting);
	*oldest = (struct snapshot){.is_used = true, .role = role};
	memcpy(oldest->contractor, caller->contractor, sizeof(caller->contractor));
	return oldest;
}

void api_snapshot(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct caller caller;
	struct snapshot *last;
	uint64_t event = feed_last(api->parts.feed), now = uv_now(api->parts.loop);
	struct httpd_reply reply;

	if (!access_caller(api, request, &caller))
		return;
	last = snapshot_for(api->snapshots, &caller);
	if (!last) {
		httpd_error(request, 503, "Too many ask at once: try again in a moment.");
		return;
	}
	if (!last->packing && !is_fresh(last, event, now)) {
		httpd_body_drop(last->body);
		last->body = make_snapshot(api, last);
		last->event = event;
		last->made_ms = now;
	}
	if (last->body->size >= LARGE && (last->packing || !last->body->packed)) {
		pack_aside(api, last, request);
		return;
	}
	reply = reply_of(last->body);
	httpd_reply(request, &reply);
}

void api_events(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct caller caller;

	if (access_caller(api, request, &caller))
		feed_follow(api->parts.feed, request, &caller);
}

void api_vehicles(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct json json = {0};
	struct caller caller;

	if (!access_caller(api, request, &caller))
		return;
	write_vehicles(&json, api->parts.live, caller.role, caller.contractor);
	api_reply_json(request, &json);
}

void api_openapi(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct httpd_reply reply = {
		.status = 200,
		.type = TYPE_JSON,
		.cache = "no-cache",
		.body = httpd_files_get(httpd_files_of(api->httpd), "openapi.json")};

	if (reply.body)
		httpd_reply(request, &reply);
	else
		httpd_error(request, 404, "The description is not installed with the pages.");
}

struct town {
	struct network *net;
	int64_t revision;
	uint16_t udp_port;
	int public_delay_s; /* -1: nothing is made public */
};

static void release_town(void *input)
{
	struct town *town = input;

	network_free(town->net);
	free(town);
}

static void town_work(struct db *db, void *input, struct answer *out)
{
	const struct town *town = input;
	struct json json = {0};
	int error;

	json_open(&json, '{');
	error = show_town(&json, db, town->net);
	json_key(&json, "network"), show_revision(&json, town->revision);
	json_key(&json, "udp_port"), json_integer(&json, town->udp_port);
	json_key(&json, "public_delay_s");
	if (town->public_delay_s >= 0)
		json_integer(&json, town->public_delay_s);
	else
		json_null(&json);
	json_close(&json, '}');
	if (error) {
		bytes_free(&json.out);
		answer_db_error(out);
	} else {
		answer_body(out, TYPE_JSON, &json.out);
	}
}

void api_town(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct network *net = board_network(api->parts.board);
	struct town *town = x_calloc(1, sizeof(*town));
	struct offload_job job = {.request = request,
				  .work = town_work,
				  .release = release_town,
				  .input = town,
				  .needs_db = true};

	town->net = net ? network_hold(net) : NULL;
	town->revision = board_revision(api->parts.board);
	town->udp_port = api->parts.udp_port;
	town->public_delay_s = api->parts.public_dir ? api->parts.options->public_delay_s : -1;
	offload_run(api->offload, &job);
}
