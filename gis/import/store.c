/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "gis/import/blob.h"
#include "gis/import/boxes.h"
#include "gis/import/import.h"
#include "gis/import/triggers.h"
#include "gis/network_db.h"

/* ?1 is the layer, ?2 the feature's id, ?3 the geometry, ?4... the attributes, ?13 the row of a new one. */
#define ROAD_COLUMNS "geom, name, class, admin, oneway, width_m, sidewalk, bridge, tunnel, length_m"
#define ROAD_VALUES "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"
#define PLACE_COLUMNS "geom, name"
#define PLACE_VALUES "?3, ?4"

#define FIND(table, columns, values)                                                               \
	"SELECT id, (" columns ") IS (" values ") FROM " table                                     \
	" WHERE layer = ?1 AND source_id = ?2"
#define INSERT(table, columns, values)                                                             \
	"INSERT INTO " table " (id, layer, source_id, " columns ") VALUES (?13, ?1, ?2, " values ")"
#define UPDATE(table, columns, values)                                                             \
	"UPDATE " table " SET (" columns ") = (" values ") WHERE layer = ?1 AND source_id = ?2"
#define LIST(table) "SELECT id FROM " table " WHERE layer = ?1 ORDER BY id"
#define REMOVE(table) "DELETE FROM " table " WHERE id = ?1"
#define LAST(table)                                                                                \
	"SELECT max(ifnull((SELECT max(id) FROM " table "), 0), "                                  \
	"ifnull((SELECT seq FROM sqlite_sequence WHERE name = '" table "'), 0))"
#define STATEMENTS(table, columns, values)                                                         \
	{                                                                                          \
		table, FIND(table, columns, values), INSERT(table, columns, values),               \
			UPDATE(table, columns, values), LIST(table), REMOVE(table), LAST(table)    \
	}

static const struct {
	const char *table, *find, *insert, *update, *list, *remove, *last;
} sql[] = {
	[IMPORT_ROADS] = STATEMENTS("roads", ROAD_COLUMNS, ROAD_VALUES),
	[IMPORT_AREAS] = STATEMENTS("areas", PLACE_COLUMNS, PLACE_VALUES),
	[IMPORT_DEPOTS] = STATEMENTS("depots", PLACE_COLUMNS, PLACE_VALUES),
	[IMPORT_WATER] = STATEMENTS("water", PLACE_COLUMNS, PLACE_VALUES),
};

enum change { CHANGE_NONE, CHANGE_ADD, CHANGE_UPDATE };

/* The difference between the file and the database, worked out before the transaction. */
struct store {
	struct db *db;
	struct import *import;
	enum change *changes; /* of each feature */
	int64_t *rows;        /* of each feature: where it is already, or is to be */
	int64_t *stay;        /* of those that are there already, sorted */
	size_t stay_count;
	int64_t *removed;
	size_t removed_count, removed_capacity;
	struct boxes boxes;
	int64_t revision; /* of the database this is the difference to */
};

static void bind_feature(sqlite3_stmt *stmt, const struct import *import,
			 const struct feature *feature)
{
	sqlite3_bind_text(stmt, 1, import->options->layer, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, feature->source_id, -1, SQLITE_STATIC);
	sqlite3_bind_blob(stmt, 3, feature->blob, feature->blob_size, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 4, feature->name, -1, SQLITE_STATIC);
	if (import->options->kind != IMPORT_ROADS)
		return;
	sqlite3_bind_text(stmt, 5, feature->class_code, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 6, feature->admin, -1, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 7, feature->oneway);
	sqlite3_bind_double(stmt, 8, feature->width_m);
	sqlite3_bind_int(stmt, 9, feature->sidewalk);
	sqlite3_bind_int(stmt, 10, feature->bridge);
	sqlite3_bind_int(stmt, 11, feature->tunnel);
	sqlite3_bind_double(stmt, 12, feature->length_m);
}

static int find_changes(struct store *store)
{
	struct import *import = store->import;
	sqlite3_stmt *find = db_prepare(store->db, sql[import->options->kind].find);
	int code = SQLITE_OK;

	if (!find)
		return db_failed(store->db);
	for (size_t i = 0; i < import->count && (code == SQLITE_OK || code == SQLITE_DONE); i++) {
		bind_feature(find, import, &import->features[i]);
		store->changes[i] = CHANGE_ADD;
		store->rows[i] = 0;
		code = sqlite3_step(find);
		if (code == SQLITE_ROW) {
			store->rows[i] = sqlite3_column_int64(find, 0);
			store->stay[store->stay_count++] = store->rows[i];
			store->changes[i] =
				sqlite3_column_int(find, 1) ? CHANGE_NONE : CHANGE_UPDATE;
		}
		code = sqlite3_reset(find);
	}
	sqlite3_finalize(find);
	return code == SQLITE_OK ? 0 : db_failed(store->db);
}

static int by_row(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

/* The layer's rows whose ids the file no longer has. */
static int find_removed(struct store *store)
{
	const struct import_options *options = store->import->options;
	sqlite3_stmt *list = db_prepare(store->db, sql[options->kind].list);
	size_t next = 0;
	int code;

	if (!list)
		return db_failed(store->db);
	qsort(store->stay, store->stay_count, sizeof(*store->stay), by_row);
	sqlite3_bind_text(list, 1, options->layer, -1, SQLITE_STATIC);
	while ((code = sqlite3_step(list)) == SQLITE_ROW) {
		int64_t row = sqlite3_column_int64(list, 0);

		if (next < store->stay_count && store->stay[next] == row) {
			next++;
			continue;
		}
		store->removed = x_grow(store->removed, store->removed_count,
					&store->removed_capacity, sizeof(*store->removed));
		store->removed[store->removed_count++] = row;
	}
	sqlite3_finalize(list);
	return code == SQLITE_DONE ? 0 : db_failed(store->db);
}

/* New features come behind all rows there ever were. */
static int number_new(struct store *store)
{
	sqlite3_stmt *last = db_prepare(store->db, sql[store->import->options->kind].last);
	int64_t row = 0;
	int code = last ? sqlite3_step(last) : SQLITE_ERROR;

	if (code == SQLITE_ROW)
		row = sqlite3_column_int64(last, 0);
	sqlite3_finalize(last);
	if (code != SQLITE_ROW)
		return db_failed(store->db);
	for (size_t i = 0; i < store->import->count; i++) {
		if (store->changes[i] == CHANGE_ADD)
			store->rows[i] = ++row;
	}
	return 0;
}

static int update_boxes(struct store *store)
{
	const struct import *import = store->import;
	int error = 0;

	for (size_t i = 0; !error && i < store->removed_count; i++)
		error = boxes_drop(&store->boxes, store->removed[i]);
	for (size_t i = 0; !error && i < import->count; i++) {
		const struct feature *feature = &import->features[i];
		const struct box box = {feature->west, feature->south, feature->east, feature->north};

		if (store->changes[i] != CHANGE_NONE)
			error = boxes_put(&store->boxes, store->rows[i], &box);
	}
	return error;
}

/* One reading transaction, so that the difference is to one state of the database. */
static int find_difference(struct store *store)
{
	int error = db_run(store->db, "BEGIN"), end;

	if (error)
		return error;
	store->stay_count = store->removed_count = 0;
	error = network_revision(store->db, &store->revision);
	if (!error)
		error = find_changes(store);
	if (!error)
		error = find_removed(store);
	if (!error)
		error = number_new(store);
	boxes_forget(&store->boxes);
	if (!error)
		error = boxes_copy(&store->boxes, store->db, sql[store->import->options->kind].table);
	end = db_run(store->db, "COMMIT");
	if (!error)
		error = end;
	return error ? error : update_boxes(store);
}

static void apply_features(struct db_txn *txn, struct store *store)
{
	struct import *import = store->import;
	sqlite3_stmt *insert = db_prepare(store->db, sql[import->options->kind].insert);
	sqlite3_stmt *update = db_prepare(store->db, sql[import->options->kind].update);

	import->added = import->changed = import->unchanged = 0;
	for (size_t i = 0; i < import->count && !txn->error; i++) {
		bool is_new = store->changes[i] == CHANGE_ADD;

		if (store->changes[i] == CHANGE_NONE) {
			import->unchanged++;
			continue;
		}
		bind_feature(is_new ? insert : update, import, &import->features[i]);
		if (is_new)
			sqlite3_bind_int64(insert, 13, store->rows[i]);
		db_txn_step(txn, is_new ? insert : update);
		*(is_new ? &import->added : &import->changed) += 1;
	}
	sqlite3_finalize(insert);
	sqlite3_finalize(update);
}

static void apply_removed(struct db_txn *txn, struct store *store)
{
	sqlite3_stmt *remove = db_prepare(store->db, sql[store->import->options->kind].remove);

	for (size_t i = 0; i < store->removed_count && !txn->error; i++) {
		sqlite3_bind_int64(remove, 1, store->removed[i]);
		db_txn_step(txn, remove);
	}
	store->import->removed = store->removed_count;
	sqlite3_finalize(remove);
}

/* Says what was imported when, and that something did: a running plowd looks at the revision. */
static void apply_layer(struct db_txn *txn, struct store *store)
{
	static const char upsert[] =
		"INSERT INTO layer (kind, name, source, imported_ms, features) VALUES (?1, ?2, ?3, "
		"?4, ?5) "
		"ON CONFLICT (kind, name) DO UPDATE SET source = excluded.source, "
		"imported_ms = excluded.imported_ms, features = excluded.features";
	const struct import *import = store->import;
	sqlite3_stmt *stmt = db_prepare(store->db, upsert);

	sqlite3_bind_text(stmt, 1, import_kind_name(import->options->kind), -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, import->options->layer, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 3, import_file_name(import), -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 4, wall_clock_ms());
	sqlite3_bind_int64(stmt, 5, (int64_t)import->count);
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
	db_txn_run(txn,
		   "INSERT INTO setting (key, value) VALUES ('" NETWORK_REVISION_SETTING "', '1') "
		   "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1");
}

static int swap(struct store *store)
{
	struct db_txn txn = db_txn_begin(store->db);
	struct triggers triggers = {0};
	int64_t revision = 0;

	if (!txn.error)
		txn.error = network_revision(store->db, &revision);
	if (!txn.error && revision != store->revision)
		txn.error = -EAGAIN; /* another import came between */
	triggers_suspend(&triggers, &txn, sql[store->import->options->kind].table);
	apply_removed(&txn, store);
	apply_features(&txn, store);
	if (store->removed_count || store->import->added || store->import->changed)
		boxes_swap(&store->boxes, &txn);
	triggers_restore(&triggers, &txn);
	apply_layer(&txn, store);
	return db_txn_end(&txn);
}

int store_layer(struct db *db, struct import *import)
{
	struct store store = {.db = db, .import = import};
	int error;

	for (size_t i = 0; i < import->count; i++)
		blob_make(import, &import->features[i]);
	store.changes = x_calloc(import->count, sizeof(*store.changes));
	store.rows = x_calloc(import->count, sizeof(*store.rows));
	store.stay = x_calloc(import->count, sizeof(*store.stay));
	do {
		error = find_difference(&store);
		if (!error)
			error = swap(&store);
	} while (error == -EAGAIN);
	boxes_forget(&store.boxes);
	free(store.changes);
	free(store.rows);
	free(store.stay);
	free(store.removed);
	return error;
}
