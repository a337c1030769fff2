/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contractors: listed, added, changed, removed.
 */
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/contractors.h"
#include "server/plowd/api/api_masters.h"

static const struct master_words words = {
	.missing = "There is no contractor of this number.",
	.taken = "There is a contractor of this name already.",
	.used = "Vehicles in use or users are theirs: give those to somebody else first.",
};

static void show_contractor(struct json *json, const struct contractor *contractor)
{
	json_open(json, '{');
	json_key(json, "id"), json_integer(json, contractor->id);
	json_key(json, "name"), json_text(json, contractor->name);
	json_key(json, "phone"), json_text(json, contractor->phone);
	json_key(json, "vehicles"), json_integer(json, contractor->vehicles);
	json_key(json, "version"), json_integer(json, contractor->version);
	json_close(json, '}');
}

static int show_all(struct json *json, struct db *db, const struct network *net, int64_t argument)
{
	struct contractor *list;
	size_t count;
	int error = contractor_list(db, &list, &count);

	(void)net, (void)argument;
	for (size_t i = 0; i < count; i++)
		show_contractor(json, &list[i]);
	free(list);
	return error;
}

void api_contractors(struct httpd_request *request, void *context)
{
	master_show_list(context, request, show_all, 0);
}

static int show_one(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct contractor *asked = subject;
	struct contractor found;
	int error = contractor_find(db, asked->id, &found);

	(void)net;
	if (!error)
		show_contractor(json, &found);
	return error;
}

static void add(struct db_txn *txn, void *subject, const struct master_by *by)
{
	contractor_add(txn, subject, by);
}

static void change(struct db_txn *txn, void *subject, const struct master_by *by)
{
	contractor_change(txn, subject, by);
}

static void remove_one(struct db_txn *txn, void *subject, const struct master_by *by)
{
	contractor_remove(txn, subject, by);
}

static const struct master_order adding = {
	.words = &words, .carry_out = add, .show = show_one, .release = free, .status = 201};
static const struct master_order changing = {
	.words = &words, .carry_out = change, .show = show_one, .release = free, .status = 200};
static const struct master_order removing = {
	.words = &words, .carry_out = remove_one, .show = master_show_nothing, .release = free, .status = 200};

static const char *read_body(const cJSON *body, const struct master_order *order, void *subject)
{
	struct contractor *contractor = subject;
	const char *why = order == &adding ? NULL : master_version(body, &contractor->version);

	if (why || order == &removing)
		return why;
	if (!body_text(body, "name", true, contractor->name, sizeof(contractor->name)))
		return "The contractor needs a name of 1 to 63 bytes.";
	if (!body_text(body, "phone", false, contractor->phone, sizeof(contractor->phone)))
		return "The telephone number is a text of at most 31 bytes.";
	return NULL;
}

static void take(struct httpd_request *request, struct api *api, const struct master_order *order)
{
	struct contractor *contractor = x_calloc(1, sizeof(*contractor));

	master_take(api, request, order, contractor, order == &adding ? NULL : &contractor->id, read_body);
}

void api_contractor_add(struct httpd_request *request, void *context)
{
	take(request, context, &adding);
}

void api_contractor_change(struct httpd_request *request, void *context)
{
	take(request, context, &changing);
}

void api_contractor_remove(struct httpd_request *request, void *context)
{
	take(request, context, &removing);
}
