/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spatial index of a table as it is to be, worked out aside.
 *
 * SQLite's R*Tree takes ten times as long to find the place of a box as the row itself takes to be written: a
 * running plowd would wait for it.  So a copy of the index is brought up to date in this connection's own
 * memory, where no lock is needed, and the transaction only puts its pages into the place of the old ones.
 * That is right as long as nobody changed the index since: who writes to a map's table counts its revision up,
 * and whoever uses this compares it within the transaction.
 */
#ifndef PLOW_GIS_IMPORT_BOXES_H
#define PLOW_GIS_IMPORT_BOXES_H

#include <stdint.h>

#include <sqlite3.h>

#include "common/attr.h"

struct db;
struct db_txn;

/* Start with {0}. */
struct boxes {
	struct db *db;
	const char *table;
	sqlite3_stmt *put, *drop;
};

struct box {
	double west, south, east, north;
};

/* Copies the index of a table; within a transaction that reads.  Returns 0 or negative errno with db_why() set. */
int boxes_copy(struct boxes *boxes, struct db *db, const char *table) PLOW_MUST_USE;

/* A row's box, a new one or another than before, rounded outward by SQLite; and a row that will be no more. */
int boxes_put(struct boxes *boxes, int64_t row, const struct box *box) PLOW_MUST_USE;
int boxes_drop(struct boxes *boxes, int64_t row) PLOW_MUST_USE;

/* The copy becomes the table's index. */
void boxes_swap(const struct boxes *boxes, struct db_txn *txn);

/* Forgets the copy; it may be made again. */
void boxes_forget(struct boxes *boxes);

#endif
