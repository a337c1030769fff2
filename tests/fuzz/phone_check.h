/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds of a phone's message, whatever bytes it was read from.
 */
#ifndef PLOW_TESTS_FUZZ_PHONE_CHECK_H
#define PLOW_TESTS_FUZZ_PHONE_CHECK_H

#include <assert.h>
#include <string.h>

#include "server/phones.h"

static inline void check_phone(const struct phone_message *message)
{
	const struct fix *fix = &message->fix;

	assert(message->name_count <= PHONE_NAMES);
	for (size_t i = 0; i < message->name_count; i++)
		assert(memchr(message->names[i], '\0', PHONE_NAME_BYTES));
	assert(memchr(message->token, '\0', PHONE_NAME_BYTES));
	assert(message->verdict == PHONE_FIX || !(fix->flags & FIX_VALID));
	if (message->verdict != PHONE_FIX)
		return;
	assert(fix->lon_e7 >= -1800000000 && fix->lon_e7 <= 1800000000);
	assert(fix->lat_e7 >= -900000000 && fix->lat_e7 <= 900000000);
	assert(fix->course_cdeg == FIX_ABSENT ||
	       (fix->course_cdeg >= 0 && fix->course_cdeg < 36000));
	assert(fix->speed_cmps == FIX_ABSENT || (fix->speed_cmps >= 0 && fix->speed_cmps <= 60000));
	assert(fix->hdop_c == FIX_ABSENT || (fix->hdop_c >= 0 && fix->hdop_c <= 100000));
}

#endif
