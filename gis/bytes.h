/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A block of bytes that grows at its end: what tiles and answers are written into.  Start from
 * {0}; the block is the caller's to free, or to hand on.  Not for several threads at a time.
 */
#ifndef PLOW_GIS_BYTES_H
#define PLOW_GIS_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct bytes {
	uint8_t *data;
	size_t size, room;
};

/* Makes room for `more` bytes at the end and returns where they begin; size is the caller's to
 * raise. */
uint8_t *bytes_reserve(struct bytes *bytes, size_t more);
void bytes_put(struct bytes *bytes, const void *data, size_t size);
void bytes_text(struct bytes *bytes, const char *text);
void bytes_format(struct bytes *bytes, const char *format, ...) PLOW_PRINTF(2, 3);
void bytes_free(struct bytes *bytes);

#endif
