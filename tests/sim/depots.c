/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/depots.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"

int depots_load(struct db *db, double **out, size_t *out_count)
{
	sqlite3_stmt *stmt = db_prepare(
		db, "SELECT ST_X(geom), ST_Y(geom) FROM depots ORDER BY layer, source_id");
	double *depots = NULL;
	size_t values = 0, capacity = 0;
	int code;

	if (!stmt)
		return db_error(sqlite3_errcode(db_handle(db)));
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int column = 0; column < 2; column++) {
			depots = x_grow(depots, values, &capacity, sizeof(*depots));
			depots[values++] = sqlite3_column_double(stmt, column);
		}
	}
	sqlite3_finalize(stmt);
	*out = depots;
	*out_count = values / 2;
	return code == SQLITE_DONE ? 0 : db_error(code);
}
