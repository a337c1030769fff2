/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_closures.h"

#include <string.h>

#include "server/closures.h"
#include "server/json.h"

static void show(struct closure *closure, void *arg)
{
	struct json *json = arg;

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, closure->id);
	json_key(json, "text"), json_open(json, '{');
	for (int i = 0; i < CLOSURE_LANGUAGES; i++) {
		json_key(json, closure_language_name((enum closure_language)i));
		json_text(json, closure->text[i]);
	}
	json_close(json, '}');
	json_key(json, "from"), json_time(json, closure->from_ms);
	json_key(json, "end"), json_time(json, closure->end_ms);
	json_key(json, "geometry");
	if (closure->geojson)
		json_raw(json, closure->geojson, strlen(closure->geojson));
	else
		json_null(json);
	json_close(json, '}');
	closure_free(closure);
}

int public_show_closures(struct json *json, struct db *db, int64_t now_ms)
{
	struct closure_question question = {.now_ms = now_ms, .most = CLOSURES_MAX};
	int error;

	json_open(json, '{');
	json_key(json, "closures"), json_open(json, '[');
	error = closure_each(db, &question, show, json);
	json_close(json, ']');
	json_close(json, '}');
	return error;
}
