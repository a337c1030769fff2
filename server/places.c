/* SPDX-License-Identifier: Apache-2.0 */
#include "server/places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server/bind.h"
#include "server/masters.h"

static const struct {
	const char *kind, *table, *find, *taken, *insert, *update, *remove;
} sql[] = {
#define OF(word, table_name)                                                                                     \
	{                                                                                                        \
		word, table_name, "SELECT name, layer FROM " table_name " WHERE id = ?1",                        \
			"SELECT 1 FROM " table_name " WHERE name = ?1 AND id <> ?2",                             \
			"INSERT INTO " table_name " (layer, source_id, name, geom) "                             \
			"VALUES ('" SHAPE_DRAWN_LAYER "', lower(hex(randomblob(8))), ?1, ?2)",                  \
			"UPDATE " table_name " SET name = ?2, geom = ?3, version = version + 1 WHERE id = ?1",   \
			"DELETE FROM " table_name " WHERE id = ?1"                                               \
	}
	[PLACE_AREA] = OF("area", "areas"),
	[PLACE_DEPOT] = OF("depot", "depots"),
#undef OF
};

/* Whether another has the name. */
static void expect_free_name(struct db_txn *txn, const struct place *place)
{
	int64_t one;
	int error;

	if (txn->error)
		return;
	error = bind_number(txn->db, &one, sql[place->kind].taken, "ti", place->name, place->id);
	txn->error = error == 0 ? -EEXIST : error == -ENOENT ? 0 : error;
}

/* Whether it is one of ours, and what it is called so far. */
static void expect_drawn(struct db_txn *txn, const struct place *place, char *out_name, size_t size)
{
	char layer[64] = "";
	sqlite3_stmt *row;

	master_expect(txn, sql[place->kind].table, place->id, place->version);
	if (txn->error)
		return;
	row = bind_query(txn->db, sql[place->kind].find, "i", place->id);
	if (row && sqlite3_step(row) == SQLITE_ROW) {
		bind_copy(row, 0, out_name, size);
		bind_copy(row, 1, layer, sizeof(layer));
	}
	sqlite3_finalize(row);
	if (strcmp(layer, SHAPE_DRAWN_LAYER) != 0)
		txn->error = -EPERM;
}

void place_add(struct db_txn *txn, struct place *place, const struct master_by *by)
{
	int size = 0;
	void *blob = shape_blob(&place->shape, true, &size);

	expect_free_name(txn, place);
	bind_step(txn, sql[place->kind].insert, "tb", place->name, blob, size);
	if (!txn->error) /* its triggers insert elsewhere, but have put this number back */
		place->id = sqlite3_last_insert_rowid(db_handle(txn->db));
	master_record(txn, by, sql[place->kind].kind, place->name, "add");
	master_touch_network(txn);
	free(blob);
}

void place_change(struct db_txn *txn, const struct place *place, const struct master_by *by)
{
	int size = 0;
	void *blob = shape_blob(&place->shape, true, &size);
	char before[sizeof(place->name)] = "";

	expect_drawn(txn, place, before, sizeof(before));
	expect_free_name(txn, place);
	bind_step(txn, sql[place->kind].update, "itb", place->id, place->name, blob, size);
	if (place->kind == PLACE_AREA)
		bind_step(txn, "UPDATE routes SET area = ?2, version = version + 1 WHERE area = ?1 AND area <> ?2",
			  "tt", before, place->name);
	master_record(txn, by, sql[place->kind].kind, place->name, "change");
	master_touch_network(txn);
	free(blob);
}

void place_remove(struct db_txn *txn, const struct place *place, const struct master_by *by)
{
	char name[sizeof(place->name)] = "";
	int64_t one;

	expect_drawn(txn, place, name, sizeof(name));
	if (!txn->error && place->kind == PLACE_AREA &&
	    bind_number(txn->db, &one, "SELECT 1 FROM routes WHERE area = ?1", "t", name) == 0)
		txn->error = -EBUSY;
	bind_step(txn, sql[place->kind].remove, "i", place->id);
	master_record(txn, by, sql[place->kind].kind, name, "remove");
	master_touch_network(txn);
}
