/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes (除雪路線) in the database: what a vehicle, or the vehicles of a class, clear in which order.
 * Sticky steps of a transaction; on the caller's connection and thread.
 */
#ifndef PLOW_SERVER_PLOWING_ROUTES_H
#define PLOW_SERVER_PLOWING_ROUTES_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/shape.h"
#include "server/stretches.h"
#include "server/vehicles.h"

struct master_by;

struct plowing_route {
	int64_t id, version;
	char name[64], area[64];
	char class_code[24];             /* "": any, or the vehicle says it */
	char vehicle[VEHICLE_CODE_BYTES]; /* "": any of the class */
	struct stretch_list stretches;
	struct shape shape; /* SHAPE_LINES: where it runs; empty when read */
};

void plowing_route_free(struct plowing_route *route); /* what it holds, not itself */

/* Sets the id; -EEXIST for a name that is taken. */
void plowing_route_add(struct db_txn *txn, struct plowing_route *route, const struct master_by *by);
/* -ENOENT, -ESTALE, -EEXIST. */
void plowing_route_change(struct db_txn *txn, const struct plowing_route *route, const struct master_by *by);
void plowing_route_remove(struct db_txn *txn, const struct plowing_route *route, const struct master_by *by);

/* Calls back for each by name, or for the one of an id; the route is the caller's own to free. */
typedef void plowing_route_cb(struct plowing_route *route, void *arg);
int plowing_route_each(struct db *db, int64_t only_id, plowing_route_cb *found, void *arg) PLOW_MUST_USE;

#endif
