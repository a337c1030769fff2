/* SPDX-License-Identifier: Apache-2.0 */
#include "common/httpd/httpd_body.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "common/httpd/gzip.h"

#define TAG_HASH_BYTES ((size_t)16)
#define UNPACKED_MAX ((size_t)64 << 20)

static struct httpd_body *body_new(void)
{
	struct httpd_body *body = x_calloc(1, sizeof(*body));

	atomic_store(&body->holders, 1);
	return body;
}

struct httpd_body *httpd_body_take(void *bytes, size_t size)
{
	struct httpd_body *body = body_new();

	body->bytes = bytes;
	body->size = size;
	return body;
}

struct httpd_body *httpd_body_take_packed(void *packed, size_t size)
{
	struct httpd_body *body = body_new();

	body->packed = packed;
	body->packed_size = size;
	return body;
}

struct httpd_body *httpd_body_text(const char *text)
{
	return httpd_body_take(x_strdup(text), strlen(text));
}

void httpd_body_tag(struct httpd_body *body)
{
	unsigned char hash[TAG_HASH_BYTES];
	const void *bytes = body->bytes ? body->bytes : body->packed;

	crypto_generichash(hash, sizeof(hash), bytes, body->bytes ? body->size : body->packed_size,
			   NULL, 0);
	memcpy(body->tag, "W/\"", 3);
	sodium_bin2hex(body->tag + 3, sizeof(body->tag) - 3, hash, sizeof(hash));
	memcpy(body->tag + 3 + 2 * TAG_HASH_BYTES, "\"", 2);
}

void httpd_body_pack(struct httpd_body *body, int level)
{
	if (!body->packed)
		gzip_pack(body->bytes, body->size, level, &body->packed, &body->packed_size);
}

int httpd_body_unpack(struct httpd_body *body)
{
	if (body->bytes)
		return 0;
	return gzip_unpack(body->packed, body->packed_size, UNPACKED_MAX, &body->bytes,
			   &body->size);
}

struct httpd_body *httpd_body_hold(struct httpd_body *body)
{
	atomic_fetch_add(&body->holders, 1);
	return body;
}

void httpd_body_drop(struct httpd_body *body)
{
	if (!body || atomic_fetch_sub(&body->holders, 1) != 1)
		return;
	free(body->bytes);
	free(body->packed);
	free(body);
}
