/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts a layer that was read and checked into the database, in the place of the one of that name.
 */
#ifndef PLOW_GIS_IMPORT_STORE_H
#define PLOW_GIS_IMPORT_STORE_H

#include "common/attr.h"

struct db;
struct import;

/*
 * One transaction: rows of ids that are there already keep their row id, and rows that did not
 * change are not touched, so that a layer imported again holds a running plowd up for an instant
 * only.  Returns 0 or negative errno with db_why() set; the database is as it was then.
 */
int store_layer(struct db *db, struct import *import) PLOW_MUST_USE;

#endif
