/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimal text to whole numbers and back, without floating point: "38.6006" at scale 7 is
 * 386006000, on every machine and whatever the locale.  Pure functions, any thread.
 */
#ifndef PLOW_COMMON_DECIMAL_H
#define PLOW_COMMON_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define DECIMAL_BYTES 32 /* any int64_t with a sign, a point and leading zeros, and the NUL */

/*
 * Reads all of text as a number of units of 10^-scale (scale 0..9), rounded half away from zero.
 * An exponent ("1.2e-05") is read.  Returns 0, -EINVAL when it is no number (blanks included), or
 * -ERANGE beyond 10^17 units.
 */
int decimal_parse(const char *text, size_t size, int scale, int64_t *out) PLOW_MUST_USE;

/* Writes value x 10^-scale with as few digits as say it exactly: 1404058000 is "140.4058". */
char *decimal_format(int64_t value, int scale, char out[DECIMAL_BYTES]);

#endif
