/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Areas and depots that are drawn on the page.  They are a layer of their own, so that no import
 * touches them; what an import brought is changed by the next import alone.  Every change tells the
 * running plowd as an import does.  Sticky steps of a transaction, on its connection and thread.
 */
#ifndef PLOW_SERVER_PLACES_H
#define PLOW_SERVER_PLACES_H

#include <stdint.h>

#include "gis/shape.h"

struct db_txn;
struct master_by;

enum place_kind { PLACE_AREA, PLACE_DEPOT };

struct place {
	enum place_kind kind;
	int64_t id, version;
	char name[64];
	struct shape shape; /* SHAPE_AREA or SHAPE_POINT */
};

/* Sets the id; -EEXIST when another of the kind has this name. */
void place_add(struct db_txn *txn, struct place *place, const struct master_by *by);
/* -ENOENT, -ESTALE, -EEXIST; -EPERM for one that an import brought. A route follows its area's name. */
void place_change(struct db_txn *txn, const struct place *place, const struct master_by *by);
/* The same; -EBUSY while a route lies in this area. */
void place_remove(struct db_txn *txn, const struct place *place, const struct master_by *by);

#endif
