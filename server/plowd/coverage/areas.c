/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/areas.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"

static int load_names(struct db *db, struct area_map *areas, int64_t **out_ids)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT id, name FROM areas ORDER BY layer, source_id");
	size_t names_capacity = 0, ids_capacity = 0;
	int step;

	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && areas->count < UINT16_MAX) {
		const unsigned char *name = sqlite3_column_text(stmt, 1);

		areas->names = x_grow(areas->names, areas->count, &names_capacity, sizeof(*areas->names));
		*out_ids = x_grow(*out_ids, areas->count, &ids_capacity, sizeof(**out_ids));
		snprintf(areas->names[areas->count], sizeof(*areas->names), "%s", name ? (const char *)name : "");
		(*out_ids)[areas->count++] = sqlite3_column_int64(stmt, 0);
	}
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW ? 0 : db_error(step);
}

static uint16_t find_area(sqlite3_stmt *stmt, const struct network *net, uint32_t link, const int64_t *ids,
			  size_t count)
{
	double x_m, y_m, course_deg, lon_deg, lat_deg;
	uint16_t found = UINT16_MAX;

	network_point(net, link, network_link(net, link)->length_m / 2, &x_m, &y_m, &course_deg);
	network_to_degrees(net, x_m, y_m, &lon_deg, &lat_deg);
	sqlite3_bind_double(stmt, 1, lon_deg);
	sqlite3_bind_double(stmt, 2, lat_deg);
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(stmt, 0);

		for (size_t i = 0; i < count && found == UINT16_MAX; i++) {
			if (ids[i] == id)
				found = (uint16_t)i;
		}
	}
	sqlite3_reset(stmt);
	return found;
}

int areas_load(struct db *db, const struct network *net, struct area_map *out)
{
	size_t links = network_links(net);
	int64_t *ids = NULL;
	sqlite3_stmt *stmt;
	int error;

	*out = (struct area_map){.area_of_link = x_calloc(links, sizeof(uint16_t))};
	error = load_names(db, out, &ids);
	/* The core R*Tree is asked, not SpatialIndex, which answers nothing under a LIMIT. */
	stmt = db_prepare(db, "SELECT id FROM areas WHERE id IN (SELECT pkid FROM idx_areas_geom WHERE xmin <= ?1 "
			      "AND xmax >= ?1 AND ymin <= ?2 AND ymax >= ?2) "
			      "AND ST_Contains(geom, MakePoint(?1, ?2, 4326)) ORDER BY id");
	if (!stmt)
		error = error ? error : -EIO;
	for (uint32_t i = 0; i < links && !error; i++)
		out->area_of_link[i] = out->count ? find_area(stmt, net, i, ids, out->count) : UINT16_MAX;
	sqlite3_finalize(stmt);
	free(ids);
	if (error)
		area_map_free(out);
	return error;
}
