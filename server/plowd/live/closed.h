/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closures that count, as the loop knows them: what the database says, looked at again every
 * quarter of a second, so that one that was made, changed, withdrawn or has ended is an event
 * (`closures`, all of those that count) at once.  Loop thread; the reading runs on a worker thread.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_CLOSED_H
#define PLOW_SERVER_PLOWD_LIVE_CLOSED_H

#include <stddef.h>

#include <uv.h>

#include "common/attr.h"

struct board;
struct closed;
struct feed;
struct now;

/* All must outlive it. */
struct closed_parts {
	const char *db_path;
	const struct now *now;
	const struct board *board;
	struct feed *feed;
};

/* Reads for the first time at once.  Returns 0 or negative errno with a sentence in why. */
int closed_start(uv_loop_t *loop, const struct closed_parts *parts, struct closed **out, char *why,
		 size_t why_size) PLOW_MUST_USE;
void closed_stop(struct closed *closed); /* frees itself when the loop has let go of it */

/* A JSON array of CLOSURE; good until the loop runs again. */
const void *closed_json(const struct closed *closed, size_t *out_size);

#endif
