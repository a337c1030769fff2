/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for many small things that live and die together.  What was taken never moves.
 */
#ifndef PLOW_GIS_ARENA_H
#define PLOW_GIS_ARENA_H

#include <stddef.h>

#include "common/attr.h"

struct arena_block;

/* Start with {0}. */
struct arena {
	struct arena_block *blocks; /* the newest first */
	size_t used, size;          /* of the newest */
};

void *arena_take(struct arena *arena,
		 size_t size) PLOW_MUST_USE; /* aligned for doubles; never NULL */
char *arena_text(struct arena *arena, const char *text) PLOW_MUST_USE;
void arena_free(struct arena *arena);

#endif
