/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration says of a sensor. */
#include "tracker-client/sensor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 200

/* A whole number of digits alone. */
static int parse_number(const char *text, unsigned long most, unsigned *out)
{
	char *end;
	unsigned long number;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	number = strtoul(text, &end, 10);
	*out = (unsigned)number;
	return errno != 0 || *end != '\0' || number > most ? -EINVAL : 0;
}

/* NAME/NUMBER; the name may hold slashes, as a path does. */
static int parse_place(char *text, char *name, size_t room, unsigned *number)
{
	char *slash = strrchr(text, '/');

	if (slash == NULL || slash == text || (size_t)(slash - text) >= room)
		return -EINVAL;
	*slash = '\0';
	strcpy(name, text);
	return parse_number(slash + 1, 4095, number);
}

static bool is_address(const char *text)
{
	for (; *text != '\0'; text++)
		if ((*text < 'A' || *text > 'Z') && (*text < '0' || *text > '9'))
			return false;
	return true;
}

static int parse_word(const char *word, struct sensor_config *out)
{
	if (strcmp(word, "active-low") == 0)
		out->active_low = true;
	else if (strcmp(word, "pull-up") == 0 && out->kind == SENSOR_GPIO)
		out->bias = SENSOR_PULL_UP;
	else if (strcmp(word, "pull-down") == 0 && out->kind == SENSOR_GPIO)
		out->bias = SENSOR_PULL_DOWN;
	else
		return -EINVAL;
	return 0;
}

int sensor_parse(const char *text, struct sensor_config *out)
{
	char copy[TEXT_MOST + 1], *rest = NULL, *word;
	int error = -EINVAL;

	*out = (struct sensor_config){0};
	if (strlen(text) > TEXT_MOST)
		return -EINVAL;
	strcpy(copy, text);
	word = strtok_r(copy, " \t", &rest);
	if (word != NULL && strncmp(word, "gpio:", 5) == 0) {
		out->kind = SENSOR_GPIO;
		error = parse_place(word + 5, out->chip, sizeof(out->chip), &out->line);
	} else if (word != NULL && strncmp(word, "sentence:", 9) == 0) {
		out->kind = SENSOR_SENTENCE;
		error = parse_place(word + 9, out->address, sizeof(out->address), &out->field);
		if (error == 0 && (out->field == 0 || !is_address(out->address)))
			error = -EINVAL;
	}
	while (error == 0 && (word = strtok_r(NULL, " \t", &rest)) != NULL)
		error = parse_word(word, out);
	return error;
}
