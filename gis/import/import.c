/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int refuse(struct import *import, int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(import->why, sizeof(import->why), format, args);
	va_end(args);
	return status;
}

void import_unread(struct unread *unread, const char *value)
{
	size_t length = strnlen(value, sizeof(unread->example) - 1);

	/* Where the text is cut, it is cut between two characters. */
	while (length > 0 && ((unsigned char)value[length] & 0xc0) == 0x80)
		length--;
	memcpy(unread->example, value, length);
	unread->example[length] = '\0';
	unread->count++;
}

const char *import_file_name(const struct import *import)
{
	const char *slash = strrchr(import->options->file, '/');

	return slash ? slash + 1 : import->options->file;
}

const char *import_kind_name(enum import_kind kind)
{
	static const char *const names[IMPORT_KINDS] = {"roads", "areas", "depots", "water"};

	return names[kind];
}

const char *import_noun(enum import_kind kind)
{
	static const char *const nouns[IMPORT_KINDS] = {"road", "area", "depot", "water surface"};

	return nouns[kind];
}

bool import_is_surface(enum import_kind kind)
{
	return kind == IMPORT_AREAS || kind == IMPORT_WATER;
}
