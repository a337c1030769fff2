/* SPDX-License-Identifier: Apache-2.0 */
#include "common/conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES 1024

/* Cuts the blanks around a text, in place. */
static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		text[--length] = '\0';
	return text;
}

static int take_line(char *line, conf_set_cb set, void *user, char why[CONF_WHY_BYTES])
{
	char *name = trim(line);
	char *equals = strchr(name, '=');

	if (*name == '\0' || *name == '#')
		return 0;
	if (equals == NULL || equals == name) {
		snprintf(why, CONF_WHY_BYTES, "it is not `name = value`");
		return -EINVAL;
	}
	*equals = '\0';
	return set(trim(name), trim(equals + 1), user, why);
}

/* Returns 1 with a line without its end, 0 when there is no more, or -EINVAL with why it cannot be one. */
static int next_line(FILE *file, char line[LINE_BYTES], char why[CONF_WHY_BYTES])
{
	size_t length = 0;
	int c;

	while ((c = getc(file)) != EOF && c != '\n') {
		if (length == LINE_BYTES - 2) {
			snprintf(why, CONF_WHY_BYTES, "it is longer than %d bytes", LINE_BYTES - 2);
			return -EINVAL;
		}
		if (c == '\0') {
			/* What a power cut leaves of a file that was being written. */
			snprintf(why, CONF_WHY_BYTES, "it is damaged: it holds a byte 0");
			return -EINVAL;
		}
		line[length++] = (char)c;
	}
	line[length] = '\0';
	return c != EOF || length > 0;
}

static int read_lines(FILE *file, const char *path, conf_set_cb set, void *user,
		      char why[CONF_WHY_BYTES])
{
	char line[LINE_BYTES], reason[CONF_WHY_BYTES] = "";
	int result;

	for (unsigned number = 1; (result = next_line(file, line, reason)) != 0; number++) {
		if (result > 0)
			result = take_line(line, set, user, reason);
		if (result != 0) {
			snprintf(why, CONF_WHY_BYTES, "%.100s, line %u: %.120s", path, number,
				 reason);
			return result;
		}
	}
	if (!ferror(file))
		return 0;
	snprintf(why, CONF_WHY_BYTES, "%.100s cannot be read: %s", path, strerror(errno));
	return -EIO;
}

int conf_read(const char *path, conf_set_cb set, void *user, char why[CONF_WHY_BYTES])
{
	FILE *file = fopen(path, "re");
	int result;

	if (file == NULL) {
		result = -errno;
		snprintf(why, CONF_WHY_BYTES, "%.100s cannot be opened: %s", path,
			 strerror(-result));
		return result;
	}
	result = read_lines(file, path, set, user, why);
	fclose(file);
	return result;
}
