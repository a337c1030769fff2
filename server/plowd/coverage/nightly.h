/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts nights that are over, one at a time, whenever the matcher has nothing better to do, so that
 * questions about a season find their totals (server/night_totals.h).  Matcher thread.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_NIGHTLY_H
#define PLOW_SERVER_PLOWD_COVERAGE_NIGHTLY_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct day_rule;
struct db;
struct network;
struct stats;
struct writer;

struct nightly {
	int64_t cursor_ms; /* nights before it were looked at in this round */
	size_t left;       /* of this round's */
	uint64_t rested_ns;
};

struct nightly_parts {
	struct db *db;
	struct writer *writer;
	struct stats *stats; /* told how many wait */
	const struct day_rule *day;
	const struct network *net;
	int64_t network_revision, now_ms;
};

/*
 * Counts the next night without a total and has it stored; when all have theirs, rests before it
 * looks again.  Returns 0 or negative errno with db_why() set.
 */
int nightly_step(struct nightly *nightly, const struct nightly_parts *parts) PLOW_MUST_USE;

#endif
