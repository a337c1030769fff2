/* SPDX-License-Identifier: Apache-2.0 */
#include "server/stretches.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "gis/shape.h"
#include "server/bind.h"
#include "server/json.h"

#define JOIN_M 0.01 /* links that follow one another share this place on their road */

static void add_line(const struct network *net, uint32_t number, struct shape *shape)
{
	const struct vertex *vertices = network_vertices(net, number);

	for (uint32_t i = 0; i < network_link(net, number)->vertices; i++) {
		double lon_deg, lat_deg;

		network_to_degrees(net, vertices[i].x_m, vertices[i].y_m, &lon_deg, &lat_deg);
		shape_add(shape, lon_deg, lat_deg);
	}
	shape_end_line(shape);
}

/* Whether the stretch goes on with this link, forward or back along the road; then it is longer. */
static bool goes_on(struct stretch *last, bool is_one_link, const struct stretch *link)
{
	if (last->road_id != link->road_id)
		return false;
	if (last->from_m < last->to_m && fabs(last->to_m - link->from_m) < JOIN_M) {
		last->to_m = link->to_m;
		return true;
	}
	if (is_one_link && fabs(last->from_m - link->to_m) < JOIN_M) {
		*last = (struct stretch){last->road_id, last->to_m, link->from_m};
		return true;
	}
	if (last->from_m > last->to_m && fabs(last->to_m - link->to_m) < JOIN_M) {
		last->to_m = link->from_m;
		return true;
	}
	return false;
}

/* Returns how many links the last stretch has now. */
static size_t add_stretch(struct stretch_list *list, size_t last_links, const struct stretch *link)
{
	list->length_m += link->to_m - link->from_m;
	if (list->count && goes_on(&list->stretches[list->count - 1], last_links == 1, link))
		return last_links + 1;
	list->stretches = x_grow(list->stretches, list->count, &list->capacity, sizeof(*link));
	list->stretches[list->count++] = *link;
	return 1;
}

int stretches_of_links(const struct network *net, const int64_t *links, size_t count,
		       struct stretch_list *out, struct shape *out_shape)
{
	size_t last_links = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t number = network_find_link(net, links[i]);
		const struct link *link;
		struct stretch stretch;

		if (number == NETWORK_NONE)
			return -ENOENT;
		link = network_link(net, number);
		stretch = (struct stretch){network_road(net, link->road)->id, link->from_m,
					   link->from_m + link->length_m};
		last_links = add_stretch(out, last_links, &stretch);
		add_line(net, number, out_shape);
	}
	return 0;
}

void stretches_remove(struct db_txn *txn, const char *kind, int64_t owner_id)
{
	bind_step(txn, "DELETE FROM stretch WHERE kind = ?1 AND owner_id = ?2", "ti", kind, owner_id);
}

void stretches_store(struct db_txn *txn, const char *kind, int64_t owner_id, const struct stretch_list *list)
{
	stretches_remove(txn, kind, owner_id);
	for (size_t i = 0; i < list->count && !txn->error; i++)
		bind_step(txn,
			  "INSERT INTO stretch (kind, owner_id, seq, road_id, from_m, to_m) "
			  "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			  "tiiirr", kind, owner_id, (int64_t)i, list->stretches[i].road_id,
			  list->stretches[i].from_m, list->stretches[i].to_m);
}

int stretches_load(struct db *db, const char *kind, int64_t owner_id, struct stretch_list *out)
{
	sqlite3_stmt *row = bind_query(db,
				       "SELECT road_id, from_m, to_m FROM stretch "
				       "WHERE kind = ?1 AND owner_id = ?2 ORDER BY seq",
				       "ti", kind, owner_id);
	int step;

	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		const struct stretch stretch = {sqlite3_column_int64(row, 0), sqlite3_column_double(row, 1),
						sqlite3_column_double(row, 2)};

		out->stretches = x_grow(out->stretches, out->count, &out->capacity, sizeof(stretch));
		out->stretches[out->count++] = stretch;
		out->length_m += fabs(stretch.to_m - stretch.from_m);
	}
	sqlite3_finalize(row);
	return db_error(step);
}

/* A link belongs to a stretch when its middle lies in it. */
static void show_link_of(struct json *json, const struct network *net, const struct stretch *stretch,
			 uint32_t number)
{
	const struct link *link = network_link(net, number);
	double middle_m = link->from_m + link->length_m / 2;

	if (middle_m > fmin(stretch->from_m, stretch->to_m) && middle_m < fmax(stretch->from_m, stretch->to_m))
		json_integer(json, network_link_id(net, number));
}

static void show_links_of(struct json *json, const struct network *net, const struct stretch *stretch)
{
	uint32_t number = network_road_by_id(net, stretch->road_id);
	const struct road *road = number == NETWORK_NONE ? NULL : network_road(net, number);

	for (uint32_t i = 0; road && i < road->links; i++) {
		uint32_t place = stretch->from_m < stretch->to_m ? i : road->links - 1 - i;

		show_link_of(json, net, stretch, road->first_link + place);
	}
}

void stretches_show_links(struct json *json, const struct network *net, const struct stretch_list *list)
{
	json_open(json, '[');
	for (size_t i = 0; net && i < list->count; i++)
		show_links_of(json, net, &list->stretches[i]);
	json_close(json, ']');
}
