/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the town is called and where it lies, for /town and the residents' files alike.
 */
#include <errno.h>
#include <math.h>

#include "gis/db.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/live/show.h"

struct box {
	double min_x, min_y, max_x, max_y;
};

static void widen(struct box *box, const struct vertex *vertices, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		box->min_x = fmin(box->min_x, (double)vertices[i].x_m);
		box->min_y = fmin(box->min_y, (double)vertices[i].y_m);
		box->max_x = fmax(box->max_x, (double)vertices[i].x_m);
		box->max_y = fmax(box->max_y, (double)vertices[i].y_m);
	}
}

void show_bounds(struct json *json, const struct network *net, uint32_t first_link, size_t links)
{
	struct box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
	double west, south, east, north;

	if (links == 0) {
		json_null(json);
		return;
	}
	for (uint32_t i = first_link; i < first_link + links; i++)
		widen(&box, network_vertices(net, i), network_link(net, i)->vertices);
	network_to_degrees(net, box.min_x, box.min_y, &west, &south);
	network_to_degrees(net, box.max_x, box.max_y, &east, &north);
	json_open(json, '[');
	json_real(json, west, 6), json_real(json, south, 6);
	json_real(json, east, 6), json_real(json, north, 6);
	json_close(json, ']');
}

/* Whose data the roads are: what the town set, else what OpenStreetMap asks for where it is used.
 */
static int show_attribution(struct json *json, struct db *db)
{
	char attribution[256] = "";
	int error = db_setting(db, "attribution", attribution, sizeof(attribution));
	sqlite3_stmt *stmt;

	json_key(json, "attribution");
	if (error != -ENOENT) {
		json_text(json, attribution);
		return error;
	}
	stmt = db_prepare(db,
			  "SELECT 1 FROM layer WHERE kind = 'roads' AND (source LIKE '%.osm' OR "
			  "source LIKE '%.osm.%' OR source LIKE '%.pbf')");
	if (!stmt)
		return -EIO;
	json_text(json, sqlite3_step(stmt) == SQLITE_ROW ? "© OpenStreetMap contributors" : "");
	sqlite3_finalize(stmt);
	return 0;
}

int show_town(struct json *json, struct db *db, const struct network *net)
{
	static const char *const settings[] = {"name", "timezone", "day_start"};
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(settings) / sizeof(settings[0]); i++) {
		char value[256] = "";

		error = db_setting(db, settings[i], value, sizeof(value));
		json_key(json, settings[i]), json_text(json, value);
	}
	json_key(json, "bounds"), show_bounds(json, net, 0, net ? network_links(net) : 0);
	return error ? error : show_attribution(json, db);
}
