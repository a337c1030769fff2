/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What late fixes changed: passes that came and passes that went.
 */
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/plowd/api/api.h"
#include "server/revisions.h"

#define LIST_MAX 200

static void show_changed(struct json *json, const char *key, const struct revision *revision,
			 int sign)
{
	json_key(json, key), json_open(json, '[');
	for (size_t i = 0; i < revision->count; i++) {
		const struct revision_pass *pass = &revision->passes[i];

		if (pass->passes * sign <= 0)
			continue;
		json_open(json, '{');
		json_key(json, "road"), json_integer(json, pass->road_id);
		json_key(json, "direction"),
			json_text(json, pass->direction > 0 ? "forward" : "backward");
		json_key(json, "from_m"), json_real(json, pass->from_m, 2);
		json_key(json, "to_m"), json_real(json, pass->to_m, 2);
		json_key(json, "passes"), json_integer(json, pass->passes * sign);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void show_one(const struct revision *revision, const char *vehicle, void *arg)
{
	struct json *json = arg;

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, revision->id);
	json_key(json, "time"), json_time(json, revision->made_ms);
	json_key(json, "vehicle"), json_text(json, vehicle);
	json_key(json, "from"), json_time(json, revision->from_ms);
	json_key(json, "to"), json_time(json, revision->to_ms);
	show_changed(json, "came", revision, 1);
	show_changed(json, "went", revision, -1);
	json_close(json, '}');
}

static void list_work(struct db *db, void *input, struct answer *out)
{
	const int64_t *after_id = input;
	struct json json = {0};

	json_open(&json, '[');
	if (revision_list(db, *after_id, LIST_MAX, show_one, &json) != 0) {
		bytes_free(&json.out);
		answer_db_error(out);
		return;
	}
	json_close(&json, ']');
	answer_body(out, TYPE_JSON, &json.out);
}

void api_revisions(struct httpd_request *request, void *context)
{
	const char *after = httpd_query(request, "after");
	int64_t after_id = 0, *input;

	if (after && !api_number(after, &after_id)) {
		httpd_error(request, 400, "The argument after is the number of a revision.");
		return;
	}
	input = x_malloc(sizeof(*input));
	*input = after_id;
	api_offload(context, request, list_work, input);
}
