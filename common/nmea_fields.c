/* SPDX-License-Identifier: Apache-2.0 */
#include "common/nmea_fields.h"

#include <endian.h>
#include <string.h>

#include "common/decimal.h"
#include "common/rfc3339.h"

/* 10^9 parts of a minute to 10^7 parts of a degree: 60 x 10^2. */
#define MINUTE_E9_PER_DEGREE_E7 6000

/* A bit for each of eight bytes: its highest is set where the byte is a comma, and nowhere else. */
static uint64_t commas_of(const char *at)
{
	const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t word, differs;

	memcpy(&word, at, sizeof(word));
	word = le64toh(word) ^ UINT64_C(0x2c2c2c2c2c2c2c2c);
	differs = ((word & low_bits) + low_bits) | word;
	return ~differs & ~low_bits;
}

static void end_field(struct nmea_fields *out, const char **field, const char *comma)
{
	out->fields[out->count++] = (struct nmea_field){*field, (size_t)(comma - *field)};
	*field = comma + 1;
}

void nmea_split(const char *body, size_t size, struct nmea_fields *out)
{
	const char *end = body + size, *field = body, *at = body;

	out->count = 0;
	for (; end - at >= 8 && out->count < NMEA_FIELDS_MAX - 8; at += 8) {
		for (uint64_t commas = commas_of(at); commas; commas &= commas - 1)
			end_field(out, &field, at + __builtin_ctzll(commas) / 8);
	}
	for (; at < end && out->count < NMEA_FIELDS_MAX - 1; at++) {
		if (*at == ',')
			end_field(out, &field, at);
	}
	/* The last one ends with the body, or at the first comma that is one too many. */
	at = memchr(field, ',', (size_t)(end - field));
	end_field(out, &field, at ? at : end);
	for (size_t i = out->count; i < NMEA_FIELDS_MAX; i++) {
		out->fields[i].at = end;
		out->fields[i].size = 0;
	}
}

/* Eight bytes at a time: XOR does not care which lane a byte is in until the lanes are folded. */
uint8_t nmea_xor(const char *body, size_t size)
{
	uint64_t lanes = 0, word;
	uint8_t sum = 0;

	for (; size >= sizeof(word); body += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, body, sizeof(word));
		lanes ^= word;
	}
	lanes ^= lanes >> 32;
	lanes ^= lanes >> 16;
	lanes ^= lanes >> 8;
	sum = (uint8_t)lanes;
	for (; size > 0; body++, size--)
		sum ^= (uint8_t)*body;
	return sum;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly `count` digits; false if one is none. */
static bool read_digits(const char *at, size_t count, int32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_digit(at[i]))
			return false;
		*out = *out * 10 + (at[i] - '0');
	}
	return true;
}

/* What stands behind the integer part, as `places` digits (at most 9); more digits are cut. */
static bool read_fraction(const char *at, const char *end, int places, int32_t *out)
{
	int32_t value = 0;

	if (at < end && *at++ != '.')
		return false;
	for (; at < end; at++) {
		if (!is_digit(*at))
			return false;
		if (places > 0) {
			value = value * 10 + (*at - '0');
			places--;
		}
	}
	for (; places > 0; places--)
		value *= 10;
	*out = value;
	return true;
}

enum nmea_reading nmea_read_clock(struct nmea_field field, int32_t *out_ms)
{
	int32_t hour, minute, second, millisecond;

	if (field.size == 0)
		return NMEA_EMPTY;
	if (field.size < 6 || !read_digits(field.at, 2, &hour) ||
	    !read_digits(field.at + 2, 2, &minute) || !read_digits(field.at + 4, 2, &second) ||
	    !read_fraction(field.at + 6, field.at + field.size, 3, &millisecond))
		return NMEA_WRONG;
	if (hour > 23 || minute > 59 || second > 60)
		return NMEA_WRONG;
	*out_ms = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
	return NMEA_READ;
}

/* A date that does not survive the way to days and back, like 30 February, is none. */
static enum nmea_reading day_of(int32_t year, int32_t month, int32_t day, int64_t *out_day)
{
	int64_t first;
	int64_t next;

	if (month < 1 || month > 12 || day < 1)
		return NMEA_WRONG;
	first = days_from_civil(year, month, 1);
	next = month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
	if (day > next - first)
		return NMEA_WRONG;
	*out_day = first + day - 1;
	return NMEA_READ;
}

enum nmea_reading nmea_read_date(struct nmea_field field, int64_t *out_day)
{
	int32_t day, month, year;

	if (field.size == 0)
		return NMEA_EMPTY;
	if (field.size != 6 || !read_digits(field.at, 2, &day) ||
	    !read_digits(field.at + 2, 2, &month) || !read_digits(field.at + 4, 2, &year))
		return NMEA_WRONG;
	/* GPS began in 1980. */
	return day_of(year + (year >= 80 ? 1900 : 2000), month, day, out_day);
}

enum nmea_reading nmea_read_day(const struct nmea_field day_month_year[3], int64_t *out_day)
{
	int32_t day, month, year;

	if (day_month_year[0].size == 0 && day_month_year[1].size == 0 &&
	    day_month_year[2].size == 0)
		return NMEA_EMPTY;
	if (nmea_read_number(day_month_year[0], 0, 1, 31, &day) != NMEA_READ ||
	    nmea_read_number(day_month_year[1], 0, 1, 12, &month) != NMEA_READ ||
	    nmea_read_number(day_month_year[2], 0, 1980, 9999, &year) != NMEA_READ)
		return NMEA_WRONG;
	return day_of(year, month, day, out_day);
}

/* "dddmm.mmmm" and its hemisphere: positive or negative in degrees x 1e7. */
static bool read_angle(struct nmea_field field, struct nmea_field hemisphere,
		       const char *positive_negative, int32_t limit_deg, int32_t *out_e7)
{
	const char *end = field.at + field.size;
	char side = nmea_read_letter(hemisphere);
	size_t whole = 0;
	int32_t degrees, fraction_e9;
	int64_t minutes_e9, value;

	while (whole < field.size && is_digit(field.at[whole]))
		whole++;
	if (whole == 0 || whole > 5 ||
	    (side != positive_negative[0] && side != positive_negative[1]))
		return false;
	if (!read_digits(field.at, whole, &degrees) ||
	    !read_fraction(field.at + whole, end, 9, &fraction_e9))
		return false;
	minutes_e9 = degrees % 100 * INT64_C(1000000000) + fraction_e9;
	value = degrees / 100 * INT64_C(10000000) +
		(minutes_e9 + MINUTE_E9_PER_DEGREE_E7 / 2) / MINUTE_E9_PER_DEGREE_E7;
	if (degrees % 100 > 59 || value > limit_deg * INT64_C(10000000))
		return false;
	*out_e7 = (int32_t)(side == positive_negative[0] ? value : -value);
	return true;
}

enum nmea_reading nmea_read_position(const struct nmea_field lat_ns_lon_ew[4], int32_t *out_lon_e7,
				     int32_t *out_lat_e7)
{
	if (lat_ns_lon_ew[0].size == 0 && lat_ns_lon_ew[2].size == 0)
		return NMEA_EMPTY;
	if (!read_angle(lat_ns_lon_ew[0], lat_ns_lon_ew[1], "NS", 90, out_lat_e7) ||
	    !read_angle(lat_ns_lon_ew[2], lat_ns_lon_ew[3], "EW", 180, out_lon_e7))
		return NMEA_WRONG;
	return NMEA_READ;
}

enum nmea_reading nmea_read_number(struct nmea_field field, int scale, int32_t low, int32_t high,
				   int32_t *out)
{
	int64_t value;

	if (field.size == 0)
		return NMEA_EMPTY;
	if (decimal_parse(field.at, field.size, scale, &value) != 0 || value < low || value > high)
		return NMEA_WRONG;
	*out = (int32_t)value;
	return NMEA_READ;
}

char nmea_read_letter(struct nmea_field field)
{
	return field.size == 1 ? *field.at : '\0';
}
