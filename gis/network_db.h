/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads the road network from the database: the only way from the file's roads to struct network.
 * Runs on the caller's connection and thread; 100,000 links take less than a second.
 */
#ifndef PLOW_GIS_NETWORK_DB_H
#define PLOW_GIS_NETWORK_DB_H

#include <stdint.h>

#include "common/attr.h"

struct db;
struct network;

/* Loads all layers of roads.  Returns 0 (also for a town without roads), or negative errno with
 * db_why() set. */
int network_load(struct db *db, struct network **out) PLOW_MUST_USE;

/* The row of `setting` that is counted up in the transaction that replaces a layer. */
#define NETWORK_REVISION_SETTING "revision"

/* A number that changes whenever a layer of roads, areas or depots has been replaced. */
int network_revision(struct db *db, int64_t *out_revision) PLOW_MUST_USE;

#endif
