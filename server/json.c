/* SPDX-License-Identifier: Apache-2.0 */
#include "server/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/rfc3339.h"
#include "common/utf8.h"

#define EXACT_MAX 9e15 /* whole numbers a double holds exactly */

static void put_char(struct json *json, char c)
{
	*bytes_reserve(&json->out, 1) = (uint8_t)c;
	json->out.size++;
}

static void begin_value(struct json *json)
{
	if (json->comma)
		put_char(json, ',');
	json->comma = true;
}

void json_open(struct json *json, char bracket)
{
	begin_value(json);
	put_char(json, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	put_char(json, bracket);
	json->comma = true;
}

void json_key(struct json *json, const char *key)
{
	begin_value(json);
	put_char(json, '"');
	bytes_text(&json->out, key);
	bytes_put(&json->out, "\":", 2);
	json->comma = false;
}

static void put_escaped(struct json *json, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		put_char(json, '\\');
		put_char(json, (char)c);
		break;
	case '\n':
		bytes_put(&json->out, "\\n", 2);
		break;
	default:
		bytes_format(&json->out, "\\u%04x", c);
	}
}

void json_text(struct json *json, const char *text)
{
	if (!text) {
		json_null(json);
		return;
	}
	begin_value(json);
	put_char(json, '"');
	while (*text) {
		size_t length = utf8_length(text);

		if (length == 0) {
			bytes_put(&json->out, "\xEF\xBF\xBD", 3);
			length = 1;
		} else if (length == 1 &&
			   (*text == '"' || *text == '\\' || (unsigned char)*text < 0x20)) {
			put_escaped(json, (unsigned char)*text);
		} else {
			bytes_put(&json->out, text, length);
		}
		text += length;
	}
	put_char(json, '"');
}

/* Digits of a number, with a point before the last `decimals` of them and no zeros at the end. */
static void put_digits(struct json *json, uint64_t value, bool negative, int decimals)
{
	char text[32];
	char *at = text + sizeof(text);

	while (decimals > 0 && value % 10 == 0) {
		value /= 10;
		decimals--;
	}
	for (int i = 0; value > 0 || i <= decimals; i++) {
		if (i == decimals && i > 0)
			*--at = '.';
		*--at = (char)('0' + value % 10);
		value /= 10;
	}
	if (negative)
		*--at = '-';
	bytes_put(&json->out, at, (size_t)(text + sizeof(text) - at));
}

void json_integer(struct json *json, int64_t value)
{
	begin_value(json);
	put_digits(json, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, 0);
}

void json_real(struct json *json, double value, int decimals)
{
	static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
	double scaled = round(value * powers[decimals]);

	if (!isfinite(value) || fabs(scaled) > EXACT_MAX) {
		json_null(json);
		return;
	}
	begin_value(json);
	put_digits(json, (uint64_t)fabs(scaled), scaled < 0, decimals);
}

void json_bool(struct json *json, bool value)
{
	begin_value(json);
	bytes_text(&json->out, value ? "true" : "false");
}

void json_null(struct json *json)
{
	begin_value(json);
	bytes_put(&json->out, "null", 4);
}

void json_time(struct json *json, int64_t time_ms)
{
	char text[RFC3339_BYTES];

	begin_value(json);
	put_char(json, '"');
	bytes_text(&json->out, rfc3339_format(time_ms, text));
	put_char(json, '"');
}

void json_time_or_null(struct json *json, int64_t time_ms)
{
	if (time_ms)
		json_time(json, time_ms);
	else
		json_null(json);
}

void json_raw(struct json *json, const void *value, size_t size)
{
	begin_value(json);
	bytes_put(&json->out, value, size);
}
