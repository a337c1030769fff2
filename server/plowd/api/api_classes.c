/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road classes and their rules: listed, set, taken back.  The matcher sees a change by itself.
 */
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/plowd/api/api_masters.h"
#include "server/road_classes.h"

static const struct master_words words = {
	.missing = "This class has no rule of its own.",
	.taken = "This class has a rule of its own already: say which version of it you have seen.",
	.fixed = "The rule of all other classes can be changed, but not removed.",
};

static void show_class(struct json *json, const struct road_class *it)
{
	json_open(json, '{');
	json_key(json, "code"), json_text(json, it->code);
	json_key(json, "name"), json_text(json, it->name);
	json_key(json, "priority"), json_integer(json, it->priority);
	json_key(json, "required_share"), json_real(json, it->required_share, 3);
	json_key(json, "required_passes"), json_integer(json, it->required_passes);
	json_key(json, "both_directions"), json_bool(json, it->both_directions);
	json_key(json, "required_width_m"), json_real(json, it->required_width_m, 2);
	json_key(json, "gap_m"), json_real(json, it->gap_m, 1);
	json_key(json, "trim_m"), json_real(json, it->trim_m, 1);
	json_key(json, "trigger_cm"), json_real(json, it->trigger_cm, 1);
	json_key(json, "finish_by"), json_text(json, it->finish_by);
	json_key(json, "roads"), json_integer(json, it->roads);
	json_key(json, "length_m"), json_real(json, it->length_m, 1);
	json_key(json, "version");
	if (it->version)
		json_integer(json, it->version);
	else
		json_null(json);
	json_close(json, '}');
}

static int show_all(struct json *json, struct db *db, const struct network *net, int64_t argument)
{
	struct road_class *list;
	size_t count;
	int error = road_class_list(db, &list, &count);

	(void)net, (void)argument;
	for (size_t i = 0; i < count; i++)
		show_class(json, &list[i]);
	free(list);
	return error;
}

void api_classes(struct httpd_request *request, void *context)
{
	master_show_list(context, request, show_all, 0);
}

/* Of a removed one: the rule it follows now. */
static int show_one(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct road_class *asked = subject;
	struct road_class found;
	int error = road_class_find(db, asked->code, &found);

	(void)net;
	if (!error)
		show_class(json, &found);
	return error;
}

static void put(struct db_txn *txn, void *subject, const struct master_by *by)
{
	road_class_put(txn, subject, by);
}

static void take_back(struct db_txn *txn, void *subject, const struct master_by *by)
{
	road_class_remove(txn, subject, by);
}

static const struct master_order setting = {
	.words = &words, .carry_out = put, .show = show_one, .release = free, .status = 200};
static const struct master_order removing = {
	.words = &words, .carry_out = take_back, .show = show_one, .release = free, .status = 200};

/* The numbers of a rule; what they may be is road_class_fault()'s to say. */
static const char *read_rule(const cJSON *body, struct road_class *out)
{
	const cJSON *both = cJSON_GetObjectItemCaseSensitive(body, "both_directions");
	const struct {
		const char *key;
		double *value;
	} reals[] = {
		{"required_share", &out->required_share}, {"required_width_m", &out->required_width_m},
		{"gap_m", &out->gap_m},			  {"trim_m", &out->trim_m},
		{"trigger_cm", &out->trigger_cm},
	};
	bool is_good = cJSON_IsBool(both) && body_integer(body, "priority", &out->priority) &&
		       body_integer(body, "required_passes", &out->required_passes) &&
		       body_text(body, "name", true, out->name, sizeof(out->name)) &&
		       body_text(body, "finish_by", true, out->finish_by, sizeof(out->finish_by));

	for (size_t i = 0; i < sizeof(reals) / sizeof(reals[0]); i++)
		is_good = is_good && body_real(body, reals[i].key, reals[i].value);
	if (!is_good)
		return "A rule has name, priority, required_share, required_passes, both_directions, "
		       "required_width_m, gap_m, trim_m, trigger_cm and finish_by.";
	out->both_directions = cJSON_IsTrue(both);
	return road_class_fault(out);
}

static const char *read_body(const cJSON *body, const struct master_order *order, void *subject)
{
	struct road_class *out = subject;
	bool has_rule = order == &setting, is_new = has_rule && !body_has(body, "version");

	if (!body_has(body, "code") || !body_text(body, "code", false, out->code, sizeof(out->code)))
		return "The code of the class is a text of at most 31 bytes; \"\" is the rule of all others.";
	if (!is_new && (!body_integer(body, "version", &out->version) || out->version == 0))
		return "The version is the number of the one that was seen, as the list gives it.";
	return has_rule ? read_rule(body, out) : NULL;
}

static void take(struct httpd_request *request, struct api *api, const struct master_order *order)
{
	master_take(api, request, order, x_calloc(1, sizeof(struct road_class)), NULL, read_body);
}

void api_class_set(struct httpd_request *request, void *context)
{
	take(request, context, &setting);
}

void api_class_remove(struct httpd_request *request, void *context)
{
	take(request, context, &removing);
}
