/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The residents' files, written again and again into the public folder (docs/API.md, Public
 * files).  What they tell is the town as it stood the delay ago, from the stored record: a worker
 * thread asks the database, the loop only says for which moment.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_EXPORT_H
#define PLOW_SERVER_PLOWD_EXPORT_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"

/* Beside depots nothing is told that is younger than this. */
#define EXPORT_NEAR_DELAY_MS (INT64_C(30) * 60 * 1000)

struct board;
struct export;
struct now;
struct stats;

struct export_parts {
	uv_loop_t *loop;
	const char *folder, *db_path; /* copied */
	int64_t delay_ms;
	uint64_t every_ms; /* from one manifest to the next */
	const struct now *now;
	const struct board *board; /* for its network */
	struct stats *stats;
};

/* Makes the folder if it is missing. Returns 0 or negative errno with a sentence in why. */
int export_start(const struct export_parts *parts, struct export **out, char *why,
		 size_t why_size) PLOW_MUST_USE;

/* Before the board goes; frees itself when the loop and the worker have let go of it. */
void export_stop(struct export *export);

#endif
