/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations (出動): listed from the database, opened and closed by the writer thread, which a
 * reader thread waits for, so that the loop never does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/operations.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/api_body.h"
#include "server/plowd/api/change.h"
#include "server/plowd/live/show.h"
#include "server/plowd/intake/writer.h"
#include "common/utf8.h"

#define LIST_MAX 500
#define AREAS_MAX 64
#define START_BEFORE_MS (INT64_C(24) * 3600 * 1000)

static void show_row(struct json *json, const void *row, const void *arg)
{
	(void)arg;
	show_operation(json, row);
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	struct operation *list = x_calloc(LIST_MAX, sizeof(*list));

	(void)input;
	answer_rows(out, list, sizeof(*list), operation_list(db, list, LIST_MAX), show_row, NULL);
}

void api_operations(struct httpd_request *request, void *context)
{
	api_offload(context, request, list_work, NULL);
}

/* An order to the writer. */
struct order {
	struct writer *writer;
	struct operation operation; /* id 0: to open one, else which to close */
};

static void open_task(struct db_txn *txn, void *arg)
{
	operation_open(txn, arg);
}

static void close_task(struct db_txn *txn, void *arg)
{
	const struct operation *operation = arg;

	operation_close(txn, operation->id, operation->end_ms, operation->closed_by);
}

static void answer_operation(struct answer *out, unsigned status, const struct operation *operation)
{
	struct json json = {0};

	show_operation(&json, operation);
	answer_body(out, TYPE_JSON, &json.out);
	out->reply.status = status;
}

static void open_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	const struct change change = {.by = order->operation.opened_by,
				      .action = "operation.open",
				      .id = &order->operation.id,
				      .task = open_task,
				      .arg = &order->operation};
	int error = change_run(order->writer, &change);

	(void)db;
	if (error == -EEXIST)
		answer_error(out, 409, "An operation is open: close it before you open another.");
	else if (error)
		answer_error(out, 503, "The operation could not be stored at the moment.");
	else
		answer_operation(out, 201, &order->operation);
}

static void close_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	struct operation *operation = &order->operation, known;
	const struct change change = {.by = operation->closed_by,
				      .action = "operation.close",
				      .id = &operation->id,
				      .task = close_task,
				      .arg = operation};
	int error = operation_find(db, operation->id, &known);

	if (error == -ENOENT) {
		answer_error(out, 404, "There is no operation of this number.");
		return;
	}
	/* It ends no earlier than it began, whatever the clock says. */
	operation->end_ms =
		!error && operation->end_ms < known.start_ms ? known.start_ms : operation->end_ms;
	if (!error)
		error = change_run(order->writer, &change);
	if (error == -ENOENT) {
		answer_error(out, 409, "This operation is closed already.");
		return;
	}
	if (!error)
		error = operation_find(db, operation->id, &known);
	if (error)
		answer_error(out, 503, "The operation could not be stored at the moment.");
	else
		answer_operation(out, 200, &known);
}

static void give_order(struct api *api, struct httpd_request *request,
		       const struct operation *operation)
{
	struct order *order = x_calloc(1, sizeof(*order));
	const struct offload_job job = {.request = request,
					.work = operation->id ? close_work : open_work,
					.release = free,
					.input = order,
					.needs_db = operation->id != 0};

	order->writer = api->parts.writer;
	order->operation = *operation;
	offload_run(api->offload, &job);
}

/* A list of names, kept as JSON. */
static bool take_areas(const cJSON *body, char *out, size_t size)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "areas"), *name;
	struct json json = {0};
	bool fits = !list || cJSON_IsNull(list) || cJSON_IsArray(list);
	int count = 0;

	json_open(&json, '[');
	cJSON_ArrayForEach(name, list)
	{
		fits = fits && cJSON_IsString(name) && utf8_is_clean(name->valuestring) &&
		       ++count <= AREAS_MAX;
		if (!fits)
			break;
		json_text(&json, name->valuestring);
	}
	json_close(&json, ']');
	fits &= json.out.size < size;
	if (fits) {
		memcpy(out, json.out.data, json.out.size);
		out[json.out.size] = '\0';
	}
	bytes_free(&json.out);
	return fits;
}

/* It may have begun a while ago, since orders are given by telephone first; it cannot begin later. */
static const char *operation_fault(struct operation *operation, int64_t now_ms)
{
	if (!operation->start_ms)
		operation->start_ms = now_ms;
	if (operation->start_ms > now_ms || operation->start_ms < now_ms - START_BEFORE_MS)
		return "The start is a time of the last 24 hours.";
	if (operation->target_ms && operation->target_ms <= operation->start_ms)
		return "The target is a time after the start.";
	return NULL;
}

/* Why the body does not say what an operation is, or NULL. */
static const char *read_body(const cJSON *body, int64_t now_ms, struct operation *out)
{
	if (!body_text(body, "name", true, out->name, sizeof(out->name)))
		return "The operation needs a name of 1 to 127 bytes.";
	if (!body_text(body, "reason", false, out->reason, sizeof(out->reason)))
		return "The reason is a text of at most 511 bytes.";
	if (!take_areas(body, out->areas, sizeof(out->areas)))
		return "The areas are a list of at most 64 names.";
	if (!body_time(body, "start", false, &out->start_ms))
		return "The start is a time as 2027-01-16T02:30:00+09:00.";
	if (!body_time(body, "target", false, &out->target_ms))
		return "The target is a time as 2027-01-16T07:30:00+09:00.";
	return operation_fault(out, now_ms);
}

void api_operation_open(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct operation operation = {.id = 0};
	struct caller caller;
	const char *why;
	cJSON *body;

	if (!access_caller(api, request, &caller))
		return;
	body = api_body(request);
	if (!body)
		return;
	memcpy(operation.opened_by, caller.name, sizeof(caller.name));
	why = read_body(body, api_now_ms(api), &operation);
	cJSON_Delete(body);
	if (why) {
		httpd_error(request, 400, why);
		return;
	}
	give_order(api, request, &operation);
}

void api_operation_close(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct operation operation = {.id = 0};
	struct caller caller;

	if (!access_caller(api, request, &caller))
		return;
	memcpy(operation.closed_by, caller.name, sizeof(caller.name));
	if (!api_number(httpd_part(request, 0), &operation.id) || operation.id == 0) {
		httpd_error(request, 404, "There is no operation of this number.");
		return;
	}
	operation.end_ms = api_now_ms(api);
	give_order(api, request, &operation);
}
