/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes packed as gzip and back, whole in memory.  The same bytes always give the same packing (no
 * file time), so that packed files can be named by their hash.  Any thread.
 */
#ifndef PLOW_COMMON_HTTPD_GZIP_H
#define PLOW_COMMON_HTTPD_GZIP_H

#include <stddef.h>

#include "common/attr.h"

/* Level 1 (quick) .. 9.  Stores a block to free(). */
void gzip_pack(const void *bytes, size_t size, int level, void **out, size_t *out_size);

/* Returns 0, or -EBADMSG when it is no gzip or holds more than `most` bytes. */
int gzip_unpack(const void *packed, size_t size, size_t most, void **out,
		size_t *out_size) PLOW_MUST_USE;

#endif
