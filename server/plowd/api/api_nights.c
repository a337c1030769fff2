/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record: nights, a vehicle's and a road's night, and what a replay of one needs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/answers/nights.h"
#include "server/plowd/answers/replay.h"
#include "server/plowd/answers/road_night.h"

#define NIGHTS_USUAL 60
#define NIGHTS_MOST 400
#define NO_DAY "The argument day is a date as 2027-01-15, on which the operational day begins."
#define NO_VEHICLE "There is no vehicle of this code."

/* What any of them asks. */
struct record_question {
	struct network *net; /* held; NULL where it is not needed */
	char code[VEHICLE_CODE_BYTES], day[DAY_NAME_BYTES];
	uint32_t road;
	int64_t from_ms, to_ms, limit;
	struct caller caller;
	bool csv;
};

static void release(void *input)
{
	struct record_question *question = input;

	if (question->net)
		network_free(question->net);
	free(question);
}

/* Has a reader answer; the question is copied. */
static void ask(struct api *api, struct httpd_request *request, offload_work *work,
		const struct record_question *question)
{
	struct record_question *input = x_malloc(sizeof(*input));
	const struct offload_job job = {.request = request,
					.work = work,
					.release = release,
					.input = input,
					.needs_db = true};

	*input = *question;
	if (input->net)
		network_hold(input->net);
	offload_run(api->offload, &job);
}

static void answer_json(struct answer *out, struct json *json, int error)
{
	if (!error) {
		answer_body(out, TYPE_JSON, &json->out);
		return;
	}
	bytes_free(&json->out);
	if (error == -ENOENT)
		answer_error(out, 404, NO_VEHICLE);
	else
		answer_db_error(out);
}

/* The argument day; answers 400 itself.  Which time it means the reader finds out. */
static bool read_day(struct httpd_request *request, const char *name, char out[DAY_NAME_BYTES])
{
	const char *text = httpd_query(request, name);

	if (!text || strlen(text) != DAY_NAME_BYTES - 1) {
		httpd_error(request, 400, NO_DAY);
		return false;
	}
	memcpy(out, text, DAY_NAME_BYTES);
	return true;
}

/* On the reader: when the day asked for begins and ends; answers itself when there is none. */
static bool find_day(struct db *db, struct record_question *question, struct answer *out)
{
	struct day_rule rule;

	if (day_rule_load(db, &rule) != 0) {
		answer_db_error(out);
		return false;
	}
	if (day_bounds(&rule, question->day, &question->from_ms, &question->to_ms) != 0) {
		answer_error(out, 400, NO_DAY);
		return false;
	}
	return true;
}

static void nights_work(struct db *db, void *input, struct answer *out)
{
	struct record_question *question = input;
	struct nights_question nights = {.caller = &question->caller,
					 .before_ms = INT64_MAX,
					 .limit = (size_t)question->limit};
	struct json json = {0};

	if (question->day[0]) {
		if (!find_day(db, question, out))
			return;
		nights.before_ms = question->from_ms;
	}
	answer_json(out, &json, nights_show(db, &json, &nights));
}

void api_nights(struct httpd_request *request, void *context)
{
	const char *limit = httpd_query(request, "limit");
	struct record_question question = {.limit = NIGHTS_USUAL};

	if (limit && (!api_number(limit, &question.limit) || question.limit < 1 ||
		      question.limit > NIGHTS_MOST)) {
		httpd_error(request, 400, "The argument limit is a number from 1 to 400.");
		return;
	}
	if (!access_caller(context, request, &question.caller) ||
	    (httpd_query(request, "before") && !read_day(request, "before", question.day)))
		return;
	ask(context, request, nights_work, &question);
}

static void night_work(struct db *db, void *input, struct answer *out)
{
	struct record_question *question = input;
	struct night night = {0};
	struct json json = {0};
	struct bytes csv = {0};
	int error;

	if (!find_day(db, question, out))
		return;
	memcpy(night.day, question->day, sizeof(night.day));
	night.from_ms = question->from_ms;
	night.to_ms = question->to_ms;
	error = vehicle_find(db, question->code, &night.vehicle);
	if (!error && !account_sees(question->caller.role, question->caller.contractor,
				    night.vehicle.contractor))
		error = -ENOENT;
	if (!error)
		error = night_load(db, question->net, &night);
	if (!error && question->csv) {
		night_write_csv(&csv, question->net, &night);
		answer_body(out, TYPE_CSV, &csv);
	} else {
		if (!error)
			night_show(&json, question->net, &night);
		answer_json(out, &json, error);
	}
	night_free(&night);
}

/* A code of the path or an argument; answers 404 itself. */
static bool read_code(struct httpd_request *request, const char *text,
		      char out[VEHICLE_CODE_BYTES])
{
	if (strlen(text) >= VEHICLE_CODE_BYTES) {
		httpd_error(request, 404, NO_VEHICLE);
		return false;
	}
	memcpy(out, text, strlen(text) + 1);
	return true;
}

void api_vehicle_night(struct httpd_request *request, void *context)
{
	const char *format = httpd_query(request, "format");
	struct record_question question = {0};

	if (format && strcmp(format, "json") != 0 && strcmp(format, "csv") != 0) {
		httpd_error(request, 400, "The argument format is json or csv.");
		return;
	}
	question.csv = format && strcmp(format, "csv") == 0;
	if (!access_caller(context, request, &question.caller) ||
	    !read_code(request, httpd_part(request, 0), question.code) ||
	    !read_day(request, "day", question.day))
		return;
	question.net = api_network(context, request);
	if (question.net)
		ask(context, request, night_work, &question);
}

static void road_night_work(struct db *db, void *input, struct answer *out)
{
	struct record_question *question = input;
	struct json json = {0};

	if (find_day(db, question, out)) {
		const struct road_night_question road = {&question->caller, question->net, question->road,
							 question->from_ms, question->to_ms};

		answer_json(out, &json, road_night_show(db, &json, &road));
	}
}

void api_road_night(struct httpd_request *request, void *context)
{
	struct record_question question = {.net = api_network(context, request)};
	int64_t id;

	if (!question.net)
		return;
	question.road = api_number(httpd_part(request, 0), &id)
				? network_road_by_id(question.net, id)
				: NETWORK_NONE;
	if (question.road == NETWORK_NONE)
		httpd_error(request, 404, "There is no road of this number.");
	else if (access_caller(context, request, &question.caller) &&
		 read_day(request, "day", question.day))
		ask(context, request, road_night_work, &question);
}

/* The arguments from and to, at most a day; answers 400 itself. */
static bool read_time(struct httpd_request *request, struct record_question *out)
{
	if (!api_time(request, "from", &out->from_ms) || !api_time(request, "to", &out->to_ms))
		return false;
	if (out->to_ms > out->from_ms && out->to_ms - out->from_ms <= REPLAY_LONGEST_MS)
		return true;
	httpd_error(request, 400, "The time to comes after from, by at most 24 hours.");
	return false;
}

static void replay_work(struct db *db, void *input, struct answer *out)
{
	const struct record_question *question = input;
	struct replay_question replay = {.caller = &question->caller,
					 .from_ms = question->from_ms,
					 .to_ms = question->to_ms};
	struct json json = {0};

	memcpy(replay.code, question->code, sizeof(replay.code));
	answer_json(out, &json, replay_show(db, &json, &replay));
}

void api_replay(struct httpd_request *request, void *context)
{
	const char *code = httpd_query(request, "vehicle");
	struct record_question question = {0};

	if (access_caller(context, request, &question.caller) && read_time(request, &question) &&
	    (!code || !*code || read_code(request, code, question.code)))
		ask(context, request, replay_work, &question);
}

static void replay_roads_work(struct db *db, void *input, struct answer *out)
{
	const struct record_question *question = input;
	struct json json = {0};

	answer_json(out, &json,
		    replay_roads_show(db, &json, question->net, question->from_ms,
				      question->to_ms));
}

void api_replay_roads(struct httpd_request *request, void *context)
{
	struct record_question question = {0};

	if (!read_time(request, &question))
		return;
	question.net = api_network(context, request);
	if (question.net)
		ask(context, request, replay_roads_work, &question);
}
