/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What whole nights (operational days) added up to for every link, so that a season is counted from
 * some hundred rows and not from millions of spans.  A total is a cache in the table night_total:
 * the transaction that changes a track or a correction deletes those it concerns (triggers of
 * gis/schema/005-coverage.sql), and one that was counted before such a change is not stored after it.
 */
#ifndef PLOW_SERVER_NIGHT_TOTALS_H
#define PLOW_SERVER_NIGHT_TOTALS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct bytes;
struct day_rule;
struct db;
struct db_txn;
struct link_counts;
struct network;

struct night {
	int64_t from_ms, to_ms;
};

/*
 * The first night at or after from_ms, over before until_ms, that has tracks but no total for this
 * network.  Returns 1, 0 when there is none, or negative errno with db_why() set.
 */
int night_without_total(struct db *db, const struct day_rule *rule, int64_t network_revision,
			int64_t from_ms, int64_t until_ms, struct night *out) PLOW_MUST_USE;

/* How many such nights there are; likewise. */
int nights_without_total(struct db *db, const struct day_rule *rule, int64_t network_revision,
			 int64_t until_ms, size_t *out) PLOW_MUST_USE;

/* A night's total, ready to be stored. */
struct night_total {
	struct night night;
	int64_t network_revision;
	int64_t change; /* what it was counted from */
	uint8_t *counts;
	size_t size;
};
/* Counts a night; out->counts is to be freed.  Returns 0 or negative errno with db_why() set. */
int night_total_count(struct db *db, const struct network *net, int64_t network_revision,
		      const struct night *night, struct night_total *out) PLOW_MUST_USE;
/* A sticky step: stores it, unless something it was counted from has changed since. */
void night_total_put(struct db_txn *txn, const struct night_total *total);

/*
 * Adds the passes of from_ms <= time < to_ms: of whole nights from their totals where there are any,
 * the rest from spans.  Within one read transaction.  Returns 0 or negative errno with db_why() set.
 */
int night_totals_add(struct db *db, struct link_counts *counts, int64_t network_revision,
		     int64_t from_ms, int64_t to_ms) PLOW_MUST_USE;

#endif
