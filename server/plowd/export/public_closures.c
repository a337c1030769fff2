/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_closures.h"

#include <string.h>

#include "server/closures.h"
#include "server/json.h"

struct showing {
	struct json *json;
	int64_t made_until_ms;
};

static void show(struct json *json, const struct closure *closure)
{
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
}

static void on_closure(struct closure *closure, void *arg)
{
	const struct showing *showing = arg;

	if (closure->made_ms <= showing->made_until_ms)
		show(showing->json, closure);
	closure_free(closure);
}

int public_show_closures(struct json *json, struct db *db, int64_t end_after_ms, int64_t made_until_ms)
{
	struct closure_question question = {.now_ms = end_after_ms, .most = CLOSURES_MAX};
	struct showing showing = {.json = json, .made_until_ms = made_until_ms};
	int error;

	json_open(json, '{');
	json_key(json, "closures"), json_open(json, '[');
	error = closure_each(db, &question, on_closure, &showing);
	json_close(json, ']');
	json_close(json, '}');
	return error;
}
