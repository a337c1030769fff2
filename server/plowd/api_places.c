/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Areas with their progress, and depots, as GeoJSON.
 */
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/plowd/api.h"
#include "server/plowd/board.h"
#include "server/plowd/show.h"

/* The board's bars at the time of asking. */
struct places {
	size_t count;
	struct progress_bar bars[];
};

static void show_bar_of(struct json *json, const struct places *places, const char *name)
{
	for (size_t i = 0; i < places->count; i++) {
		if (strcmp(places->bars[i].name, name) == 0) {
			show_bar(json, &places->bars[i]);
			return;
		}
	}
	json_null(json);
}

/* The columns of both queries. */
enum { ID, NAME, GEOMETRY };

static void show_feature(struct json *json, sqlite3_stmt *row, const struct places *places)
{
	const char *name = (const char *)sqlite3_column_text(row, NAME);
	const char *geometry = (const char *)sqlite3_column_text(row, GEOMETRY);

	json_open(json, '{');
	json_key(json, "type"), json_text(json, "Feature");
	json_key(json, "id"), json_integer(json, sqlite3_column_int64(row, ID));
	json_key(json, "properties"), json_open(json, '{');
	json_key(json, "id"), json_integer(json, sqlite3_column_int64(row, ID));
	json_key(json, "name"), json_text(json, name);
	if (places)
		json_key(json, "progress"), show_bar_of(json, places, name);
	json_close(json, '}');
	json_key(json, "geometry");
	if (geometry)
		json_raw(json, geometry, strlen(geometry));
	else
		json_null(json);
	json_close(json, '}');
}

static void answer_features(struct db *db, const char *sql, const struct places *places,
			    struct answer *out)
{
	sqlite3_stmt *row = db_prepare(db, sql);
	struct json json = {0};
	int code = SQLITE_ERROR;

	json_open(&json, '{');
	json_key(&json, "type"), json_text(&json, "FeatureCollection");
	json_key(&json, "features"), json_open(&json, '[');
	while (row && (code = sqlite3_step(row)) == SQLITE_ROW)
		show_feature(&json, row, places);
	json_close(&json, ']');
	json_close(&json, '}');
	sqlite3_finalize(row);
	if (code == SQLITE_DONE) {
		answer_body(out, TYPE_GEOJSON, &json.out);
	} else {
		bytes_free(&json.out);
		answer_db_error(out);
	}
}

static void areas_work(struct db *db, void *input, struct answer *out)
{
	answer_features(db, "SELECT id, name, AsGeoJSON(geom, 7) FROM areas ORDER BY name, id",
			input, out);
}

static void depots_work(struct db *db, void *input, struct answer *out)
{
	(void)input;
	answer_features(db, "SELECT id, name, AsGeoJSON(geom, 7) FROM depots ORDER BY name, id",
			NULL, out);
}

void api_areas(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct progress progress = board_progress(api->parts.board);
	size_t size = progress.area_count * sizeof(*progress.areas);
	struct places *places = x_calloc(1, sizeof(*places) + size);

	places->count = progress.area_count;
	if (size)
		memcpy(places->bars, progress.areas, size);
	api_offload(api, request, areas_work, places);
}

void api_depots(struct httpd_request *request, void *context)
{
	api_offload(context, request, depots_work, NULL);
}
