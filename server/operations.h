/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations (出動) in the database: opened, closed, listed.  On the caller's connection and thread.
 */
#ifndef PLOW_SERVER_OPERATIONS_H
#define PLOW_SERVER_OPERATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;

struct operation {
	int64_t id; /* 0: none */
	char name[128], reason[512], areas[1024]; /* areas: a JSON array of names */
	int64_t start_ms, target_ms, end_ms;      /* 0: not given */
	char opened_by[64], closed_by[64];
};

/* The operation that is open, or one with id 0. */
int operation_current(struct db *db, struct operation *out) PLOW_MUST_USE;
int operation_find(struct db *db, int64_t id, struct operation *out) PLOW_MUST_USE; /* -ENOENT */
/* The newest ones first, at most `most`. Returns how many or negative errno. */
int operation_list(struct db *db, struct operation *out, size_t most) PLOW_MUST_USE;

/* Opens one and sets its id; -EEXIST (in txn->error) when another is open. */
void operation_open(struct db_txn *txn, struct operation *operation);
/* Closes one; -ENOENT when it is not open. */
void operation_close(struct db_txn *txn, int64_t id, int64_t end_ms, const char *by);

#endif
