/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

uint8_t *bytes_reserve(struct bytes *bytes, size_t more)
{
	if (bytes->room - bytes->size < more) {
		size_t room = bytes->room ? bytes->room : 256;

		while (room - bytes->size < more)
			room *= 2;
		bytes->data = x_realloc(bytes->data, room, 1);
		bytes->room = room;
	}
	return bytes->data + bytes->size;
}

void bytes_put(struct bytes *bytes, const void *data, size_t size)
{
	if (size == 0)
		return;
	memcpy(bytes_reserve(bytes, size), data, size);
	bytes->size += size;
}

void bytes_text(struct bytes *bytes, const char *text)
{
	bytes_put(bytes, text, strlen(text));
}

void bytes_format(struct bytes *bytes, const char *format, ...)
{
	va_list args, again;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length > 0) {
		vsnprintf((char *)bytes_reserve(bytes, (size_t)length + 1), (size_t)length + 1,
			  format, again);
		bytes->size += (size_t)length;
	}
	va_end(again);
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}
