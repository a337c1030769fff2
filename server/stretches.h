/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stretches of roads that a route runs along or a closure closes: kept by road and metres, since
 * links are numbered anew when roads are imported, and shown as today's links.
 */
#ifndef PLOW_SERVER_STRETCHES_H
#define PLOW_SERVER_STRETCHES_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;
struct json;
struct network;
struct shape;

#define STRETCHES_MAX 2000 /* links of one route or closure */

struct stretch {
	int64_t road_id;
	double from_m, to_m; /* along the road as imported; from_m > to_m against it */
};

struct stretch_list {
	struct stretch *stretches; /* to be freed */
	size_t count, capacity;
	double length_m;
};

/*
 * The stretches of links in their order, those that follow one another on a road as one, and their
 * lines.  Returns 0, or -ENOENT for a link the network does not have.
 */
int stretches_of_links(const struct network *net, const int64_t *links, size_t count,
		       struct stretch_list *out, struct shape *out_shape) PLOW_MUST_USE;

/* Puts them in the place of those the owner had; kind is "route" or "closure". Sticky. */
void stretches_store(struct db_txn *txn, const char *kind, int64_t owner_id, const struct stretch_list *list);
void stretches_remove(struct db_txn *txn, const char *kind, int64_t owner_id);
int stretches_load(struct db *db, const char *kind, int64_t owner_id, struct stretch_list *out) PLOW_MUST_USE;

/* Writes an array with the numbers of today's links along them; net may be NULL. */
void stretches_show_links(struct json *json, const struct network *net, const struct stretch_list *list);

#endif
