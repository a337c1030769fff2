/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/roadside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/json.h"
#include "server/plowd/live/board.h"
#include "server/snow.h"

/* What a station said so long before the pass tells how deep it was then. */
#define SNOW_BEFORE_MS (INT64_C(3) * 86400 * 1000)

void roadside_copy(const struct board *board, uint32_t link, const char *class_code, int64_t last_ms,
		   struct roadside *out)
{
	*out = (struct roadside){.area_count = board_area_count(board),
				 .area = board_area_number(board, link),
				 .class_code = class_code,
				 .last_ms = last_ms};
	out->areas = x_calloc(out->area_count + 1, sizeof(*out->areas));
	for (size_t i = 0; i < out->area_count; i++)
		strncpy(out->areas[i], board_area_name(board, i), sizeof(out->areas[i]) - 1);
}

void roadside_fini(struct roadside *roadside)
{
	free(roadside->areas);
}

/* The class's own hour, else that of all others. */
static int show_finish_by(struct db *db, struct json *json, const char *class_code)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT finish_by FROM road_class WHERE code IN (?, '') "
					    "ORDER BY code DESC LIMIT 1");
	int step;

	if (!stmt)
		return -EIO;
	sqlite3_bind_text(stmt, 1, class_code, -1, SQLITE_STATIC);
	step = sqlite3_step(stmt);
	json_key(json, "finish_by");
	json_text(json, step == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW || step == SQLITE_DONE ? 0 : db_error(step);
}

static int show_snow(struct db *db, struct json *json, const struct roadside *roadside)
{
	const char **names = x_calloc(roadside->area_count + 1, sizeof(*names));
	struct snow_table *table;
	double risen_cm;
	int error;

	for (size_t i = 0; i < roadside->area_count; i++)
		names[i] = roadside->areas[i];
	table = snow_table_new(names, roadside->area_count);
	error = snow_table_load(table, db, roadside->last_ms - SNOW_BEFORE_MS);
	json_key(json, "snow_since_cm");
	if (!error && roadside->last_ms &&
	    snow_risen(table, roadside->area, roadside->last_ms, &risen_cm) == 0)
		json_real(json, risen_cm, 1);
	else
		json_null(json);
	snow_table_free(table);
	free(names);
	return error;
}

int roadside_show(struct db *db, struct json *json, const struct roadside *roadside)
{
	int error;

	json_key(json, "area");
	json_text(json, roadside->area < roadside->area_count ? roadside->areas[roadside->area] : "");
	error = show_finish_by(db, json, roadside->class_code);
	return error ? error : show_snow(db, json, roadside);
}
