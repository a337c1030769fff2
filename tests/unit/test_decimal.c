/* SPDX-License-Identifier: Apache-2.0 */
#include "common/decimal.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

Test(decimal, reads_text_to_whole_units)
{
	static const struct {
		const char *text;
		int scale;
		int64_t value;
	} rows[] = {
		{"0", 7, 0},
		{"38.6006", 7, 386006000},
		{"-140.40580004", 7, -1404058000},
		{"-140.40580005", 7, -1404058001},
		{"+1.5", 0, 2},
		{"-1.5", 0, -2},
		{"1.49999999999999999999", 0, 1},
		{".5", 1, 5},
		{"5.", 1, 50},
		{"000000000000000000000001", 0, 1},
		{"1736974801.000", 3, 1736974801000},
		{"1736974801.0005", 3, 1736974801001},
		{"6.1e-06", 7, 61},
		{"6.1E2", 0, 610},
		{"1e-400", 7, 0},
		{"0e999", 7, 0},
		{"36.695671", 7, 366956710},
		{"0.1000000000000000055511151231257827", 9, 100000000},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value = -1;

		cr_expect_eq(
			decimal_parse(rows[i].text, strlen(rows[i].text), rows[i].scale, &value), 0,
			"%s", rows[i].text);
		cr_expect_eq(value, rows[i].value, "%s: got %lld", rows[i].text, (long long)value);
	}
}

Test(decimal, refuses_what_is_no_number)
{
	static const char *const rows[] = {"",    "-",     "+",  ".",    "-.", "1e",  "1e+",
					   "e5",  "1.2.3", " 1", "1 ",   "1,", "0x1", "--1",
					   "nan", "inf",   "1f", "1e5.", "١"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value;

		cr_expect_eq(decimal_parse(rows[i], strlen(rows[i]), 7, &value), -EINVAL, "\"%s\"",
			     rows[i]);
	}
}

Test(decimal, refuses_what_is_too_large)
{
	static const char *const rows[] = {"10000000001", "1e30", "99999999999999999999",
					   "1e999999999999"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t value;

		cr_expect_eq(decimal_parse(rows[i], strlen(rows[i]), 7, &value), -ERANGE, "\"%s\"",
			     rows[i]);
	}
}

Test(decimal, reads_no_further_than_it_is_told)
{
	int64_t value;

	cr_expect_eq(decimal_parse("12345", 2, 0, &value), 0);
	cr_expect_eq(value, 12);
}

Test(decimal, writes_as_few_digits_as_say_it)
{
	static const struct {
		int64_t value;
		int scale;
		const char *text;
	} rows[] = {
		{0, 0, "0"},
		{0, 7, "0"},
		{1404058000, 7, "140.4058"},
		{-1, 7, "-0.0000001"},
		{10, 1, "1"},
		{924, 1, "92.4"},
		{417, 2, "4.17"},
		{-33, 1, "-3.3"},
		{100, 0, "100"},
		{INT64_MIN, 7, "-922337203685.4775808"},
		{INT64_MAX, 0, "9223372036854775807"},
	};
	char text[DECIMAL_BYTES];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(decimal_format(rows[i].value, rows[i].scale, text), rows[i].text);
}
