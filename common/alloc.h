/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory or the end: these never return NULL.  Running out ends the process with one sentence,
 * which is safe everywhere in this project, since nothing that was not yet durable was promised.
 * Sizes that come from outside are bounded by the caller first.
 */
#ifndef PLOW_COMMON_ALLOC_H
#define PLOW_COMMON_ALLOC_H

#include <stddef.h>

#include "common/attr.h"

void *x_malloc(size_t size) PLOW_MUST_USE;
void *x_calloc(size_t count, size_t size) PLOW_MUST_USE; /* zeroed */
void *x_realloc(void *block, size_t count, size_t size) PLOW_MUST_USE;
char *x_strdup(const char *text) PLOW_MUST_USE;

/*
 * Makes room for one more element in an array of `count` used ones: doubles *capacity when it is
 * full.  Use as: list = x_grow(list, count, &capacity, sizeof(*list)).
 */
void *x_grow(void *block, size_t count, size_t *capacity, size_t size) PLOW_MUST_USE;

#endif
