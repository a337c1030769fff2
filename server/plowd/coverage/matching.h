/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher thread: from fixes in the database to the state of every link.
 *
 * It is woken after each commit, reads what is new on a connection of its own, feeds the online
 * match (provisional, for the live map) and matches changed trips whole (stored by the writer).
 * Because it works from the table `stale` and never from a queue, live fixes, late ones and files
 * read in by another process all take the same way, and nothing is forgotten by a crash.
 *
 * What changed goes to board and live through the outbox.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_MATCHING_H
#define PLOW_SERVER_PLOWD_COVERAGE_MATCHING_H

#include <stddef.h>

#include "common/attr.h"

struct matching;
struct now;
struct outbox;
struct stats;
struct writer;

struct matching_parts {
	const char *db_path;
	struct writer *writer;
	struct outbox *outbox;
	struct stats *stats;
	struct now *now; /* told of fixes another process read in */
};

/* Starts the thread. Returns 0 or negative errno with a sentence in why. */
int matching_start(const struct matching_parts *parts, struct matching **out, char *why,
		   size_t why_size) PLOW_MUST_USE;

/* Ends the thread, before the writer is stopped, and frees everything. */
void matching_stop(struct matching *matching);

/* There may be something new; any thread. */
void matching_wake(void *matching);

#endif
