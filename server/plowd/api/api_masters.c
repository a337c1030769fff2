/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/api_masters.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "gis/network.h"
#include "gis/shape.h"
#include "server/plowd/api/access.h"
#include "server/plowd/live/board.h"
#include "server/plowd/intake/writer.h"

struct job {
	const struct master_order *order; /* NULL: a list */
	void *subject;
	struct writer *writer;
	struct network *net; /* may be NULL */
	struct master_by by;
	master_list *list;
	int64_t argument;
};

static void release_job(void *input)
{
	struct job *job = input;

	if (job->order)
		job->order->release(job->subject);
	network_free(job->net);
	free(job);
}

static void run_job(struct api *api, struct httpd_request *request, offload_work *work, const struct job *job)
{
	struct network *net = board_network(api->parts.board);
	struct job *input = x_malloc(sizeof(*input));
	const struct offload_job offload = {.request = request,
					    .work = work,
					    .release = release_job,
					    .input = input,
					    .needs_db = true};

	*input = *job;
	input->writer = api->parts.writer;
	input->net = net ? network_hold(net) : NULL;
	offload_run(api->offload, &offload);
}

/* Writer thread. */
static void carry_out(struct db_txn *txn, void *arg)
{
	struct job *job = arg;

	job->order->carry_out(txn, job->subject, &job->by);
}

static void refuse(struct answer *out, const struct master_words *words, int error)
{
	const struct {
		int error;
		unsigned status;
		const char *why;
	} refusals[] = {
		{-ENOENT, 404, words->missing}, {-EEXIST, 409, words->taken}, {-EBUSY, 409, words->used},
		{-EPERM, 409, words->fixed},	{-EMFILE, 409, words->full},
		{-ENOKEY, 503,
		 "There is no DB.key, by which the keys so far are wrapped: see \"DB.key is lost\" in OPERATIONS.md."},
		{-ESTALE, 409, "Somebody else has changed it meanwhile: look at it again."},
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (refusals[i].error == error && refusals[i].why) {
			answer_error(out, refusals[i].status, refusals[i].why);
			return;
		}
	}
	answer_error(out, 503, "The change could not be stored at the moment.");
}

static void order_work(struct db *db, void *input, struct answer *out)
{
	struct job *job = input;
	const struct master_order *order = job->order;
	const char *why = order->check ? order->check(db, job->net, job->subject) : NULL;
	struct json json = {0};
	int error;

	if (why) {
		answer_error(out, 400, why);
		return;
	}
	error = writer_run(job->writer, carry_out, job);
	if (error) {
		refuse(out, order->words, error);
		return;
	}
	if (order->show(&json, db, job->net, job->subject)) {
		bytes_free(&json.out);
		answer_db_error(out);
		return;
	}
	answer_body(out, order->type ? order->type : TYPE_JSON, &json.out);
	out->reply.status = order->status;
}

int master_show_nothing(struct json *json, struct db *db, const struct network *net, void *subject)
{
	(void)db, (void)net, (void)subject;
	json_open(json, '{');
	json_close(json, '}');
	return 0;
}

void master_do(struct api *api, struct httpd_request *request, const struct master_order *order, void *subject)
{
	struct job job = {.order = order, .subject = subject, .by = {.time_ms = wall_clock_ms()}};
	struct caller caller;

	if (!access_caller(api, request, &caller)) {
		order->release(subject);
		return;
	}
	snprintf(job.by.name, sizeof(job.by.name), "%s", caller.name);
	run_job(api, request, order_work, &job);
}

void master_take(struct api *api, struct httpd_request *request, const struct master_order *order, void *subject,
		 int64_t *id, master_read *read)
{
	cJSON *body = !id || master_id(request, order->words, id) ? api_body(request) : NULL;
	const char *why = body ? read(body, order, subject) : NULL;
	bool is_good = body && !why;

	cJSON_Delete(body);
	if (is_good) {
		master_do(api, request, order, subject);
		return;
	}
	if (why)
		httpd_error(request, 400, why);
	order->release(subject);
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	struct job *job = input;
	struct json json = {0};

	json_open(&json, '[');
	if (job->list(&json, db, job->net, job->argument)) {
		bytes_free(&json.out);
		answer_db_error(out);
		return;
	}
	json_close(&json, ']');
	answer_body(out, TYPE_JSON, &json.out);
}

void master_show_list(struct api *api, struct httpd_request *request, master_list *show, int64_t argument)
{
	const struct job job = {.list = show, .argument = argument};

	run_job(api, request, list_work, &job);
}

bool master_id(struct httpd_request *request, const struct master_words *words, int64_t *out_id)
{
	if (api_number(httpd_part(request, 0), out_id))
		return true;
	httpd_error(request, 404, words->missing);
	return false;
}

const char *master_version(const cJSON *body, int64_t *out_version)
{
	return body_integer(body, "version", out_version)
		       ? NULL
		       : "The version is the number of the one that was seen, as the list gives it.";
}

static bool add_position(const cJSON *position, struct shape *out)
{
	const cJSON *lon = cJSON_GetArrayItem(position, 0), *lat = cJSON_GetArrayItem(position, 1);

	if (!cJSON_IsArray(position) || cJSON_GetArraySize(position) != 2 || !cJSON_IsNumber(lon) ||
	    !cJSON_IsNumber(lat) || !isfinite(lon->valuedouble) || !isfinite(lat->valuedouble))
		return false;
	shape_add(out, lon->valuedouble, lat->valuedouble);
	return true;
}

static bool add_positions(const cJSON *positions, struct shape *out)
{
	const cJSON *position;

	if (!cJSON_IsArray(positions))
		return false;
	cJSON_ArrayForEach(position, positions)
	{
		if (!add_position(position, out))
			return false;
	}
	return true;
}

const char *master_shape(const cJSON *geometry, bool point, bool line, bool area, struct shape *out)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(geometry, "type");
	const cJSON *coordinates = cJSON_GetObjectItemCaseSensitive(geometry, "coordinates");
	const char *name = cJSON_IsObject(geometry) && cJSON_IsString(type) ? type->valuestring : "";
	bool is_good;

	if (point && strcmp(name, "Point") == 0) {
		out->kind = SHAPE_POINT;
		is_good = add_position(coordinates, out);
	} else if (line && strcmp(name, "LineString") == 0) {
		out->kind = SHAPE_LINE;
		is_good = add_positions(coordinates, out);
	} else if (area && strcmp(name, "Polygon") == 0) {
		out->kind = SHAPE_AREA;
		is_good = cJSON_GetArraySize(coordinates) == 1 &&
			  add_positions(cJSON_GetArrayItem(coordinates, 0), out);
	} else {
		return point  ? "The geometry is a GeoJSON Point."
		       : line ? "The geometry is a GeoJSON LineString, or a Polygon without holes."
			      : "The geometry is a GeoJSON Polygon without holes.";
	}
	return is_good ? NULL : "The coordinates of the geometry are positions as [140.4058, 38.6006].";
}
