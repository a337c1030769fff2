/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this text UTF-8?  RFC 3629: shortest forms only, no surrogates.  Pure functions, any thread.
 */
#ifndef PLOW_COMMON_UTF8_H
#define PLOW_COMMON_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of the character a NUL-terminated text begins with, 1..4; 0: it is none. */
size_t utf8_length(const char *text);

/* All of it is UTF-8 and none of it a control character. */
bool utf8_is_clean(const char *text);

#endif
