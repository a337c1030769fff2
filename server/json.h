/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON, value after value, into a growing block.  Commas come by themselves; that objects
 *and arrays are closed is the caller's care.  Text that is no valid UTF-8 comes out with U+FFFD for
 *the bad bytes, so that the output is always JSON.  Not for several threads at a time.
 *
 *	struct json json = {0};
 *	json_open(&json, '{');
 *	json_key(&json, "name"), json_text(&json, town);
 *	json_close(&json, '}');
 */
#ifndef PLOW_SERVER_JSON_H
#define PLOW_SERVER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gis/bytes.h"

struct json {
	struct bytes out;
	bool comma; /* another value at this place needs one before it */
};

void json_open(struct json *json, char bracket);     /* '{' or '[' */
void json_close(struct json *json, char bracket);    /* '}' or ']' */
void json_key(struct json *json, const char *key);   /* a plain name of ours: not escaped */
void json_text(struct json *json, const char *text); /* NULL: null */
void json_integer(struct json *json, int64_t value);
/* Rounded to 0..9 decimals, trailing zeros left out; not a number: null. */
void json_real(struct json *json, double value, int decimals);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_time(struct json *json, int64_t time_ms); /* RFC 3339 */
void json_time_or_null(struct json *json, int64_t time_ms); /* 0: none */
/* A value that is JSON already. */
void json_raw(struct json *json, const void *value, size_t size);

#endif
