/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contractors (業者) in the database.  Vehicles and users refer to one by its name, so that a
 * new name goes to them as well.  Steps of a transaction are sticky; on the caller's connection and thread.
 */
#ifndef PLOW_SERVER_CONTRACTORS_H
#define PLOW_SERVER_CONTRACTORS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;
struct master_by;

struct contractor {
	int64_t id, version;
	char name[64], phone[32];
	int64_t vehicles; /* that are not retired */
};

/* Sets the id; -EEXIST for a name that is taken. */
void contractor_add(struct db_txn *txn, struct contractor *contractor, const struct master_by *by);
/* -ENOENT, -ESTALE, -EEXIST. */
void contractor_change(struct db_txn *txn, const struct contractor *contractor, const struct master_by *by);
/* -ENOENT, -ESTALE; -EBUSY while a vehicle in use, or a user, is theirs. */
void contractor_remove(struct db_txn *txn, const struct contractor *contractor, const struct master_by *by);

/* A name that a vehicle brings along becomes a contractor's; "" is nobody's. */
void contractor_note(struct db_txn *txn, const char *name);

int contractor_find(struct db *db, int64_t id, struct contractor *out) PLOW_MUST_USE; /* -ENOENT */
/* -ENOENT when nobody has this name. */
int contractor_exists(struct db *db, const char *name) PLOW_MUST_USE;
/* All by name, to be freed. */
int contractor_list(struct db *db, struct contractor **out, size_t *out_count) PLOW_MUST_USE;

#endif
