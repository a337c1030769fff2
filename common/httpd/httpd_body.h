/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an HTTP answer carries: bytes that never change, plain or packed with gzip or both, and
 * their entity tag.  Several answers at a time may share one body; the last holder frees it.
 *
 * Made and tagged on any thread; packed, held and dropped by answers on the loop's.
 */
#ifndef PLOW_COMMON_HTTPD_HTTPD_BODY_H
#define PLOW_COMMON_HTTPD_HTTPD_BODY_H

#include <stdatomic.h>
#include <stddef.h>

#include "common/attr.h"

#define HTTPD_TAG_BYTES 40   /* W/"32 hexadecimal digits" and the NUL */
#define HTTPD_PACK_FROM 1024 /* smaller bodies are not worth packing */

struct httpd_body {
	_Atomic unsigned holders;
	void *bytes; /* NULL while only the packed form is there */
	size_t size;
	void *packed; /* NULL while there is none */
	size_t packed_size;
	char tag[HTTPD_TAG_BYTES]; /* empty: none */
};

/* Takes over a block from malloc(). */
struct httpd_body *httpd_body_take(void *bytes, size_t size);
struct httpd_body *httpd_body_take_packed(void *packed, size_t size);
/* Copies text. */
struct httpd_body *httpd_body_text(const char *text);

/* Gives it a tag: the hash of its bytes.  Weak, since the packed form goes by the same tag. */
void httpd_body_tag(struct httpd_body *body);
/* Makes the packed form if it is not there; level 1 (quick) .. 9. */
void httpd_body_pack(struct httpd_body *body, int level);
/* Makes the plain form if it is not there.  Returns 0 or -EBADMSG. */
int httpd_body_unpack(struct httpd_body *body) PLOW_MUST_USE;

struct httpd_body *httpd_body_hold(struct httpd_body *body);
void httpd_body_drop(struct httpd_body *body); /* NULL is fine */

#endif
