/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowing_routes.h"

#include <errno.h>
#include <stdlib.h>

#include "server/bind.h"
#include "server/masters.h"

static const char kind[] = "route";

void plowing_route_free(struct plowing_route *route)
{
	free(route->stretches.stretches);
	shape_free(&route->shape);
}

void plowing_route_add(struct db_txn *txn, struct plowing_route *route, const struct master_by *by)
{
	int size = 0;
	void *blob = shape_blob(&route->shape, false, &size);

	bind_step(txn,
		  "INSERT INTO routes (name, area, class, vehicle, length_m, geom) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		  "ttttrb", route->name, route->area, route->class_code, route->vehicle,
		  route->stretches.length_m, blob, size);
	if (!txn->error)
		route->id = sqlite3_last_insert_rowid(db_handle(txn->db));
	stretches_store(txn, kind, route->id, &route->stretches);
	master_record(txn, by, kind, route->name, "add");
	free(blob);
}

void plowing_route_change(struct db_txn *txn, const struct plowing_route *route, const struct master_by *by)
{
	int size = 0;
	void *blob = shape_blob(&route->shape, false, &size);

	master_expect(txn, "routes", route->id, route->version);
	bind_step(txn,
		  "UPDATE routes SET name = ?2, area = ?3, class = ?4, vehicle = ?5, length_m = ?6, geom = ?7, "
		  "version = version + 1 WHERE id = ?1",
		  "ittttrb", route->id, route->name, route->area, route->class_code, route->vehicle,
		  route->stretches.length_m, blob, size);
	stretches_store(txn, kind, route->id, &route->stretches);
	master_record(txn, by, kind, route->name, "change");
	free(blob);
}

static void read_name(struct db_txn *txn, int64_t id, char *out, size_t size)
{
	sqlite3_stmt *row = bind_query(txn->db, "SELECT name FROM routes WHERE id = ?1", "i", id);

	if (row && sqlite3_step(row) == SQLITE_ROW)
		bind_copy(row, 0, out, size);
	sqlite3_finalize(row);
}

void plowing_route_remove(struct db_txn *txn, const struct plowing_route *route, const struct master_by *by)
{
	char name[sizeof(route->name)] = "";

	master_expect(txn, "routes", route->id, route->version);
	read_name(txn, route->id, name, sizeof(name));
	master_record(txn, by, kind, name, "remove");
	stretches_remove(txn, kind, route->id);
	bind_step(txn, "DELETE FROM routes WHERE id = ?1", "i", route->id);
}

int plowing_route_each(struct db *db, int64_t only_id, plowing_route_cb *found, void *arg)
{
	sqlite3_stmt *row = bind_query(db,
				       "SELECT id, version, name, area, class, vehicle FROM routes "
				       "WHERE ?1 = 0 OR id = ?1 ORDER BY name",
				       "i", only_id);
	int step = SQLITE_DONE, error = row ? 0 : -EIO;

	while (!error && (step = sqlite3_step(row)) == SQLITE_ROW) {
		struct plowing_route route = {.id = sqlite3_column_int64(row, 0),
				      .version = sqlite3_column_int64(row, 1)};

		bind_copy(row, 2, route.name, sizeof(route.name));
		bind_copy(row, 3, route.area, sizeof(route.area));
		bind_copy(row, 4, route.class_code, sizeof(route.class_code));
		bind_copy(row, 5, route.vehicle, sizeof(route.vehicle));
		error = stretches_load(db, kind, route.id, &route.stretches);
		if (error)
			plowing_route_free(&route);
		else
			found(&route, arg);
	}
	sqlite3_finalize(row);
	return error ? error : db_error(step);
}
