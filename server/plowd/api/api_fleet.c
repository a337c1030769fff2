/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registered vehicles and their keys: listed, added, changed, removed or retired, and given new
 * keys and tokens.  A key is in the answer to the order that made it, and nowhere else.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/work.h"
#include "server/contractors.h"
#include "server/fleet.h"
#include "server/plowd/api/api_masters.h"

static const struct master_words words = {
	.missing = "There is no vehicle of this code.",
	.taken = "There is a vehicle of this code already, perhaps a retired one.",
	.fixed = "This vehicle is retired: bring it back first.",
};
static const struct master_words restore_words = {
	.missing = "There is no vehicle of this code.",
	.fixed = "This vehicle is not retired.",
};

struct fleet_order {
	struct vehicle vehicle;
	struct seal_key key;
	char token[VEHICLE_TOKEN_BYTES];
	bool was_retired;
};

static void release_order(void *subject)
{
	sodium_memzero(subject, sizeof(struct fleet_order));
	free(subject);
}

static void show_registered(const struct fleet_vehicle *found, void *arg)
{
	struct json *json = arg;

	json_open(json, '{');
	json_key(json, "code"), json_text(json, found->vehicle.code);
	json_key(json, "name"), json_text(json, found->vehicle.name);
	json_key(json, "class"), json_text(json, found->vehicle.class_code);
	json_key(json, "contractor"), json_text(json, found->vehicle.contractor);
	json_key(json, "blade_width_m");
	if (found->vehicle.blade_width_cm)
		json_real(json, found->vehicle.blade_width_cm / 100.0, 2);
	else
		json_null(json);
	json_key(json, "created"), json_time_or_null(json, found->created_ms);
	json_key(json, "retired"), json_time_or_null(json, found->retired_ms);
	json_key(json, "key_made"), json_time_or_null(json, found->key_made_ms);
	json_key(json, "rotating"), json_bool(json, found->is_rotating);
	json_key(json, "token"), json_bool(json, found->vehicle.has_token);
	json_key(json, "has_fixes"), json_bool(json, found->has_fixes);
	json_key(json, "version"), json_integer(json, found->vehicle.version);
	json_close(json, '}');
}

static int show_all(struct json *json, struct db *db, const struct network *net, int64_t argument)
{
	(void)net, (void)argument;
	return fleet_each(db, "", show_registered, json);
}

void api_fleet(struct httpd_request *request, void *context)
{
	master_show_list(context, request, show_all, 0);
}

static int show_one(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct fleet_order *order = subject;

	(void)net;
	return fleet_each(db, order->vehicle.code, show_registered, json);
}

/* The very line a key file holds. */
static int show_key(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct fleet_order *order = subject;
	char text[SEAL_KEY_TEXT_BYTES];

	(void)db, (void)net;
	seal_key_format(&order->key, text);
	json_open(json, '{');
	json_key(json, "vehicle"), json_text(json, order->vehicle.code);
	json_key(json, "key"), json_text(json, text);
	json_close(json, '}');
	sodium_memzero(text, sizeof(text));
	return 0;
}

static int show_token(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct fleet_order *order = subject;

	(void)db, (void)net;
	json_open(json, '{');
	json_key(json, "vehicle"), json_text(json, order->vehicle.code);
	json_key(json, "token"), json_text(json, order->token);
	json_close(json, '}');
	return 0;
}

static int show_removed(struct json *json, struct db *db, const struct network *net, void *subject)
{
	const struct fleet_order *order = subject;

	(void)db, (void)net;
	json_open(json, '{');
	json_key(json, "removed"), json_text(json, order->was_retired ? "retired" : "deleted");
	json_close(json, '}');
	return 0;
}

/* That its contractor is one of the town's. */
static const char *check(struct db *db, const struct network *net, void *subject)
{
	const struct fleet_order *order = subject;

	(void)net;
	if (!work_class_is_known(order->vehicle.class_code))
		return "The class is one of any, grader, dozer, rotary, truck, small, hand, spreader, dump, loader, "
		       "patrol.";
	if (order->vehicle.contractor[0] && contractor_exists(db, order->vehicle.contractor) == -ENOENT)
		return "There is no contractor of this name.";
	return NULL;
}

static void add(struct db_txn *txn, void *subject, const struct master_by *by)
{
	struct fleet_order *order = subject;

	vehicle_add_step(txn, &order->vehicle, &order->key);
	master_record(txn, by, "vehicle", order->vehicle.code, "add");
}

static void change(struct db_txn *txn, void *subject, const struct master_by *by)
{
	fleet_change(txn, &((struct fleet_order *)subject)->vehicle, by);
}

static void remove_one(struct db_txn *txn, void *subject, const struct master_by *by)
{
	struct fleet_order *order = subject;

	fleet_remove(txn, &order->vehicle, by, &order->was_retired);
}

static void restore(struct db_txn *txn, void *subject, const struct master_by *by)
{
	struct fleet_order *order = subject;

	fleet_restore(txn, order->vehicle.code, by, &order->key);
}

static void rotate(struct db_txn *txn, void *subject, const struct master_by *by)
{
	struct fleet_order *order = subject;

	vehicle_rotate_step(txn, order->vehicle.code, &order->key);
	master_record(txn, by, "vehicle", order->vehicle.code, "rotate");
}

static void revoke_all(struct db_txn *txn, void *subject, const struct master_by *by)
{
	struct fleet_order *order = subject;

	vehicle_revoke_step(txn, order->vehicle.code);
	master_record(txn, by, "vehicle", order->vehicle.code, "revoke");
}

static void make_token(struct db_txn *txn, void *subject, const struct master_by *by)
{
	struct fleet_order *order = subject;

	vehicle_token_step(txn, order->vehicle.code, order->token);
	master_record(txn, by, "vehicle", order->vehicle.code, "token");
}

enum { ADD, CHANGE, REMOVE, RESTORE, ROTATE, REVOKE, TOKEN };
static const struct master_order orders[] = {
	[ADD] = {&words, check, add, show_key, release_order, NULL, 201},
	[CHANGE] = {&words, check, change, show_one, release_order, NULL, 200},
	[REMOVE] = {&words, NULL, remove_one, show_removed, release_order, NULL, 200},
	[RESTORE] = {&restore_words, NULL, restore, show_key, release_order, NULL, 201},
	[ROTATE] = {&words, NULL, rotate, show_key, release_order, NULL, 201},
	[REVOKE] = {&words, NULL, revoke_all, show_one, release_order, NULL, 200},
	[TOKEN] = {&words, NULL, make_token, show_token, release_order, NULL, 201},
};

static const char *read_width(const cJSON *body, struct vehicle *out)
{
	double width_m = 0;

	if (body_has(body, "blade_width_m") &&
	    (!body_real(body, "blade_width_m", &width_m) || width_m < 0 || width_m > VEHICLE_BLADE_MAX_CM / 100.0))
		return "The blade's width is 0.01 to 10 metres.";
	out->blade_width_cm = (uint32_t)lround(width_m * 100);
	return NULL;
}

static const char *read_body(const cJSON *body, const struct master_order *order, void *subject)
{
	struct vehicle *out = &((struct fleet_order *)subject)->vehicle;
	ptrdiff_t what = order - orders;
	const char *why = what == CHANGE || what == REMOVE ? master_version(body, &out->version) : NULL;

	if (why || (what != ADD && what != CHANGE))
		return why;
	if (what == ADD && (!body_text(body, "code", true, out->code, sizeof(out->code)) ||
			    !vehicle_code_is_good(out->code)))
		return "A code is 1 to 32 letters A-Z a-z, digits and . _ -";
	if (!body_text(body, "name", false, out->name, sizeof(out->name)))
		return "The name is a text of at most 63 bytes.";
	strcpy(out->class_code, "any");
	if (!body_text(body, "class", false, out->class_code, sizeof(out->class_code)))
		return "The class is a code as grader.";
	if (!body_text(body, "contractor", false, out->contractor, sizeof(out->contractor)))
		return "The contractor is a name of at most 63 bytes.";
	return read_width(body, out);
}

static void take(struct httpd_request *request, struct api *api, int what)
{
	const char *code = what == ADD ? "" : httpd_part(request, 0);
	struct fleet_order *order;

	if (what != ADD && !vehicle_code_is_good(code)) {
		httpd_error(request, 404, words.missing);
		return;
	}
	order = x_calloc(1, sizeof(*order));
	memcpy(order->vehicle.code, code, strlen(code) + 1);
	master_take(api, request, &orders[what], order, NULL, read_body);
}

void api_vehicle_add(struct httpd_request *request, void *context)
{
	take(request, context, ADD);
}

void api_vehicle_change(struct httpd_request *request, void *context)
{
	take(request, context, CHANGE);
}

void api_vehicle_remove(struct httpd_request *request, void *context)
{
	take(request, context, REMOVE);
}

void api_vehicle_restore(struct httpd_request *request, void *context)
{
	take(request, context, RESTORE);
}

void api_vehicle_rotate(struct httpd_request *request, void *context)
{
	take(request, context, ROTATE);
}

void api_vehicle_revoke(struct httpd_request *request, void *context)
{
	take(request, context, REVOKE);
}

void api_vehicle_token(struct httpd_request *request, void *context)
{
	take(request, context, TOKEN);
}
