/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closures (通行止め): listed, made, changed, withdrawn.  The live list is server/plowd/live/closed.h.
 */
#include <errno.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/closures.h"
#include "server/plowd/api/api_links.h"
#include "server/plowd/api/api_masters.h"

#define LIST_MAX 200
#define LONGEST_MS (INT64_C(400) * 86400000) /* a closed winter road, and then some */

static const struct master_words words = {
	.missing = "There is no closure of this number.",
	.fixed = "This closure was withdrawn already.",
	.full = "500 closures count already: withdraw some first.",
};

struct closure_order {
	struct closure closure;
	struct link_choice choice; /* empty when it was drawn */
	int64_t now_ms;            /* the server's clock */
};

static void release_order(void *subject)
{
	struct closure_order *order = subject;

	closure_free(&order->closure);
	free(order->choice.links);
	free(order);
}

struct showing {
	struct json *json;
	const struct network *net;
};

static void show(struct closure *closure, void *arg)
{
	const struct showing *showing = arg;

	closure_show(showing->json, showing->net, closure);
	closure_free(closure);
}

static int show_current(struct json *json, struct db *db, const struct network *net, int64_t now_ms)
{
	const struct closure_question question = {.now_ms = now_ms};
	struct showing showing = {json, net};

	return closure_each(db, &question, show, &showing);
}

static int show_before(struct json *json, struct db *db, const struct network *net, int64_t before_id)
{
	const struct closure_question question = {.before_id = before_id, .most = LIST_MAX};
	struct showing showing = {json, net};

	return closure_each(db, &question, show, &showing);
}

static int show_one(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct closure_question question = {.only_id = ((struct closure_order *)subject)->closure.id};
	struct showing showing = {json, net};

	return closure_each(db, &question, show, &showing);
}

void api_closures(struct httpd_request *request, void *context)
{
	const char *before = httpd_query(request, "before");
	int64_t id = 0;

	if (!before)
		master_show_list(context, request, show_current, api_now_ms(context));
	else if (api_number(before, &id) && id > 0)
		master_show_list(context, request, show_before, id);
	else
		httpd_error(request, 400, "The argument before is the number of a closure.");
}

/* That it is a drawing that makes sense, or links of the roads. */
static const char *check(struct db *db, const struct network *net, void *subject)
{
	struct closure_order *order = subject;
	struct closure *closure = &order->closure;

	(void)db;
	return order->choice.count
		       ? links_to_stretches(net, &order->choice, &closure->stretches, &closure->shape)
		       : shape_fault(&closure->shape, net);
}

static void add(struct db_txn *txn, void *subject, const struct master_by *by)
{
	closure_add(txn, &((struct closure_order *)subject)->closure, by);
}

static void change(struct db_txn *txn, void *subject, const struct master_by *by)
{
	closure_change(txn, &((struct closure_order *)subject)->closure, by);
}

static void withdraw(struct db_txn *txn, void *subject, const struct master_by *by)
{
	closure_withdraw(txn, &((struct closure_order *)subject)->closure, by);
}

static const struct master_order adding = {&words, check, add, show_one, release_order, NULL, 201};
static const struct master_order changing = {&words, check, change, show_one, release_order, NULL, 200};
static const struct master_order withdrawing = {&words, NULL, withdraw, show_one, release_order, NULL, 200};

static const char *read_texts(const cJSON *texts, struct closure *out)
{
	bool is_good = cJSON_IsObject(texts);

	for (enum closure_language i = CLOSURE_JA; is_good && i < CLOSURE_LANGUAGES; i++)
		is_good = body_text(texts, closure_language_name(i), i == CLOSURE_JA, out->text[i],
				    sizeof(out->text[i]));
	return is_good ? NULL
		       : "The text is an object with ja, of 1 to 511 bytes, and if there is one, ja-easy and en.";
}

static const char *read_times(const cJSON *body, struct closure_order *out)
{
	struct closure *closure = &out->closure;

	if (!body_time(body, "from", false, &closure->from_ms) || !body_time(body, "end", true, &closure->end_ms))
		return "The closure needs an end, a time as 2027-01-16T17:00:00+09:00, and may have a from.";
	if (!closure->from_ms)
		closure->from_ms = out->now_ms;
	if (closure->end_ms <= closure->from_ms || closure->end_ms <= out->now_ms)
		return "The end comes after from, and is not past.";
	return closure->end_ms - closure->from_ms > LONGEST_MS ? "A closure lasts at most 400 days." : NULL;
}

static const char *read_body(const cJSON *body, const struct master_order *what, void *subject)
{
	struct closure_order *out = subject;
	const char *why = what == &adding ? NULL : master_version(body, &out->closure.version);

	if (why || what == &withdrawing)
		return why;
	why = read_texts(cJSON_GetObjectItemCaseSensitive(body, "text"), &out->closure);
	if (!why)
		why = read_times(body, out);
	if (why)
		return why;
	if (body_has(body, "links") == body_has(body, "geometry"))
		return "Where it is is said either by links or by a geometry.";
	if (body_has(body, "links"))
		return links_read(cJSON_GetObjectItemCaseSensitive(body, "links"), &out->choice);
	return master_shape(cJSON_GetObjectItemCaseSensitive(body, "geometry"), false, true, true,
			    &out->closure.shape);
}

static void take(struct httpd_request *request, struct api *api, const struct master_order *what)
{
	struct closure_order *order = x_calloc(1, sizeof(*order));

	order->now_ms = api_now_ms(api);
	master_take(api, request, what, order, what == &adding ? NULL : &order->closure.id, read_body);
}

void api_closure_add(struct httpd_request *request, void *context)
{
	take(request, context, &adding);
}

void api_closure_change(struct httpd_request *request, void *context)
{
	take(request, context, &changing);
}

void api_closure_withdraw(struct httpd_request *request, void *context)
{
	take(request, context, &withdrawing);
}
