/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SpatiaLite's triggers on a table, set aside while a transaction fills it.
 *
 * For every row they parse SQL anew to check the geometry's type and to bring the spatial index and
 * the time of the last change up to date: most of the time a layer takes, and a running plowd would
 * have to wait for it.  Who sets them aside does their work: the types are right, the index is
 * filled directly, and triggers_restore() notes the time once.
 */
#ifndef PLOW_GIS_IMPORT_TRIGGERS_H
#define PLOW_GIS_IMPORT_TRIGGERS_H

#include <stddef.h>

#include "gis/arena.h"

struct db_txn;

/* Start with {0}. */
struct triggers {
	const char *table;
	char *texts[16]; /* as CREATE TRIGGER */
	size_t count;
	struct arena memory;
};

/* Both within the transaction, whose error is theirs: what is rolled back has its triggers again.
 */
void triggers_suspend(struct triggers *triggers, struct db_txn *txn, const char *table);
void triggers_restore(struct triggers *triggers, struct db_txn *txn);

#endif
