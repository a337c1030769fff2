/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What phones send, as a query, as both kinds of JSON and as a header: whatever the bytes are, a
 * fix that comes out is on Earth, its quantities are in their ranges, and names and tokens have an
 * end. The first byte chooses the reader.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/phones.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct phone_message *message)
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct phone_message message = phone_message_none();
	char *text;

	if (size < 1)
		return 0;
	/* A block of its own, so that reading behind its NUL is seen. */
	text = malloc(size);
	assert(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (data[0] % 4) {
	case 0:
		phone_read_query(text, size - 1, &message);
		break;
	case 1:
		phone_read_traccar(text, size - 1, &message);
		break;
	case 2:
		phone_read_owntracks(text, size - 1, &message);
		break;
	default:
		phone_read_authorization(text, &message);
	}
	check(&message);
	free(text);
	return 0;
}
