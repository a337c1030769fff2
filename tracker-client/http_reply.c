/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/http_reply.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define LINE_MOST 1024
#define LINES_MOST 64

/* Copies the line at *at without its end, and moves on; false when there is none. */
static bool next_line(const char **at, const char *end, char out[LINE_MOST])
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	size_t length;

	if (stop == NULL)
		return false;
	length = (size_t)(stop - *at);
	if (length > 0 && stop[-1] == '\r')
		length--;
	if (length >= LINE_MOST || memchr(*at, '\0', length) != NULL)
		return false;
	memcpy(out, *at, length);
	out[length] = '\0';
	*at = stop + 1;
	return true;
}

static int read_status(const char *line, unsigned *out)
{
	if (strncmp(line, "HTTP/1.", 7) != 0 || strspn(line + 7, "01") != 1 || line[8] != ' ' ||
	    strspn(line + 9, "0123456789") != 3)
		return -EBADMSG;
	*out = (unsigned)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
	return 0;
}

static int read_length(const char *text, size_t *out)
{
	size_t digits = strspn(text, "0123456789"), length = 0;

	if (digits == 0 || digits > 12 || text[digits] != '\0')
		return -EBADMSG;
	for (; *text != '\0'; text++)
		length = length * 10 + (size_t)(*text - '0');
	*out = length;
	return 0;
}

/* The value of a header of this name, or NULL. */
static const char *value_of(const char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncasecmp(line, name, length) != 0 || line[length] != ':')
		return NULL;
	return line + length + 1 + strspn(line + length + 1, " \t");
}

int http_reply_read(const char *bytes, size_t size, struct http_reply *out)
{
	const char *at = bytes, *end = bytes + size, *value;
	char line[LINE_MOST];
	size_t length = 0;
	bool has_length = false;

	*out = (struct http_reply){0};
	if (!next_line(&at, end, line) || read_status(line, &out->status) != 0)
		return -EBADMSG;
	for (int i = 0;; i++) {
		if (i == LINES_MOST || !next_line(&at, end, line))
			return -EBADMSG;
		if (line[0] == '\0')
			break;
		value = value_of(line, "Content-Length");
		if (value != NULL && read_length(value, &length) != 0)
			return -EBADMSG;
		has_length |= value != NULL;
		if (value_of(line, "Transfer-Encoding") != NULL)
			return -EBADMSG;
		value = value_of(line, "Content-Encoding");
		if (value != NULL && strcasecmp(value, "gzip") == 0)
			out->is_packed = true;
		else if (value != NULL && strcasecmp(value, "identity") != 0)
			return -EBADMSG;
	}
	out->body = at;
	out->size = (size_t)(end - at);
	if (has_length && out->size < length)
		return -EBADMSG;
	if (has_length)
		out->size = length;
	return 0;
}
