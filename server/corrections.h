/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Corrections in the database: a person's word that a stretch was not cleared in a span of time,
 * with name, time and reason.  They take passes out of the coverage until they are withdrawn; the
 * passes themselves, and the corrections, are kept.  On the caller's connection and thread.
 */
#ifndef PLOW_SERVER_CORRECTIONS_H
#define PLOW_SERVER_CORRECTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct coverage_correction;
struct db;
struct db_txn;

struct correction {
	int64_t id, road_id;
	double from_m, to_m; /* along the road as imported */
	int64_t from_ms, to_ms;
	char reason[512], made_by[128], withdrawn_by[128];
	int64_t made_ms, withdrawn_ms; /* withdrawn_ms 0: it counts */
};

/* What is wrong with a correction, as a sentence, or NULL. */
const char *correction_fault(const struct correction *correction);
/* What is wrong with a name of 1 to 127 bytes, as a sentence, or NULL. */
const char *correction_name_fault(const char *name);

/* Sticky steps of the transaction.  add sets the id. */
void correction_add(struct db_txn *txn, struct correction *correction);
/* -EEXIST when it was withdrawn before, -ENOENT when there is none. */
void correction_withdraw(struct db_txn *txn, int64_t id, const char *by, int64_t time_ms);

int correction_find(struct db *db, int64_t id, struct correction *out) PLOW_MUST_USE; /* -ENOENT */
/* The newest first below before_id, at most `most`. Returns how many or negative errno. */
int correction_list(struct db *db, int64_t before_id, struct correction *out,
		    size_t most) PLOW_MUST_USE;

/* Numbers that change when a correction was added or withdrawn. */
struct corrections_mark {
	int64_t newest_id, withdrawn;
};
int corrections_mark(struct db *db, struct corrections_mark *out) PLOW_MUST_USE;

/* The corrections that count, as the coverage takes them; to be freed. */
int corrections_load(struct db *db, struct coverage_correction **out,
		     size_t *out_count) PLOW_MUST_USE;

#endif
