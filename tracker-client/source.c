/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Copies a piece of text that is not empty and fits. */
static int copy(char *out, size_t room, const char *text, size_t length)
{
	if (length == 0 || length >= room)
		return -EINVAL;
	memcpy(out, text, length);
	out[length] = '\0';
	return 0;
}

/* A whole number up to `most`, digits only. */
static int parse_number(const char *text, unsigned long most, unsigned long *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*out = strtoul(text, &end, 10);
	return errno != 0 || *end != '\0' || *out > most ? -EINVAL : 0;
}

int endpoint_parse(const char *text, struct endpoint *out)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon != NULL ? (size_t)(colon - text) : 0;
	unsigned long port;

	if (length == 0 || parse_number(colon + 1, 65535, &port) != 0)
		return -EINVAL;
	if (text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	} else if (memchr(text, ':', length) != NULL) {
		return -EINVAL; /* whether its last part is a port cannot be told without brackets
				 */
	}
	if (copy(out->port, sizeof(out->port), colon + 1, strlen(colon + 1)) != 0)
		return -EINVAL;
	return copy(out->host, sizeof(out->host), text, length);
}

static int parse_serial(const char *text, struct source *out)
{
	const char *at = strrchr(text, '@');
	unsigned long baud = 0;

	out->kind = SOURCE_SERIAL;
	if (at != NULL && strcmp(at + 1, "auto") != 0 && parse_number(at + 1, 4000000, &baud) != 0)
		return -EINVAL;
	out->baud = (unsigned)baud;
	return copy(out->path, sizeof(out->path), text,
		    at != NULL ? (size_t)(at - text) : strlen(text));
}

int source_parse(const char *text, struct source *out)
{
	*out = (struct source){.kind = SOURCE_STDIN};
	if (strcmp(text, "-") == 0)
		return 0;
	if (strncmp(text, "serial:", 7) == 0)
		return parse_serial(text + 7, out);
	if (strncmp(text, "file:", 5) == 0) {
		out->kind = SOURCE_FILE;
		return copy(out->path, sizeof(out->path), text + 5, strlen(text + 5));
	}
	if (strncmp(text, "gpsd://", 7) == 0) {
		out->kind = SOURCE_GPSD;
		return endpoint_parse(text + 7, &out->endpoint);
	}
	if (strncmp(text, "udp://", 6) == 0) {
		out->kind = SOURCE_UDP;
		return endpoint_parse(text + 6, &out->endpoint);
	}
	return -EINVAL;
}
