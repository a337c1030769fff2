/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Areas with their progress, depots, and the water between them, as GeoJSON; drawn areas and depots are added,
 * changed and removed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/bind.h"
#include "server/places.h"
#include "server/plowd/api/api_masters.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/show.h"

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

/* The columns of the queries. */
enum { ID, NAME, GEOMETRY, LAYER, VERSION };
#define COLUMNS "SELECT id, name, AsGeoJSON(geom, 7), layer, version FROM "

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
	json_key(json, "layer"), json_text(json, (const char *)sqlite3_column_text(row, LAYER));
	json_key(json, "version"), json_integer(json, sqlite3_column_int64(row, VERSION));
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
	answer_features(db, COLUMNS "areas ORDER BY name, id", input, out);
}

static void depots_work(struct db *db, void *input, struct answer *out)
{
	(void)input;
	answer_features(db, COLUMNS "depots ORDER BY name, id", NULL, out);
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

static void water_work(struct db *db, void *input, struct answer *out)
{
	struct json json = {0};

	(void)input;
	if (show_water(&json, db) == 0) {
		answer_body(out, TYPE_GEOJSON, &json.out);
	} else {
		bytes_free(&json.out);
		answer_db_error(out);
	}
}

void api_water(struct httpd_request *request, void *context)
{
	api_offload(context, request, water_work, NULL);
}

static const struct master_words words[] = {
	[PLACE_AREA] = {.missing = "There is no area of this number.",
			.taken = "There is an area of this name already.",
			.used = "A route lies in this area: change that one first.",
			.fixed = "This area came with an imported layer: change it there and import it again."},
	[PLACE_DEPOT] = {.missing = "There is no depot of this number.",
			 .taken = "There is a depot of this name already.",
			 .fixed = "This depot came with an imported layer: change it there and import it again."},
};

static void release_place(void *subject)
{
	struct place *place = subject;

	shape_free(&place->shape);
	free(place);
}

static const char *check_place(struct db *db, const struct network *net, void *subject)
{
	const struct place *place = subject;

	(void)db;
	return shape_fault(&place->shape, net);
}

static void add_place(struct db_txn *txn, void *subject, const struct master_by *by)
{
	place_add(txn, subject, by);
}

static void change_place(struct db_txn *txn, void *subject, const struct master_by *by)
{
	place_change(txn, subject, by);
}

static void remove_place(struct db_txn *txn, void *subject, const struct master_by *by)
{
	place_remove(txn, subject, by);
}

/* A feature as the list has it; the progress comes with the roads' next counting. */
static int show_place(struct json *json, struct db *db, const struct network *net, void *subject)
{
	static const struct places none = {.count = 0};
	const struct place *place = subject;
	bool is_area = place->kind == PLACE_AREA;
	sqlite3_stmt *row =
		bind_query(db, is_area ? COLUMNS "areas WHERE id = ?1" : COLUMNS "depots WHERE id = ?1", "i", place->id);
	int step = row ? sqlite3_step(row) : SQLITE_ERROR;

	(void)net;
	if (step == SQLITE_ROW)
		show_feature(json, row, is_area ? &none : NULL);
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 0 : -EIO;
}

#define ORDERS(kind)                                                                                             \
	[kind] = {                                                                                               \
		{&words[kind], check_place, add_place, show_place, release_place, TYPE_GEOJSON, 201},            \
		{&words[kind], check_place, change_place, show_place, release_place, TYPE_GEOJSON, 200},         \
		{&words[kind], NULL, remove_place, master_show_nothing, release_place, NULL, 200},                      \
	}
enum { ADD, CHANGE, REMOVE };
static const struct master_order orders[][3] = {ORDERS(PLACE_AREA), ORDERS(PLACE_DEPOT)};

/* What the body says, or why it says nothing. */
static const char *read_place(const cJSON *body, const struct master_order *order, void *subject)
{
	struct place *out = subject;
	const char *why = order == &orders[out->kind][ADD] ? NULL : master_version(body, &out->version);

	if (why || order == &orders[out->kind][REMOVE])
		return why;
	if (!body_text(body, "name", true, out->name, sizeof(out->name)))
		return "It needs a name of 1 to 63 bytes.";
	return master_shape(cJSON_GetObjectItemCaseSensitive(body, "geometry"), out->kind == PLACE_DEPOT, false,
			    out->kind == PLACE_AREA, &out->shape);
}

static void take(struct httpd_request *request, struct api *api, enum place_kind kind, int what)
{
	struct place *place = x_calloc(1, sizeof(*place));

	place->kind = kind;
	master_take(api, request, &orders[kind][what], place, what == ADD ? NULL : &place->id, read_place);
}

void api_area_add(struct httpd_request *request, void *context)
{
	take(request, context, PLACE_AREA, ADD);
}

void api_area_change(struct httpd_request *request, void *context)
{
	take(request, context, PLACE_AREA, CHANGE);
}

void api_area_remove(struct httpd_request *request, void *context)
{
	take(request, context, PLACE_AREA, REMOVE);
}

void api_depot_add(struct httpd_request *request, void *context)
{
	take(request, context, PLACE_DEPOT, ADD);
}

void api_depot_change(struct httpd_request *request, void *context)
{
	take(request, context, PLACE_DEPOT, CHANGE);
}

void api_depot_remove(struct httpd_request *request, void *context)
{
	take(request, context, PLACE_DEPOT, REMOVE);
}
