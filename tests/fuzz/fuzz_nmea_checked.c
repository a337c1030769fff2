/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any lines as sentences, each given a '$' and the checksum that fits: so that the fuzzer reaches
 * what lies behind the checksum.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/nmea.h"
#include "common/nmea_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void take(const struct fix *fix, void *user)
{
	uint64_t *fixes = user;

	assert(fix->lon_e7 >= -1800000000 && fix->lon_e7 <= 1800000000);
	assert(fix->lat_e7 >= -900000000 && fix->lat_e7 <= 900000000);
	assert(fix->time_ms == FIX_TIME_UNKNOWN || fix_is_plausible(fix));
	assert(fix->alt_dm == FIX_ABSENT || (fix->alt_dm >= -100000 && fix->alt_dm <= 1000000));
	assert(fix->course_cdeg == FIX_ABSENT ||
	       (fix->course_cdeg >= 0 && fix->course_cdeg < 36000));
	assert(fix->speed_cmps == FIX_ABSENT || (fix->speed_cmps >= 0 && fix->speed_cmps <= 60000));
	assert(fix->hdop_c == FIX_ABSENT || fix->hdop_c >= 0);
	assert(fix->satellites == FIX_ABSENT || fix->satellites >= 0);
	assert(!(fix->flags & FIX_VALID) ||
	       (fix->quality != 0 && fix->quality != 7 && fix->quality != 8));
	(*fixes)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *at = (const char *)bytes, *end = at + size;
	uint64_t fixes = 0;
	struct nmea nmea;

	nmea_init(&nmea, 0, take, &fixes);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);
		char tail[8];

		snprintf(tail, sizeof(tail), "*%02X\r\n", nmea_xor(at, length));
		nmea_feed(&nmea, "$", 1);
		nmea_feed(&nmea, at, length);
		nmea_feed(&nmea, tail, 5);
		at += length + (newline ? 1 : 0);
	}
	nmea_flush(&nmea);
	assert(fixes <= nmea.counts.used + nmea.counts.voids);
	return 0;
}
