/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snow depths: told by a post, listed from the database.  The matcher sees a new one by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/api_body.h"
#include "server/plowd/api/change.h"
#include "server/plowd/base/now.h"
#include "server/plowd/intake/writer.h"
#include "server/snow.h"

#define LIST_MAX 1000
#define AHEAD_MS (INT64_C(24) * 3600000) /* a clock may be wrong, but not by more */

static void show_snow(struct json *json, const struct snow_observation *observation)
{
	json_open(json, '{');
	json_key(json, "id"), json_integer(json, observation->id);
	json_key(json, "station"), json_text(json, observation->station);
	json_key(json, "time"), json_time(json, observation->time_ms);
	json_key(json, "depth_cm"), json_real(json, observation->depth_cm, 1);
	json_key(json, "name");
	json_text(json, observation->made_by[0] ? observation->made_by : NULL);
	json_close(json, '}');
}

struct snow_window {
	int64_t from_ms, to_ms;
};

static void show_row(struct json *json, const void *row, const void *arg)
{
	(void)arg;
	show_snow(json, row);
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	const struct snow_window *window = input;
	struct snow_observation *list = x_calloc(LIST_MAX, sizeof(*list));

	answer_rows(out, list, sizeof(*list), snow_list(db, window->from_ms, window->to_ms, list, LIST_MAX),
		    show_row, NULL);
}

void api_snow(struct httpd_request *request, void *context)
{
	struct snow_window window, *input;

	if (!api_time(request, "from", &window.from_ms) || !api_time(request, "to", &window.to_ms))
		return;
	input = x_malloc(sizeof(*input));
	*input = window;
	api_offload(context, request, list_work, input);
}

struct order {
	struct writer *writer;
	struct snow_observation observation;
};

static void add_task(struct db_txn *txn, void *arg)
{
	snow_add(txn, arg);
}

static void add_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	const struct change change = {.by = order->observation.made_by,
				      .action = "snow.add",
				      .id = &order->observation.id,
				      .task = add_task,
				      .arg = &order->observation};
	struct json json = {0};

	(void)db;
	if (change_run(order->writer, &change) != 0) {
		answer_error(out, 503, "The snow depth could not be stored at the moment.");
		return;
	}
	show_snow(&json, &order->observation);
	answer_body(out, TYPE_JSON, &json.out);
	out->reply.status = 201;
}

/* Why the body does not say how deep the snow is, or NULL. */
static const char *read_body(const cJSON *body, int64_t now_ms, struct snow_observation *out)
{
	if (!body_text(body, "station", true, out->station, sizeof(out->station)))
		return "The station needs a name of 1 to 63 bytes.";
	if (!body_time(body, "time", true, &out->time_ms))
		return "The time is one as 2027-01-15T19:30:00Z.";
	if (!body_real(body, "depth_cm", &out->depth_cm))
		return "The depth_cm is a number of centimetres.";
	if (out->time_ms > now_ms + AHEAD_MS)
		return "The time is more than a day ahead of the server's.";
	return snow_fault(out);
}

void api_snow_add(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct order *order;
	struct offload_job job = {.request = request, .work = add_work, .release = free};
	struct caller caller;
	const char *why;
	cJSON *body;

	if (!access_caller(api, request, &caller))
		return;
	body = api_body(request);
	if (!body)
		return;
	order = x_calloc(1, sizeof(*order));
	memcpy(order->observation.made_by, caller.name, sizeof(caller.name));
	order->writer = api->parts.writer;
	order->observation.made_ms = wall_clock_ms();
	why = read_body(body, api_now_ms(api), &order->observation);
	cJSON_Delete(body);
	if (why) {
		free(order);
		httpd_error(request, 400, why);
		return;
	}
	job.input = order;
	offload_run(api->offload, &job);
}
