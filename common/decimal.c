/* SPDX-License-Identifier: Apache-2.0 */
#include "common/decimal.h"

#include <errno.h>
#include <stdbool.h>

#define LIMIT INT64_C(100000000000000000) /* 10^17: ten times it still fits into int64_t */

/* A number in the making: digits without their point, and the power of ten they stand for. */
struct scan {
	const char *at, *end;
	int64_t digits;
	int power;
	bool any_digit;
	bool too_large;
};

static bool at_digit(const struct scan *scan)
{
	return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

/* Digits beyond the seventeenth are lost: before the point that is too large, after it no harm. */
static void scan_digits(struct scan *scan, int power_per_digit)
{
	for (; at_digit(scan); scan->at++) {
		scan->any_digit = true;
		if (scan->digits < LIMIT / 10) {
			scan->digits = scan->digits * 10 + (*scan->at - '0');
			scan->power += power_per_digit;
		} else if (power_per_digit == 0) {
			scan->too_large = true;
		}
	}
}

static bool scan_exponent(struct scan *scan)
{
	int sign = 1, value = 0;

	if (scan->at == scan->end || (*scan->at != 'e' && *scan->at != 'E'))
		return true;
	scan->at++;
	if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
		sign = *scan->at++ == '-' ? -1 : 1;
	if (!at_digit(scan))
		return false;
	for (; at_digit(scan); scan->at++)
		value = value < 1000 ? value * 10 + (*scan->at - '0') : value;
	scan->power += sign * value;
	return true;
}

static const int64_t powers[] = {
	1,
	10,
	100,
	1000,
	10000,
	100000,
	1000000,
	10000000,
	100000000,
	1000000000,
	10000000000,
	100000000000,
	1000000000000,
	10000000000000,
	100000000000000,
	1000000000000000,
	10000000000000000,
	LIMIT,
	10 * LIMIT,
};
#define POWER_MAX ((int)(sizeof(powers) / sizeof(powers[0])) - 1)

static int apply_power(int64_t digits, int power, int64_t *out)
{
	*out = 0;
	if (digits == 0 || power < -POWER_MAX)
		return 0;
	if (power < 0) {
		*out = (digits + powers[-power] / 2) / powers[-power];
		return 0;
	}
	if (power > POWER_MAX || __builtin_mul_overflow(digits, powers[power], out) || *out > LIMIT)
		return -ERANGE;
	return 0;
}

int decimal_parse(const char *text, size_t size, int scale, int64_t *out)
{
	struct scan scan = {.at = text, .end = text + size};
	bool negative = false;
	int error;

	if (size > 0 && (*text == '-' || *text == '+'))
		negative = *scan.at++ == '-';
	scan_digits(&scan, 0);
	if (scan.at < scan.end && *scan.at == '.') {
		scan.at++;
		scan_digits(&scan, -1);
	}
	if (!scan.any_digit || !scan_exponent(&scan) || scan.at != scan.end)
		return -EINVAL;
	if (scan.too_large)
		return -ERANGE;
	error = apply_power(scan.digits, scan.power + scale, out);
	if (error == 0 && negative)
		*out = -*out;
	return error;
}

char *decimal_format(int64_t value, int scale, char out[DECIMAL_BYTES])
{
	uint64_t magnitude = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
	char reversed[DECIMAL_BYTES];
	size_t count = 0;
	char *to = out;

	for (; scale > 0 && magnitude % 10 == 0; scale--)
		magnitude /= 10;
	for (; magnitude > 0 || scale >= 0; magnitude /= 10, scale--) {
		reversed[count++] = (char)('0' + magnitude % 10);
		if (scale == 1)
			reversed[count++] = '.';
	}
	if (value < 0)
		*to++ = '-';
	while (count > 0)
		*to++ = reversed[--count];
	*to = '\0';
	return out;
}
