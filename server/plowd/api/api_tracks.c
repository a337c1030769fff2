/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vehicle's track as its counted fixes, and which of them were ignored.
 */
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/fixes.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/tracks.h"
#include "server/vehicles.h"

#define DAY_MS INT64_C(86400000)

struct track_question {
	char code[VEHICLE_CODE_BYTES];
	int64_t from_ms, to_ms;
	struct caller caller;
};

static void show_positions(struct json *json, const struct fix_list *list)
{
	json_key(json, "geometry");
	if (list->count < 2) {
		json_null(json);
		return;
	}
	json_open(json, '{');
	json_key(json, "type"), json_text(json, "LineString");
	json_key(json, "coordinates"), json_open(json, '[');
	for (size_t i = 0; i < list->count; i++) {
		json_open(json, '[');
		json_real(json, list->fixes[i].lon_e7 * 1e-7, 7);
		json_real(json, list->fixes[i].lat_e7 * 1e-7, 7);
		json_close(json, ']');
	}
	json_close(json, ']');
	json_close(json, '}');
}

struct track_answer {
	struct fix_list list;
	int64_t *jumps_ms;
	size_t jump_count;
};

static void show_track(struct json *json, const char *code, const struct track_answer *track)
{
	const struct fix_list *list = &track->list;

	json_open(json, '{');
	json_key(json, "type"), json_text(json, "Feature");
	json_key(json, "properties"), json_open(json, '{');
	json_key(json, "vehicle"), json_text(json, code);
	json_key(json, "times"), json_open(json, '[');
	for (size_t i = 0; i < list->count; i++)
		json_time(json, list->fixes[i].time_ms);
	json_close(json, ']');
	json_key(json, "jumped"), json_open(json, '[');
	for (size_t i = 0; i < track->jump_count; i++)
		json_time(json, track->jumps_ms[i]);
	json_close(json, ']');
	json_close(json, '}');
	show_positions(json, list);
	json_close(json, '}');
}

static void track_work(struct db *db, void *input, struct answer *out)
{
	const struct track_question *question = input;
	struct fix_reader *reader = NULL;
	struct track_answer track = {0};
	struct json json = {0};
	struct vehicle vehicle;
	int error = vehicle_find(db, question->code, &vehicle);

	if (!error && !account_sees(question->caller.role, question->caller.contractor,
				    vehicle.contractor))
		error = -ENOENT;
	if (error == -ENOENT) {
		answer_error(out, 404, "There is no vehicle of this code.");
		return;
	}
	if (!error)
		reader = fix_reader_new(db);
	if (error || !reader ||
	    fix_read(reader, vehicle.id, question->from_ms, question->to_ms, &track.list) != 0 ||
	    track_jumps(db, vehicle.id, question->from_ms, question->to_ms - 1, &track.jumps_ms,
			&track.jump_count) != 0) {
		answer_db_error(out);
	} else {
		show_track(&json, vehicle.code, &track);
		answer_body(out, TYPE_GEOJSON, &json.out);
	}
	fix_reader_free(reader);
	fix_list_free(&track.list);
	free(track.jumps_ms);
}

void api_track(struct httpd_request *request, void *context)
{
	const char *code = httpd_part(request, 0);
	struct track_question question = {.code = ""}, *input;

	if (!access_caller(context, request, &question.caller))
		return;
	if (strlen(code) >= sizeof(question.code)) {
		httpd_error(request, 404, "There is no vehicle of this code.");
		return;
	}
	if (!api_time(request, "from", &question.from_ms) ||
	    !api_time(request, "to", &question.to_ms))
		return;
	if (question.to_ms <= question.from_ms || question.to_ms - question.from_ms > DAY_MS) {
		httpd_error(request, 400, "The time to comes after from, by at most 24 hours.");
		return;
	}
	memcpy(question.code, code, strlen(code));
	input = x_malloc(sizeof(*input));
	*input = question;
	api_offload(context, request, track_work, input);
}
