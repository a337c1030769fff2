/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rivers and lakes, for the staff's maps and the residents' files alike.
 */
#include <string.h>

#include "gis/db.h"
#include "server/json.h"
#include "server/plowd/live/show.h"

/* Some 3 m, and 1 m to the digit: on a screen nobody sees more of a bank. */
#define QUERY                                                                                      \
	"SELECT name, AsGeoJSON(SimplifyPreserveTopology(geom, 0.00003), 5) AS shape FROM water "  \
	"WHERE shape IS NOT NULL ORDER BY id"

static void show_surface(struct json *json, sqlite3_stmt *row)
{
	const char *geometry = (const char *)sqlite3_column_text(row, 1);

	json_open(json, '{');
	json_key(json, "type"), json_text(json, "Feature");
	json_key(json, "properties"), json_open(json, '{');
	json_key(json, "name"), json_text(json, (const char *)sqlite3_column_text(row, 0));
	json_close(json, '}');
	json_key(json, "geometry"), json_raw(json, geometry, strlen(geometry));
	json_close(json, '}');
}

int show_water(struct json *json, struct db *db)
{
	sqlite3_stmt *row = db_prepare(db, QUERY);
	int code = SQLITE_ERROR;

	json_open(json, '{');
	json_key(json, "type"), json_text(json, "FeatureCollection");
	json_key(json, "features"), json_open(json, '[');
	while (row && (code = sqlite3_step(row)) == SQLITE_ROW)
		show_surface(json, row);
	json_close(json, ']');
	json_close(json, '}');
	sqlite3_finalize(row);
	return db_error(code);
}
