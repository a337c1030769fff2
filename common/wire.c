/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire.h"

#include "common/wire_internal.h"

static bool is_in(int32_t value, int32_t low, int32_t high)
{
	return value == FIX_ABSENT || (value >= low && value <= high);
}

bool wire_fix_is_sendable(const struct fix *fix)
{
	return fix_is_plausible(fix) && is_in(fix->speed_cmps, 0, INT32_MAX) &&
	       is_in(fix->course_cdeg, 0, 35999) && is_in(fix->hdop_c, 0, INT32_MAX) &&
	       is_in(fix->satellites, 0, INT32_MAX) && is_in(fix->quality, 0, QUALITY_MAX) &&
	       (fix->flags & ~FLAGS_ALL) == 0 && fix->blade >= -1 && fix->blade <= 1 &&
	       work_is_known(fix->work) &&
	       (fix->work_source <= WORK_FROM_UNIT || fix->work_source == WORK_SOURCE_NONE);
}

struct fix wire_fix_origin(void)
{
	struct fix fix = fix_none();

	fix.time_ms = 0;
	return fix;
}

uint8_t wire_quality_byte(const struct fix *fix)
{
	int quality = fix->quality == FIX_ABSENT ? QUALITY_ABSENT : fix->quality;

	return (uint8_t)(quality << 4 | fix->flags);
}

uint8_t wire_work_byte(const struct fix *fix)
{
	return (uint8_t)((fix->blade + 1) << 4 | fix->work_source);
}

int32_t wire_present(int32_t value)
{
	return value == FIX_ABSENT ? 0 : value;
}

unsigned wire_mask_of(const struct fix *before, const struct fix *fix)
{
	return (fix->alt_dm != before->alt_dm ? HAS_ALT : 0U) |
	       (fix->speed_cmps != before->speed_cmps ? HAS_SPEED : 0U) |
	       (fix->course_cdeg != before->course_cdeg ? HAS_COURSE : 0U) |
	       (fix->hdop_c != before->hdop_c ? HAS_HDOP : 0U) |
	       (fix->satellites != before->satellites ? HAS_SATELLITES : 0U) |
	       (wire_quality_byte(fix) != wire_quality_byte(before) ? HAS_QUALITY : 0U) |
	       (fix->work != before->work || wire_work_byte(fix) != wire_work_byte(before) ? HAS_WORK : 0U) |
	       (fix->time_ms != before->time_ms + USUAL_STEP_MS ? HAS_TIME : 0U);
}
