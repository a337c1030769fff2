/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/boxes.h"

#include "gis/db.h"

#define COPY "plow_boxes" /* in this connection's temp database, which is memory */

/* The tables behind an R*Tree, https://www.sqlite.org/rtree.html#the_shadow_tables. */
static const char *const parts[] = {"node", "rowid", "parent"};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* All of one tree's part in the place of the other's. */
static char *replace_part(const char *to, const char *from, const char *part)
{
	return sqlite3_mprintf("DELETE FROM %s_%s; INSERT INTO %s_%s SELECT * FROM %s_%s", to, part,
			       to, part, from, part);
}

int boxes_copy(struct boxes *boxes, struct db *db, const char *table)
{
	char *from = sqlite3_mprintf("main.idx_%s_geom", table);
	int error = db_run(db, "CREATE VIRTUAL TABLE temp." COPY
			       " USING rtree(pkid, xmin, xmax, ymin, ymax)");

	boxes->db = db;
	boxes->table = table;
	for (size_t i = 0; !error && i < PARTS; i++) {
		char *sql = replace_part("temp." COPY, from, parts[i]);

		error = db_run(db, sql);
		sqlite3_free(sql);
	}
	sqlite3_free(from);
	if (error)
		return error;
	boxes->put = db_prepare(db, "INSERT OR REPLACE INTO temp." COPY
				    " (pkid, xmin, xmax, ymin, ymax) VALUES (?1, ?2, ?3, ?4, ?5)");
	boxes->drop = db_prepare(db, "DELETE FROM temp." COPY " WHERE pkid = ?1");
	return boxes->put && boxes->drop ? 0 : db_failed(db);
}

static int step(const struct boxes *boxes, sqlite3_stmt *stmt)
{
	sqlite3_step(stmt);
	return sqlite3_reset(stmt) == SQLITE_OK ? 0 : db_failed(boxes->db);
}

int boxes_put(struct boxes *boxes, int64_t row, const struct box *box)
{
	sqlite3_bind_int64(boxes->put, 1, row);
	sqlite3_bind_double(boxes->put, 2, box->west);
	sqlite3_bind_double(boxes->put, 3, box->east);
	sqlite3_bind_double(boxes->put, 4, box->south);
	sqlite3_bind_double(boxes->put, 5, box->north);
	return step(boxes, boxes->put);
}

int boxes_drop(struct boxes *boxes, int64_t row)
{
	sqlite3_bind_int64(boxes->drop, 1, row);
	return step(boxes, boxes->drop);
}

void boxes_swap(const struct boxes *boxes, struct db_txn *txn)
{
	char *to = sqlite3_mprintf("main.idx_%s_geom", boxes->table);

	for (size_t i = 0; i < PARTS; i++) {
		char *sql = replace_part(to, "temp." COPY, parts[i]);

		db_txn_run(txn, sql);
		sqlite3_free(sql);
	}
	sqlite3_free(to);
}

void boxes_forget(struct boxes *boxes)
{
	sqlite3_finalize(boxes->put);
	sqlite3_finalize(boxes->drop);
	boxes->put = boxes->drop = NULL;
	if (boxes->db && db_run(boxes->db, "DROP TABLE IF EXISTS temp." COPY))
		boxes->db = NULL; /* it goes with the connection */
}
