/* SPDX-License-Identifier: Apache-2.0 */
#include "common/rfc3339.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#define DAY_MS INT64_C(86400000)
#define FIRST_MS INT64_C(-62167219200000) /* 0000-01-01 */
#define BEYOND_MS INT64_C(253402300800000) /* 10000-01-01: four digits say no more */

/*
 * Counting years from March puts the leap day at a year's end, so that the months' lengths repeat
 * with (153 m + 2) / 5, and 400 years are always 146,097 days.
 */
int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t march_year = month <= 2 ? year - 1 : year;
	int64_t era = (march_year >= 0 ? march_year : march_year - 399) / 400;
	int64_t year_of_era = march_year - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;

	*day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
	*month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
	*year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

char *rfc3339_format(int64_t time_ms, char out[RFC3339_BYTES])
{
	int64_t days = time_ms / DAY_MS;
	int64_t rest = time_ms % DAY_MS;
	int64_t year;
	int month, day;

	if (rest < 0) {
		rest += DAY_MS;
		days--;
	}
	civil_from_days(days, &year, &month, &day);
	snprintf(out, RFC3339_BYTES, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)year, month, day,
		 (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
		 (int)(rest % 1000));
	return out;
}

/* Reads exactly `digits` decimal digits at *at. */
static bool read_number(const char **at, int digits, int *out)
{
	*out = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool read_char(const char **at, const char *accepted)
{
	for (; *accepted; accepted++) {
		if (**at == *accepted) {
			(*at)++;
			return true;
		}
	}
	return false;
}

static int read_milliseconds(const char **at)
{
	int value = 0, scale = 100;

	for (; isdigit((unsigned char)**at); (*at)++, scale /= 10)
		value += (**at - '0') * scale;
	return value;
}

static bool read_offset_minutes(const char **at, int *out)
{
	int hours, minutes, sign = **at == '-' ? -1 : 1;

	*out = 0;
	if (read_char(at, "Zz"))
		return true;
	if (!read_char(at, "+-") || !read_number(at, 2, &hours) || !read_char(at, ":") ||
	    !read_number(at, 2, &minutes))
		return false;
	*out = sign * (hours * 60 + minutes);
	return hours <= 23 && minutes <= 59;
}

static int days_in_month(int year, int month)
{
	return (int)(days_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
		     days_from_civil(year, month, 1));
}

int rfc3339_parse(const char *text, int64_t *out_time_ms)
{
	int year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0, offset = 0;

	if (!read_number(&text, 4, &year) || !read_char(&text, "-") || !read_number(&text, 2, &month) ||
	    !read_char(&text, "-") || !read_number(&text, 2, &day))
		return -EINVAL;
	if (*text) {
		if (!read_char(&text, "Tt ") || !read_number(&text, 2, &hour) ||
		    !read_char(&text, ":") || !read_number(&text, 2, &minute) ||
		    !read_char(&text, ":") || !read_number(&text, 2, &second))
			return -EINVAL;
		if (read_char(&text, "."))
			millisecond = read_milliseconds(&text);
		if (!read_offset_minutes(&text, &offset))
			return -EINVAL;
	}
	if (*text || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23 ||
	    minute > 59 || second > 60)
		return -EINVAL;
	*out_time_ms = days_from_civil(year, month, day) * DAY_MS +
		       ((hour * 60 + minute - offset) * INT64_C(60) + second) * 1000 + millisecond;
	/* An offset may carry it out of the years that can be written. */
	return *out_time_ms >= FIRST_MS && *out_time_ms < BEYOND_MS ? 0 : -EINVAL;
}
