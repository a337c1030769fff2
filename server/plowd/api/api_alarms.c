/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alarms: listed from the database, acknowledged by who is signed in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/alarms.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/change.h"
#include "server/plowd/live/publish.h"
#include "server/plowd/intake/writer.h"

#define LIST_MAX 100

static void show_alarm(struct json *json, const struct alarm *alarm)
{
	json_open(json, '{');
	json_key(json, "id"), json_integer(json, alarm->id);
	json_key(json, "vehicle"), json_text(json, alarm->vehicle);
	json_key(json, "since"), json_time(json, alarm->since_ms);
	json_key(json, "raised"), json_time(json, alarm->raised_ms);
	json_key(json, "ended"), json_time_or_null(json, alarm->ended_ms);
	json_key(json, "acknowledged_by");
	json_text(json, alarm->acknowledged_ms ? alarm->acknowledged_by : NULL);
	json_key(json, "acknowledged"), json_time_or_null(json, alarm->acknowledged_ms);
	json_close(json, '}');
}

static void show_row(struct json *json, const void *row, const void *arg)
{
	(void)arg;
	show_alarm(json, row);
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	struct alarm *list = x_calloc(LIST_MAX, sizeof(*list));

	(void)input;
	answer_rows(out, list, sizeof(*list), alarm_list(db, list, LIST_MAX), show_row, NULL);
}

void api_alarms(struct httpd_request *request, void *context)
{
	api_offload(context, request, list_work, NULL);
}

struct order {
	struct writer *writer;
	struct publisher *publisher;
	struct alarm alarm; /* which, by whom and when */
};

static void acknowledge_task(struct db_txn *txn, void *arg)
{
	const struct alarm *alarm = arg;

	alarm_acknowledge(txn, alarm->id, alarm->acknowledged_by, alarm->acknowledged_ms);
}

static void acknowledge_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	const struct change change = {.by = order->alarm.acknowledged_by,
				      .action = "alarm.acknowledge",
				      .id = &order->alarm.id,
				      .task = acknowledge_task,
				      .arg = &order->alarm};
	int error = change_run(order->writer, &change);
	struct json json = {0};

	if (!error)
		error = alarm_find(db, order->alarm.id, &order->alarm);
	if (error == -ENOENT) {
		answer_error(out, 404, "There is no alarm of this number.");
	} else if (error == -EEXIST) {
		answer_error(out, 409, "Somebody has acknowledged this alarm already.");
	} else if (error) {
		answer_error(out, 503, "The alarm could not be acknowledged at the moment.");
	} else {
		show_alarm(&json, &order->alarm);
		answer_body(out, TYPE_JSON, &json.out);
	}
}

/* The other desks are told. */
static void acknowledge_done(void *input, const struct answer *answer)
{
	const struct order *order = input;

	if (answer->reply.status < 400)
		publish_alarms(order->publisher);
}

void api_alarm_acknowledge(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct order order = {.writer = api->parts.writer,
			      .publisher = api->parts.publisher,
			      .alarm.acknowledged_ms = api_now_ms(api)};
	struct offload_job job = {.request = request,
				  .work = acknowledge_work,
				  .done = acknowledge_done,
				  .release = free,
				  .needs_db = true};
	struct caller caller;

	if (!api_number(httpd_part(request, 0), &order.alarm.id)) {
		httpd_error(request, 404, "There is no alarm of this number.");
		return;
	}
	if (!access_caller(api, request, &caller))
		return;
	memcpy(order.alarm.acknowledged_by, caller.name, sizeof(caller.name));
	job.input = x_malloc(sizeof(order));
	memcpy(job.input, &order, sizeof(order));
	offload_run(api->offload, &job);
}
