/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as text: RFC 3339 in UTC with milliseconds, as every output of the project writes them.
 * Pure functions, any thread.
 */
#ifndef PLOW_COMMON_RFC3339_H
#define PLOW_COMMON_RFC3339_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define RFC3339_BYTES 32 /* "2027-01-15T19:30:05.000Z" with its NUL, and room for far years */

/* Writes time_ms as "2027-01-15T19:30:05.000Z"; returns out. */
char *rfc3339_format(int64_t time_ms, char out[RFC3339_BYTES]);

/*
 * Reads an RFC 3339 time with any offset and any number of fraction digits (beyond milliseconds
 * they are cut).  A date alone means its midnight UTC.  Returns 0, or -EINVAL.
 */
int rfc3339_parse(const char *text, int64_t *out_time_ms) PLOW_MUST_USE;

/* Days from 1970-01-01 to a date of the proleptic Gregorian calendar; month 1..12, day 1..31. */
int64_t days_from_civil(int64_t year, int month, int day);

#endif
