/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/network_db.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* sqlite3.h, which comes with it, has to precede SpatiaLite's headers. */
#include "gis/db.h"

#include <spatialite/gaiageo.h>

#include "common/alloc.h"
#include "gis/arena.h"
#include "gis/network.h"

/* The index of the UNIQUE constraint gives this order; it makes the network the same every time. */
#define ROADS_SQL                                                                                  \
	"SELECT id, layer, source_id, name, class, admin, oneway, width_m, sidewalk, bridge, "     \
	"tunnel, geom FROM roads ORDER BY layer, source_id"

enum column {
	ID,
	LAYER,
	SOURCE_ID,
	NAME,
	CLASS,
	ADMIN,
	ONEWAY,
	WIDTH,
	SIDEWALK,
	BRIDGE,
	TUNNEL,
	GEOM
};

struct loading {
	struct db *db;
	struct road_source *sources;
	size_t count, capacity;
	struct arena memory; /* texts and positions, until the network has its copies */
};

static uint8_t admin_of(const char *text)
{
	static const char *const names[] = {
		[ADMIN_TOWN] = "town",
		[ADMIN_NATION] = "nation",
		[ADMIN_PREFECTURE] = "prefecture",
		[ADMIN_PRIVATE] = "private",
		[ADMIN_EXPRESSWAY] = "expressway",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(text, names[i]) == 0)
			return (uint8_t)i;
	return ADMIN_TOWN;
}

static char *take_text(struct loading *loading, sqlite3_stmt *stmt, enum column column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, (int)column);

	return arena_text(&loading->memory, text ? text : "");
}

/* Copies the positions of a geometry that is one line. Returns 0 or -EBADMSG. */
static int take_line(struct loading *loading, sqlite3_stmt *stmt, struct road_source *source)
{
	gaiaGeomCollPtr geometry = gaiaFromSpatiaLiteBlobWkb(
		sqlite3_column_blob(stmt, GEOM), (unsigned)sqlite3_column_bytes(stmt, GEOM));
	gaiaLinestringPtr line = geometry ? geometry->FirstLinestring : NULL;
	int error = -EBADMSG;

	if (line && !line->Next && !geometry->FirstPoint && !geometry->FirstPolygon &&
	    line->DimensionModel == GAIA_XY && line->Points >= 2) {
		size_t size = 2 * (size_t)line->Points * sizeof(double);

		source->points = (uint32_t)line->Points;
		source->lonlat = memcpy(arena_take(&loading->memory, size), line->Coords, size);
		error = 0;
	}
	if (geometry)
		gaiaFreeGeomColl(geometry);
	return error;
}

static int take_road(struct loading *loading, sqlite3_stmt *stmt)
{
	struct road_source source = {
		.road =
			{
				.id = sqlite3_column_int64(stmt, ID),
				.layer = take_text(loading, stmt, LAYER),
				.source_id = take_text(loading, stmt, SOURCE_ID),
				.name = take_text(loading, stmt, NAME),
				.class_code = take_text(loading, stmt, CLASS),
				.width_m = (float)sqlite3_column_double(stmt, WIDTH),
				.oneway = (int8_t)sqlite3_column_int(stmt, ONEWAY),
			},
	};
	const char *admin = (const char *)sqlite3_column_text(stmt, ADMIN);
	int flags = 0;

	source.road.admin = admin_of(admin ? admin : "");
	flags |= sqlite3_column_int(stmt, BRIDGE) ? ROAD_BRIDGE : 0;
	flags |= sqlite3_column_int(stmt, TUNNEL) ? ROAD_TUNNEL : 0;
	flags |= sqlite3_column_int(stmt, SIDEWALK) ? ROAD_SIDEWALK : 0;
	source.road.flags = (uint8_t)flags;
	if (take_line(loading, stmt, &source))
		return db_explain(
			loading->db, -EBADMSG,
			"%s: road %s of layer %s has no readable line; import the layer again",
			db_path(loading->db), source.road.source_id, source.road.layer);
	loading->sources = x_grow(loading->sources, loading->count, &loading->capacity,
				  sizeof(*loading->sources));
	loading->sources[loading->count++] = source;
	return 0;
}

static int read_roads(struct loading *loading)
{
	sqlite3_stmt *stmt = db_prepare(loading->db, ROADS_SQL);
	int code, error = 0;

	if (!stmt)
		return db_failed(loading->db);
	while (!error && (code = sqlite3_step(stmt)) != SQLITE_DONE)
		error = code == SQLITE_ROW ? take_road(loading, stmt) : db_failed(loading->db);
	sqlite3_finalize(stmt);
	return error;
}

int network_load(struct db *db, struct network **out)
{
	struct loading loading = {.db = db};
	int error = read_roads(&loading);

	*out = NULL;
	if (!error) {
		error = network_build(loading.sources, loading.count, out);
		if (error)
			db_explain(db, error,
				   "%s: a road has a position out of range; import its layer again",
				   db_path(db));
	}
	free(loading.sources);
	arena_free(&loading.memory);
	return error;
}

int network_revision(struct db *db, int64_t *out_revision)
{
	char text[32];
	int error = db_setting(db, NETWORK_REVISION_SETTING, text, sizeof(text));

	*out_revision = error ? 0 : strtoll(text, NULL, 10);
	return error == -ENOENT ? 0 : error; /* nothing has been imported yet */
}
