/* SPDX-License-Identifier: Apache-2.0 */
#include "common/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_end(void *block)
{
	if (!block) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return block;
}

void *x_malloc(size_t size)
{
	return or_end(malloc(size ? size : 1));
}

void *x_calloc(size_t count, size_t size)
{
	return or_end(calloc(count ? count : 1, size ? size : 1));
}

void *x_realloc(void *block, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return or_end(NULL);
	return or_end(realloc(block, count && size ? count * size : 1));
}

char *x_strdup(const char *text)
{
	return or_end(strdup(text));
}

void *x_grow(void *block, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return block;
	*capacity = *capacity ? *capacity * 2 : 16;
	return x_realloc(block, *capacity, size);
}
