/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes (除雪路線): listed, added, changed, removed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "gis/work.h"
#include "server/bind.h"
#include "server/plowd/api/api_links.h"
#include "server/plowd/api/api_masters.h"
#include "server/plowing_routes.h"

static const struct master_words words = {
	.missing = "There is no route of this number.",
	.taken = "There is a route of this name already.",
};

struct route_order {
	struct plowing_route route;
	struct link_choice choice;
};

static void release_order(void *subject)
{
	struct route_order *order = subject;

	plowing_route_free(&order->route);
	free(order->choice.links);
	free(order);
}

static void show_stretch(struct json *json, const struct network *net, const struct stretch *stretch)
{
	uint32_t road = net ? network_road_by_id(net, stretch->road_id) : NETWORK_NONE;

	json_open(json, '{');
	json_key(json, "road"), json_integer(json, stretch->road_id);
	json_key(json, "road_name"), json_text(json, road == NETWORK_NONE ? NULL : network_road(net, road)->name);
	json_key(json, "from_m"), json_real(json, stretch->from_m, 2);
	json_key(json, "to_m"), json_real(json, stretch->to_m, 2);
	json_close(json, '}');
}

struct showing {
	struct json *json;
	const struct network *net;
};

static void show_route(struct plowing_route *route, void *arg)
{
	const struct showing *showing = arg;
	struct json *json = showing->json;

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, route->id);
	json_key(json, "name"), json_text(json, route->name);
	json_key(json, "area"), json_text(json, route->area);
	json_key(json, "class"), json_text(json, route->class_code);
	json_key(json, "vehicle"), json_text(json, route->vehicle);
	json_key(json, "length_m"), json_real(json, route->stretches.length_m, 2);
	json_key(json, "stretches"), json_open(json, '[');
	for (size_t i = 0; i < route->stretches.count; i++)
		show_stretch(json, showing->net, &route->stretches.stretches[i]);
	json_close(json, ']');
	json_key(json, "links"), stretches_show_links(json, showing->net, &route->stretches);
	json_key(json, "version"), json_integer(json, route->version);
	json_close(json, '}');
	plowing_route_free(route);
}

static int show_all(struct json *json, struct db *db, const struct network *net, int64_t argument)
{
	struct showing showing = {json, net};

	(void)argument;
	return plowing_route_each(db, 0, show_route, &showing);
}

static int show_one(struct json *json, struct db *db, const struct network *net, void *subject)
{
	struct showing showing = {json, net};

	return plowing_route_each(db, ((struct route_order *)subject)->route.id, show_route, &showing);
}

void api_routes(struct httpd_request *request, void *context)
{
	master_show_list(context, request, show_all, 0);
}

/* That area and vehicle are the town's, and where the links run. */
static const char *check(struct db *db, const struct network *net, void *subject)
{
	struct route_order *order = subject;
	struct plowing_route *route = &order->route;
	struct vehicle vehicle;
	int64_t one;

	if (route->class_code[0] && !work_class_is_known(route->class_code))
		return "The class is one of any, grader, dozer, rotary, truck, small, hand, spreader, dump, loader, "
		       "patrol.";
	if (route->area[0] &&
	    bind_number(db, &one, "SELECT 1 FROM areas WHERE name = ?1", "t", route->area) == -ENOENT)
		return "There is no area of this name.";
	if (route->vehicle[0] && (vehicle_find(db, route->vehicle, &vehicle) != 0 || vehicle.is_retired))
		return "There is no vehicle of this code in use.";
	return links_to_stretches(net, &order->choice, &route->stretches, &route->shape);
}

static void add(struct db_txn *txn, void *subject, const struct master_by *by)
{
	plowing_route_add(txn, &((struct route_order *)subject)->route, by);
}

static void change(struct db_txn *txn, void *subject, const struct master_by *by)
{
	plowing_route_change(txn, &((struct route_order *)subject)->route, by);
}

static void remove_one(struct db_txn *txn, void *subject, const struct master_by *by)
{
	plowing_route_remove(txn, &((struct route_order *)subject)->route, by);
}

static const struct master_order adding = {&words, check, add, show_one, release_order, NULL, 201};
static const struct master_order changing = {&words, check, change, show_one, release_order, NULL, 200};
static const struct master_order removing = {&words, NULL, remove_one, master_show_nothing, release_order, NULL, 200};

static const char *read_body(const cJSON *body, const struct master_order *what, void *subject)
{
	struct route_order *out = subject;
	struct plowing_route *route = &out->route;
	const char *why = what == &adding ? NULL : master_version(body, &route->version);

	if (why || what == &removing)
		return why;
	if (!body_text(body, "name", true, route->name, sizeof(route->name)))
		return "The route needs a name of 1 to 63 bytes.";
	if (!body_text(body, "area", false, route->area, sizeof(route->area)))
		return "The area is a name of at most 63 bytes.";
	if (!body_text(body, "class", false, route->class_code, sizeof(route->class_code)))
		return "The class is a code as grader.";
	if (!body_text(body, "vehicle", false, route->vehicle, sizeof(route->vehicle)))
		return "The vehicle is a code of at most 32 characters.";
	return links_read(cJSON_GetObjectItemCaseSensitive(body, "links"), &out->choice);
}

static void take(struct httpd_request *request, struct api *api, const struct master_order *what)
{
	struct route_order *order = x_calloc(1, sizeof(*order));

	master_take(api, request, what, order, what == &adding ? NULL : &order->route.id, read_body);
}

void api_route_add(struct httpd_request *request, void *context)
{
	take(request, context, &adding);
}

void api_route_change(struct httpd_request *request, void *context)
{
	take(request, context, &changing);
}

void api_route_remove(struct httpd_request *request, void *context)
{
	take(request, context, &removing);
}
