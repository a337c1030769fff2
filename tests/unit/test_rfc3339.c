/* SPDX-License-Identifier: Apache-2.0 */
#include "common/rfc3339.h"

#include <errno.h>

#include <criterion/criterion.h>

Test(rfc3339, writes_and_reads_the_same_moment)
{
	static const struct {
		int64_t time_ms;
		const char *text;
	} rows[] = {
		{0, "1970-01-01T00:00:00.000Z"},
		{-1, "1969-12-31T23:59:59.999Z"},
		{1800041405000, "2027-01-15T19:30:05.000Z"},
		{951782400000, "2000-02-29T00:00:00.000Z"},
		{4107542399999, "2100-02-28T23:59:59.999Z"},
		{4107542400000, "2100-03-01T00:00:00.000Z"},
		{253402300799999, "9999-12-31T23:59:59.999Z"},
		{-62167219200000, "0000-01-01T00:00:00.000Z"},
	};
	char text[RFC3339_BYTES];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time_ms = 1;

		cr_expect_str_eq(rfc3339_format(rows[i].time_ms, text), rows[i].text);
		cr_expect_eq(rfc3339_parse(rows[i].text, &time_ms), 0, "%s", rows[i].text);
		cr_expect_eq(time_ms, rows[i].time_ms, "%s", rows[i].text);
	}
}

Test(rfc3339, reads_offsets_fractions_and_dates_alone)
{
	static const struct {
		const char *text;
		int64_t time_ms;
	} rows[] = {
		{"2027-01-16T04:30:05+09:00", 1800041405000},
		{"2027-01-15t19:30:05z", 1800041405000},
		{"2027-01-15 19:30:05Z", 1800041405000},
		{"2027-01-15T14:00:05.1234567-05:30", 1800041405123},
		{"2027-01-15T19:30:05.5Z", 1800041405500},
		{"2027-01-15", 1799971200000},
		{"2016-12-31T23:59:60Z", 1483228800000},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time_ms = 1;

		cr_expect_eq(rfc3339_parse(rows[i].text, &time_ms), 0, "%s", rows[i].text);
		cr_expect_eq(time_ms, rows[i].time_ms, "%s: got %lld", rows[i].text,
			     (long long)time_ms);
	}
}

Test(rfc3339, refuses_what_is_no_time)
{
	static const char *const rows[] = {
		"",
		"2027",
		"2027-1-15",
		"2027-13-01",
		"2027-00-01",
		"2027-02-29",
		"2100-02-29",
		"2027-04-31",
		"2027-01-00",
		"2027-01-15T",
		"2027-01-15T19:30",
		"2027-01-15T19:30:05",
		"2027-01-15T24:00:00Z",
		"2027-01-15T19:60:00Z",
		"2027-01-15T19:30:61Z",
		"2027-01-15T19:30:05+9:00",
		"2027-01-15T19:30:05+24:00",
		"2027-01-15T19:30:05+09:60",
		"2027-01-15T19:30:05Zx",
		" 2027-01-15",
		"+027-01-15",
		"1800041405",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t time_ms;

		cr_expect_eq(rfc3339_parse(rows[i], &time_ms), -EINVAL, "\"%s\"", rows[i]);
	}
}

Test(rfc3339, counts_days_through_leap_years)
{
	cr_expect_eq(days_from_civil(1970, 1, 1), 0);
	cr_expect_eq(days_from_civil(1969, 12, 31), -1);
	cr_expect_eq(days_from_civil(2000, 3, 1), 11017);
	cr_expect_eq(days_from_civil(2027, 1, 15), 20833);
	cr_expect_eq(days_from_civil(1600, 2, 29), -135081);
	cr_expect_eq(days_from_civil(-1, 12, 31), days_from_civil(0, 1, 1) - 1);
}

Test(rfc3339, an_offset_does_not_carry_a_time_beyond_the_years_of_four_digits)
{
	int64_t time_ms;

	cr_expect_eq(rfc3339_parse("9999-12-31T23:59:59.999Z", &time_ms), 0);
	cr_expect_eq(rfc3339_parse("9999-12-31T23:59:60Z", &time_ms), -EINVAL);
	cr_expect_eq(rfc3339_parse("9999-12-31T23:00:00-01:00", &time_ms), -EINVAL);
	cr_expect_eq(rfc3339_parse("0000-01-01T00:00:00Z", &time_ms), 0);
	cr_expect_eq(rfc3339_parse("0000-01-01T00:00:00+00:01", &time_ms), -EINVAL);
}
