/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log: who changed what, and when; written in the transaction of the change itself, so
 * that neither is there without the other.  On the caller's connection and thread.
 */
#ifndef PLOW_SERVER_AUDIT_H
#define PLOW_SERVER_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;

struct audit_entry {
	int64_t id, time_ms;
	char name[64], action[32], object[128];
};

/* A sticky step of the transaction.  action is "operation.open" and its like. */
void audit_add(struct db_txn *txn, const char *name, const char *action, const char *object);

/* The newest first below before_id, at most `most`. Returns how many or negative errno. */
int audit_list(struct db *db, int64_t before_id, struct audit_entry *out, size_t most) PLOW_MUST_USE;

#endif
