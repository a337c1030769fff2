/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GPX 1.0 and 1.1 into fixes: each <trkpt> with a <time> is one.  XML is expat's work; a document
 * type is refused, so there are no entities to expand, and depth and text are bounded.
 * Fed in pieces; any thread.
 */
#ifndef PLOW_COMMON_GPX_H
#define PLOW_COMMON_GPX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"

struct gpx;

struct gpx *gpx_new(void (*fix_cb)(const struct fix *fix, void *user), void *user) PLOW_MUST_USE;

/* Returns 0, or -EBADMSG when this is no GPX: then gpx_why() says why, and nothing else follows. */
int gpx_feed(struct gpx *gpx, const char *bytes, size_t size, bool is_last) PLOW_MUST_USE;

/* A sentence naming the line; valid until gpx_free(). */
const char *gpx_why(const struct gpx *gpx);

/* Points without a time or with a position that cannot be. */
uint64_t gpx_skipped(const struct gpx *gpx);

void gpx_free(struct gpx *gpx);

#endif
