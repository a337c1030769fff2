/* SPDX-License-Identifier: Apache-2.0 */
#include "common/utf8.h"

static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first < 0xE0)
		return 2;
	if (first >= 0xE0 && first < 0xF0)
		return 3;
	return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

size_t utf8_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = length_by_first(at[0]);

	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
	}
	if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
	    (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F))
		return 0;
	return length;
}

bool utf8_is_clean(const char *text)
{
	while (*text) {
		size_t length = utf8_length(text);

		if (length == 0 || (unsigned char)*text < 0x20 || *text == 0x7F)
			return false;
		text += length;
	}
	return true;
}
