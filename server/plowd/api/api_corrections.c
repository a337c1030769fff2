/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Corrections ("was not cleared"): listed from the database, added and withdrawn by the writer,
 * which a reader thread waits for.  The matcher sees a change by itself.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/corrections.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/api/api_body.h"
#include "server/plowd/live/board.h"
#include "server/plowd/api/change.h"
#include "server/plowd/base/now.h"
#include "server/plowd/intake/writer.h"

#define LIST_MAX 200

/* The links of the road that the correction touches; none where the road is no more. */
static void show_links_of(struct json *json, const struct network *net,
			  const struct correction *correction, uint32_t road)
{
	json_open(json, '[');
	for (uint32_t i = 0; road != NETWORK_NONE && i < network_road(net, road)->links; i++) {
		uint32_t number = network_road(net, road)->first_link + i;
		const struct link *link = network_link(net, number);

		if (link->from_m < correction->to_m &&
		    link->from_m + link->length_m > correction->from_m)
			json_integer(json, network_link_id(net, number));
	}
	json_close(json, ']');
}

static void show_correction(struct json *json, const struct network *net,
			    const struct correction *correction)
{
	uint32_t road = network_road_by_id(net, correction->road_id);

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, correction->id);
	json_key(json, "road"), json_integer(json, correction->road_id);
	json_key(json, "road_name"),
		json_text(json, road == NETWORK_NONE ? NULL : network_road(net, road)->name);
	json_key(json, "links"), show_links_of(json, net, correction, road);
	json_key(json, "from_m"), json_real(json, correction->from_m, 2);
	json_key(json, "to_m"), json_real(json, correction->to_m, 2);
	json_key(json, "from"), json_time(json, correction->from_ms);
	json_key(json, "to"), json_time(json, correction->to_ms);
	json_key(json, "reason"), json_text(json, correction->reason);
	json_key(json, "name"), json_text(json, correction->made_by);
	json_key(json, "made"), json_time(json, correction->made_ms);
	json_key(json, "withdrawn_by");
	json_text(json, correction->withdrawn_ms ? correction->withdrawn_by : NULL);
	json_key(json, "withdrawn"), json_time_or_null(json, correction->withdrawn_ms);
	json_close(json, '}');
}

/* A question or an order about corrections. */
struct order {
	struct network *net;
	struct writer *writer;
	struct correction correction;
	struct caller caller; /* of a change */
	int64_t before_id;    /* of a list */
};

static void release_order(void *input)
{
	struct order *order = input;

	network_free(order->net);
	free(order);
}

/* Has an order carried out; the network is board's, and held meanwhile. */
static void give_order(struct api *api, struct httpd_request *request, offload_work *work,
		       const struct order *order)
{
	struct order *input = x_malloc(sizeof(*input));
	const struct offload_job job = {.request = request,
					.work = work,
					.release = release_order,
					.input = input,
					.needs_db = true};

	*input = *order;
	input->net = network_hold(order->net);
	input->writer = api->parts.writer;
	offload_run(api->offload, &job);
}

static void show_row(struct json *json, const void *row, const void *net)
{
	show_correction(json, net, row);
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	const struct order *order = input;
	struct correction *list = x_calloc(LIST_MAX, sizeof(*list));

	answer_rows(out, list, sizeof(*list), correction_list(db, order->before_id, list, LIST_MAX), show_row,
		    order->net);
}

void api_corrections(struct httpd_request *request, void *context)
{
	struct api *api = context;
	const char *before = httpd_query(request, "before");
	struct order order = {.net = api_network(api, request), .before_id = INT64_MAX};

	if (!order.net)
		return;
	if (before && !api_number(before, &order.before_id)) {
		httpd_error(request, 400, "The argument before is the number of a correction.");
		return;
	}
	give_order(api, request, list_work, &order);
}

static void answer_correction(struct answer *out, unsigned status, const struct order *order)
{
	struct json json = {0};

	show_correction(&json, order->net, &order->correction);
	answer_body(out, TYPE_JSON, &json.out);
	out->reply.status = status;
}

static void add_task(struct db_txn *txn, void *arg)
{
	correction_add(txn, arg);
}

static void add_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	const struct change change = {.by = order->caller.name,
				      .action = "correction.add",
				      .id = &order->correction.id,
				      .task = add_task,
				      .arg = &order->correction};

	(void)db;
	if (change_run(order->writer, &change) != 0)
		answer_error(out, 503, "The correction could not be stored at the moment.");
	else
		answer_correction(out, 201, order);
}

/* Where it was not cleared: a link, or a stretch of a road. */
static const char *read_place(const cJSON *body, const struct network *net, struct correction *out)
{
	uint32_t link, road;
	int64_t id;

	if (body_has(body, "link") == body_has(body, "road"))
		return "The place is either a link, or a road with from_m and to_m.";
	if (body_has(body, "link")) {
		link = body_integer(body, "link", &id) ? network_find_link(net, id) : NETWORK_NONE;
		if (link == NETWORK_NONE)
			return "There is no link of this number.";
		out->road_id = network_road(net, network_link(net, link)->road)->id;
		out->from_m = network_link(net, link)->from_m;
		out->to_m = out->from_m + network_link(net, link)->length_m;
		return NULL;
	}
	road = body_integer(body, "road", &out->road_id) ? network_road_by_id(net, out->road_id)
							 : NETWORK_NONE;
	if (road == NETWORK_NONE)
		return "There is no road of this number.";
	if (!body_real(body, "from_m", &out->from_m) || !body_real(body, "to_m", &out->to_m))
		return "The stretch is from_m to_m, metres along the road.";
	out->to_m = fmin(out->to_m, network_road(net, road)->length_m);
	return NULL;
}

/* Why the body is no correction, or NULL. */
static const char *read_body(const cJSON *body, const struct network *net, struct correction *out)
{
	const char *why = read_place(body, net, out);

	if (why)
		return why;
	if (!body_time(body, "from", true, &out->from_ms) ||
	    !body_time(body, "to", true, &out->to_ms))
		return "The times from and to are written as 2027-01-15T19:30:05Z.";
	if (!body_text(body, "reason", true, out->reason, sizeof(out->reason)))
		return "The correction needs a reason of 1 to 511 bytes.";
	return correction_fault(out);
}

void api_correction_add(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct order order = {.correction = {.made_ms = wall_clock_ms()}};
	const char *why;
	cJSON *body;

	if (!access_caller(api, request, &order.caller))
		return;
	snprintf(order.correction.made_by, sizeof(order.correction.made_by), "%s",
		 order.caller.name);
	order.net = api_network(api, request);
	body = order.net ? api_body(request) : NULL;
	if (!body)
		return;
	why = read_body(body, order.net, &order.correction);
	cJSON_Delete(body);
	if (why)
		httpd_error(request, 400, why);
	else
		give_order(api, request, add_work, &order);
}

static void withdraw_task(struct db_txn *txn, void *arg)
{
	const struct correction *correction = arg;

	correction_withdraw(txn, correction->id, correction->withdrawn_by,
			    correction->withdrawn_ms);
}

static void withdraw_work(struct db *db, void *input, struct answer *out)
{
	struct order *order = input;
	const struct change change = {.by = order->caller.name,
				      .action = "correction.withdraw",
				      .id = &order->correction.id,
				      .task = withdraw_task,
				      .arg = &order->correction};
	int error = change_run(order->writer, &change);

	if (!error)
		error = correction_find(db, order->correction.id, &order->correction);
	if (error == -ENOENT)
		answer_error(out, 404, "There is no correction of this number.");
	else if (error == -EEXIST)
		answer_error(out, 409, "This correction was withdrawn already.");
	else if (error)
		answer_error(out, 503, "The correction could not be withdrawn at the moment.");
	else
		answer_correction(out, 200, order);
}

void api_correction_withdraw(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct order order = {.correction = {.withdrawn_ms = wall_clock_ms()}};
	struct correction *correction = &order.correction;

	if (!access_caller(api, request, &order.caller))
		return;
	snprintf(correction->withdrawn_by, sizeof(correction->withdrawn_by), "%s",
		 order.caller.name);
	order.net = api_network(api, request);
	if (!order.net)
		return;
	if (!api_number(httpd_part(request, 0), &correction->id)) {
		httpd_error(request, 404, "There is no correction of this number.");
		return;
	}
	give_order(api, request, withdraw_work, &order);
}
