/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the town's masters (vehicles, contractors, areas, depots, routes, closures) have in common: a
 * row says how often it was changed, whoever changes it says which version he has seen, and every
 * change is recorded with who and when.  Sticky steps of a transaction, on its connection and thread.
 */
#ifndef PLOW_SERVER_MASTERS_H
#define PLOW_SERVER_MASTERS_H

#include <stdint.h>

struct db_txn;

/* Who does something, and when. */
struct master_by {
	char name[128];
	int64_t time_ms;
};

/* Records a change in the audit log: kind and action are plain words of ours, the subject is the name or code. */
void master_record(struct db_txn *txn, const struct master_by *by, const char *kind, const char *subject,
		   const char *action);

/*
 * Whether a row may be changed: -ENOENT when there is none of this id, -ESTALE when it was changed
 * since the version that was seen.  The table is a name of ours.
 */
void master_expect(struct db_txn *txn, const char *table, int64_t id, int64_t version);

/* Tells a running plowd that roads, areas or depots have changed, as an import does. */
void master_touch_network(struct db_txn *txn);

#endif
