/* SPDX-License-Identifier: Apache-2.0 */
#include "server/revisions.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/drive.h"
#include "gis/network.h"
#include "server/bind.h"

/* Where a pass begins or ends along a road and direction: +1 it came, -1 it went, or the other way.
 */
struct edge {
	uint32_t road;
	int direction;
	int64_t at_cm;
	int change;
};

struct edges {
	struct edge *list;
	size_t count, capacity;
};

static void add_edges(struct edges *edges, const struct span *spans, size_t count, int change)
{
	for (size_t i = 0; i < count; i++) {
		const struct span *span = &spans[i];
		bool is_backward = span->from_m > span->to_m;
		struct edge edge = {.road = span->road, .direction = is_backward ? -1 : 1};

		if (!span->at_work)
			continue;
		for (int end = 0; end < 2; end++) {
			edge.at_cm = llround((end ? fmax(span->from_m, span->to_m)
						  : fmin(span->from_m, span->to_m)) *
					     100);
			edge.change = end ? -change : change;
			edges->list =
				x_grow(edges->list, edges->count, &edges->capacity, sizeof(edge));
			edges->list[edges->count++] = edge;
		}
	}
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *left = a, *right = b;

	if (left->road != right->road)
		return left->road < right->road ? -1 : 1;
	if (left->direction != right->direction)
		return left->direction > right->direction ? -1 : 1;
	return left->at_cm < right->at_cm ? -1 : left->at_cm > right->at_cm;
}

static void add_pass(struct revision *out, size_t *capacity, const struct revision_pass *pass)
{
	if (pass->passes == 0 || pass->to_m - pass->from_m < REVISION_LEAST_M ||
	    out->count == REVISION_PASSES_MAX)
		return;
	out->passes = x_grow(out->passes, out->count, capacity, sizeof(*out->passes));
	out->passes[out->count++] = *pass;
}

/*
 * Sweeps along each road and direction with the number of passes more, or fewer, than before; it is
 * 0 again where a direction of a road ends.
 */
void revision_compare(const struct network *net, const struct span *before, size_t before_count,
		      const struct span *after, size_t after_count, struct revision *out)
{
	struct revision_pass open = {0};
	struct edges edges = {0};
	size_t capacity = 0;

	out->passes = NULL;
	out->count = 0;
	add_edges(&edges, before, before_count, -1);
	add_edges(&edges, after, after_count, 1);
	if (edges.count > 0)
		qsort(edges.list, edges.count, sizeof(*edges.list), compare_edges);
	for (size_t i = 0; i < edges.count;) {
		const struct edge *edge = &edges.list[i];
		int change = 0;

		for (; i < edges.count && compare_edges(edge, &edges.list[i]) == 0; i++)
			change += edges.list[i].change;
		if (change == 0)
			continue;
		open.to_m = (double)edge->at_cm / 100;
		add_pass(out, &capacity, &open);
		open.road_id = network_road(net, edge->road)->id;
		open.direction = edge->direction;
		open.from_m = open.to_m;
		open.passes += change;
	}
	free(edges.list);
}

static void put_revision(struct db_txn *txn, struct revision *revision)
{
	bind_step(txn, "INSERT INTO revision (made_ms, vehicle_id, from_ms, to_ms) VALUES (?, ?, ?, ?)", "iiii",
		  revision->made_ms, revision->vehicle_id, revision->from_ms, revision->to_ms);
	revision->id = sqlite3_last_insert_rowid(db_handle(txn->db));
}

void revision_add(struct db_txn *txn, struct revision *revision)
{
	sqlite3_stmt *stmt;

	if (revision->count == 0)
		return;
	put_revision(txn, revision);
	stmt = db_prepare(txn->db, "INSERT INTO revision_pass (revision_id, seq, road_id, "
				   "direction, from_m, to_m, passes) "
				   "VALUES (?, ?, ?, ?, ?, ?, ?)");
	for (size_t i = 0; stmt && i < revision->count; i++) {
		sqlite3_bind_int64(stmt, 1, revision->id);
		sqlite3_bind_int64(stmt, 2, (int64_t)i);
		sqlite3_bind_int64(stmt, 3, revision->passes[i].road_id);
		sqlite3_bind_int(stmt, 4, revision->passes[i].direction);
		sqlite3_bind_double(stmt, 5, revision->passes[i].from_m);
		sqlite3_bind_double(stmt, 6, revision->passes[i].to_m);
		sqlite3_bind_int(stmt, 7, revision->passes[i].passes);
		db_txn_step(txn, stmt);
	}
	if (!stmt && !txn->error)
		txn->error = -EIO;
	sqlite3_finalize(stmt);
}

static int read_passes(sqlite3_stmt *row, struct revision *revision)
{
	size_t capacity = 0;
	int step;

	sqlite3_bind_int64(row, 1, revision->id);
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		revision->passes = x_grow(revision->passes, revision->count, &capacity,
					  sizeof(*revision->passes));
		revision->passes[revision->count++] = (struct revision_pass){
			.road_id = sqlite3_column_int64(row, 0),
			.direction = sqlite3_column_int(row, 1),
			.from_m = sqlite3_column_double(row, 2),
			.to_m = sqlite3_column_double(row, 3),
			.passes = sqlite3_column_int(row, 4),
		};
	}
	sqlite3_reset(row);
	return db_error(step);
}

static int read_all(sqlite3_stmt *row, sqlite3_stmt *passes, revision_cb *on_revision, void *arg)
{
	int error = 0, step = SQLITE_DONE;

	while (!error && (step = sqlite3_step(row)) == SQLITE_ROW) {
		struct revision revision = {.id = sqlite3_column_int64(row, 0),
					    .made_ms = sqlite3_column_int64(row, 1),
					    .vehicle_id = sqlite3_column_int64(row, 2),
					    .from_ms = sqlite3_column_int64(row, 3),
					    .to_ms = sqlite3_column_int64(row, 4)};

		error = read_passes(passes, &revision);
		if (!error)
			on_revision(&revision, (const char *)sqlite3_column_text(row, 5), arg);
		free(revision.passes);
	}
	return error ? error : db_error(step);
}

int revision_list(struct db *db, int64_t after_id, size_t most, revision_cb *on_revision, void *arg)
{
	sqlite3_stmt *row = db_prepare(
		db, "SELECT revision.id, made_ms, vehicle_id, from_ms, to_ms, code FROM revision "
		    "JOIN vehicle ON vehicle.id = vehicle_id WHERE revision.id > ?1 "
		    "ORDER BY revision.id LIMIT ?2");
	sqlite3_stmt *passes =
		db_prepare(db, "SELECT road_id, direction, from_m, to_m, passes FROM revision_pass "
			       "WHERE revision_id = ?1 ORDER BY seq");
	int error = row && passes ? 0 : -EIO;

	if (!error) {
		sqlite3_bind_int64(row, 1, after_id);
		sqlite3_bind_int64(row, 2, (int64_t)most);
		error = read_all(row, passes, on_revision, arg);
	}
	sqlite3_finalize(row);
	sqlite3_finalize(passes);
	return error;
}
