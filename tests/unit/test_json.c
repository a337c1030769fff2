/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "server/json.h"
#include "common/utf8.h"

static void expect(struct json *json, const char *text)
{
	cr_assert_eq(json->out.size, strlen(text), "%.*s is not %s", (int)json->out.size,
		     (const char *)json->out.data, text);
	cr_assert_eq(memcmp(json->out.data, text, strlen(text)), 0, "%.*s is not %s",
		     (int)json->out.size, (const char *)json->out.data, text);
	bytes_free(&json->out);
	*json = (struct json){0};
}

Test(json, puts_commas_where_they_belong)
{
	struct json json = {0};

	json_open(&json, '{');
	json_key(&json, "a"), json_open(&json, '[');
	json_integer(&json, 1), json_null(&json), json_bool(&json, true);
	json_open(&json, '['), json_close(&json, ']');
	json_close(&json, ']');
	json_key(&json, "b"), json_text(&json, NULL);
	json_key(&json, "c"), json_raw(&json, "{}", 2);
	json_close(&json, '}');
	expect(&json, "{\"a\":[1,null,true,[]],\"b\":null,\"c\":{}}");
}

Test(json, rounds_numbers_and_leaves_out_zeros)
{
	static const struct {
		double value;
		int decimals;
		const char *text;
	} rows[] = {
		{140.4058, 7, "140.4058"},
		{-0.05, 2, "-0.05"},
		{-0.004, 2, "0"},
		{10, 3, "10"},
		{0, 7, "0"},
		{1.999999, 2, "2"},
		{1e300, 2, "null"},
		{NAN, 2, "null"},
		{-INFINITY, 0, "null"},
		{100.5, 1, "100.5"},
	};
	struct json json = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_real(&json, rows[i].value, rows[i].decimals);
		expect(&json, rows[i].text);
	}
}

Test(json, writes_whole_numbers_to_their_ends)
{
	struct json json = {0};

	json_integer(&json, INT64_MIN);
	expect(&json, "-9223372036854775808");
	json_integer(&json, INT64_MAX);
	expect(&json, "9223372036854775807");
	json_integer(&json, 0);
	expect(&json, "0");
}

Test(json, escapes_text_and_mends_what_is_no_utf8)
{
	struct json json = {0};

	json_text(&json, "元町\"\\\n\x01");
	expect(&json, "\"元町\\\"\\\\\\n\\u0001\"");
	json_text(&json, "a\xFFz\xE5\x85");
	expect(&json, "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

Test(utf8, tells_text_from_bytes)
{
	static const struct {
		const char *text;
		bool clean;
	} rows[] = {
		{"", true},
		{"除雪", true},
		{"😀", true},
		{"\xC0\x80", false},
		{"\xED\xA0\x80", false},
		{"\xF4\x90\x80\x80", false},
		{"\xE0\x80\x80", false},
		{"a\tb", false},
		{"\x7F", false},
		{"\x80", false},
		{"\xF0\x9F", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(utf8_is_clean(rows[i].text), rows[i].clean, "row %zu", i);
}
