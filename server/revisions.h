/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fixes that came late changed: which passes came, and which went, of what had been stored
 * before.  The passes themselves are replaced; this is the record that they were.
 */
#ifndef PLOW_SERVER_REVISIONS_H
#define PLOW_SERVER_REVISIONS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;
struct network;
struct span;

/* Differences shorter than this are the matcher's, not the plow's. */
#define REVISION_LEAST_M 10.0
#define REVISION_PASSES_MAX 1000

/* A stretch that has more passes than before, or fewer. */
struct revision_pass {
	int64_t road_id;
	int direction; /* 1 along the geometry, -1 against it */
	double from_m, to_m;
	int passes; /* above 0: so many came; below 0: so many went */
};

struct revision {
	int64_t id, made_ms, vehicle_id;
	int64_t from_ms, to_ms; /* of the trips concerned */
	struct revision_pass *passes;
	size_t count;
};

/* Finds what differs in the passes at work of two lists of spans; to be freed. */
void revision_compare(const struct network *net, const struct span *before, size_t before_count,
		      const struct span *after, size_t after_count, struct revision *out);

/* A sticky step: stores a revision that has passes, and sets its id. */
void revision_add(struct db_txn *txn, struct revision *revision);

/* Called for each, in the order of their numbers; what it points to is good during the call. */
typedef void revision_cb(const struct revision *revision, const char *vehicle, void *arg);
int revision_list(struct db *db, int64_t after_id, size_t most, revision_cb *on_revision,
		  void *arg) PLOW_MUST_USE;

#endif
