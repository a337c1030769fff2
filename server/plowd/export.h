/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The residents' files, written every 15 seconds into the public folder (docs/API.md, Public
 * files). The loop takes a view of what is public and lets it lie for the delay; a worker thread
 * writes it. So what residents see is always at least that old, and no vehicle is in it anywhere.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_H
#define PLOW_SERVER_PLOWD_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"

#define EXPORT_EVERY_MS 15000

struct board;
struct export;
struct now;
struct stats;

struct export_parts {
	uv_loop_t *loop;
	const char *folder, *db_path; /* copied */
	int64_t delay_ms; /* how long a view lies; a view is kept for every 15 s of it */
	const struct now *now;
	struct board *board;
	struct stats *stats;
};

/* Makes the folder if it is missing. Returns 0 or negative errno with a sentence in why. */
int export_start(const struct export_parts *parts, struct export **out, char *why,
		 size_t why_size) PLOW_MUST_USE;

/* Before the board goes; frees itself when the loop and the worker have let go of it. */
void export_stop(struct export *export);

#endif
