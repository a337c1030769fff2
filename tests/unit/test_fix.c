/* SPDX-License-Identifier: Apache-2.0 */
#include "common/fix.h"

#include <string.h>

#include <criterion/criterion.h>

static struct fix a_fix(void)
{
	struct fix fix = fix_none();

	fix.time_ms = 1800041405000;
	fix.lon_e7 = 1404058000;
	fix.lat_e7 = 386006000;
	fix.flags = FIX_VALID;
	return fix;
}

Test(fix, of_which_nothing_is_known_is_no_plausible_one)
{
	struct fix fix = fix_none();

	cr_expect_eq(fix.time_ms, FIX_TIME_UNKNOWN);
	cr_expect_eq(fix.alt_dm, FIX_ABSENT);
	cr_expect_eq(fix.speed_cmps, FIX_ABSENT);
	cr_expect_eq(fix.course_cdeg, FIX_ABSENT);
	cr_expect_eq(fix.hdop_c, FIX_ABSENT);
	cr_expect_eq(fix.satellites, FIX_ABSENT);
	cr_expect_eq(fix.quality, FIX_ABSENT);
	cr_expect_eq(fix.flags, 0);
	cr_expect_eq(fix.blade, -1);
	cr_expect_eq(fix.work, 'U');
	cr_expect_eq(fix.work_source, WORK_SOURCE_NONE);
	cr_expect_not(fix_is_plausible(&fix));
}

Test(fix, is_plausible_on_earth_and_since_gps)
{
	struct fix fix = a_fix();

	cr_expect(fix_is_plausible(&fix));
	fix.lon_e7 = -1800000000;
	fix.lat_e7 = 900000000;
	cr_expect(fix_is_plausible(&fix));
	fix.lon_e7 = 1800000001;
	cr_expect_not(fix_is_plausible(&fix));
	fix = a_fix();
	fix.lat_e7 = -900000001;
	cr_expect_not(fix_is_plausible(&fix));
	fix = a_fix();
	fix.time_ms = 315964800000 - 1;
	cr_expect_not(fix_is_plausible(&fix));
	fix.time_ms = 253402300800000;
	cr_expect_not(fix_is_plausible(&fix));
}

Test(fix, knows_which_work_clears_road)
{
	for (const char *code = "NLWTSPFA"; *code; code++)
		cr_expect(work_is_clearing(*code) && work_is_known(*code), "%c", *code);
	for (const char *code = "MBRGXOU"; *code; code++)
		cr_expect(!work_is_clearing(*code) && work_is_known(*code), "%c", *code);
	for (const char *code = "nZ0 "; *code; code++)
		cr_expect(!work_is_clearing(*code) && !work_is_known(*code), "%c", *code);
	cr_expect(!work_is_clearing('\0') && !work_is_known('\0'));
}

/* The bytes are on disk and on the wire: they may never change. */
Test(fix, has_these_canonical_bytes)
{
	static const uint8_t expected[FIX_CANONICAL_BYTES] = {
		0x80, 0x00, 0x01, 0xa3, 0x1a, 0xd4, 0x1a, 0x48, 0xd3, 0xb0, 0x39,
		0x90, 0x97, 0x01, 0xfb, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x7f, 0x55, 0x05,
	};
	uint8_t bytes[FIX_CANONICAL_BYTES];
	struct fix fix = a_fix();

	fix_canonical(&fix, bytes);
	cr_expect_arr_eq(bytes, expected, sizeof(expected));
}

Test(fix, is_ordered_by_time_then_longitude_then_the_rest)
{
	struct fix a = a_fix(), b = a_fix();

	cr_expect_eq(fix_compare(&a, &b), 0);
	b.work_source = WORK_FROM_SENSOR;
	cr_expect_gt(fix_compare(&a, &b), 0);
	b.blade = 0;
	cr_expect_lt(fix_compare(&a, &b), 0);
	a.speed_cmps = 0;
	cr_expect_gt(fix_compare(&a, &b), 0, "an absent speed comes before any speed");
	b.lon_e7 = -1;
	cr_expect_gt(fix_compare(&a, &b), 0, "west comes before east");
	b.time_ms = -1;
	a.time_ms = 0;
	cr_expect_gt(fix_compare(&a, &b), 0, "before 1970 comes before 1970");
}
