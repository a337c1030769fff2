/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An HTTP answer, whole in memory: is it a 200, where is its body, is it packed?  For answers to
 * HTTP/1.0 requests, which are never chunked.  Pure.
 */
#ifndef PLOW_TRACKER_HTTP_REPLY_H
#define PLOW_TRACKER_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/attr.h"

struct http_reply {
	unsigned status;
	const char *body; /* into the bytes that were read */
	size_t size;
	bool is_packed; /* with gzip */
};

/*
 * Reads an answer of which `size` bytes came until the connection ended.  Returns 0, or -EBADMSG when
 * it is none, is cut short, or is sent in a way that was not asked for.
 */
int http_reply_read(const char *bytes, size_t size, struct http_reply *out) PLOW_MUST_USE;

#endif
