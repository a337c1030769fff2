/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/sensor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "tracker-client/sensor_internal.h"

#define LOOK_MS 5000 /* is the chip there, does the line say what we think? */
#define SENTENCE_HOLDS_MS 10000
#define LINE_MOST 255

struct sensor {
	uv_loop_t *loop;
	struct sensor_config config;
	const char *name;
	int state; /* what counts */
	/* gpio */
	struct gpio_line *line;
	uv_poll_t poll;
	uv_timer_t look, settle;
	int seen; /* what the line said last, before it has settled */
	bool is_polling, is_absent;
	/* sentence */
	uint64_t said_ms;
	size_t length; /* of the sentence being read; 0: none */
	char text[LINE_MOST + 1];
};

/* ---- lines ---- */

static void on_poll_closed(uv_handle_t *handle)
{
	struct sensor *sensor = handle->data;

	gpio_line_close(sensor->line);
	sensor->line = NULL;
	sensor->is_polling = false;
}

static void let_go(struct sensor *sensor)
{
	sensor->state = -1;
	uv_timer_stop(&sensor->settle);
	if (sensor->is_polling && !uv_is_closing((uv_handle_t *)&sensor->poll))
		uv_close((uv_handle_t *)&sensor->poll, on_poll_closed);
}

static void lost(struct sensor *sensor, int error)
{
	if (!sensor->is_absent)
		fprintf(stderr,
			"plow-tracker: the %s input %s/%u cannot be read: %s; it is tried again and again\n",
			sensor->name, sensor->config.chip, sensor->config.line, strerror(-error));
	sensor->is_absent = true;
	let_go(sensor);
}

/* Reads the line; a change counts when it has lasted. */
static void look_at_line(struct sensor *sensor)
{
	int value = gpio_line_value(sensor->line);

	if (value < 0)
		lost(sensor, value);
	else if (value != sensor->seen || value != sensor->state)
		uv_timer_again(&sensor->settle);
	sensor->seen = value;
}

static void on_settled(uv_timer_t *timer)
{
	struct sensor *sensor = timer->data;
	int value = gpio_line_value(sensor->line);

	if (value < 0) {
		lost(sensor, value);
		return;
	}
	if (value == sensor->seen) {
		sensor->state = value;
		uv_timer_stop(timer);
	}
	sensor->seen = value;
}

static void on_edge(uv_poll_t *poll, int status, int events)
{
	struct sensor *sensor = poll->data;
	int error = status < 0 ? status : gpio_line_take(sensor->line);

	(void)events;
	if (error != 0) {
		lost(sensor, error);
		return;
	}
	/* Every edge begins the wait anew. */
	uv_timer_again(&sensor->settle);
	sensor->seen = gpio_line_value(sensor->line);
	if (sensor->seen < 0)
		lost(sensor, sensor->seen);
}

static void open_line(struct sensor *sensor)
{
	int fd, error = gpio_line_open(&sensor->config, &sensor->line, &fd);

	if (error != 0) {
		lost(sensor, error);
		return;
	}
	error = uv_poll_init(sensor->loop, &sensor->poll, fd);
	if (error != 0) {
		gpio_line_close(sensor->line);
		sensor->line = NULL;
		lost(sensor, error);
		return;
	}
	sensor->poll.data = sensor;
	sensor->is_polling = true;
	sensor->seen = -1;
	if (sensor->is_absent)
		fprintf(stderr, "plow-tracker: the %s input is there again\n", sensor->name);
	sensor->is_absent = false;
	uv_poll_start(&sensor->poll, UV_READABLE, on_edge);
	look_at_line(sensor);
}

static void on_look(uv_timer_t *timer)
{
	struct sensor *sensor = timer->data;

	if (!sensor->is_polling)
		open_line(sensor);
	else if (!uv_is_closing((uv_handle_t *)&sensor->poll))
		look_at_line(sensor);
}

/* ---- sentences ---- */

static int hex_of(char c)
{
	const char *digits = "0123456789ABCDEF", *found = strchr(digits, c >= 'a' ? c - 32 : c);

	return c != '\0' && found != NULL ? (int)(found - digits) : -1;
}

/* Cuts the checksum off; false when it is missing or wrong. */
static bool is_sound(char *text)
{
	char *star = strchr(text, '*');
	unsigned char sum = 0;

	if (star == NULL || strlen(star) != 3 || hex_of(star[1]) < 0 || hex_of(star[2]) < 0)
		return false;
	for (const char *c = text; c < star; c++)
		sum ^= (unsigned char)*c;
	*star = '\0';
	return sum == hex_of(star[1]) * 16 + hex_of(star[2]);
}

/* What a field says: 0 off, another number on, -1 nothing. */
static int state_of(const char *field)
{
	char *end;
	double number = strtod(field, &end);

	if (end == field || *end != '\0' || *field == ' ' || number != number)
		return -1;
	return number != 0;
}

/* text stands between '$' and the line's end. */
static void take_sentence(struct sensor *sensor, char *text)
{
	char *field = NULL;
	int state;

	if (!is_sound(text) || strcmp(strsep(&text, ","), sensor->config.address) != 0)
		return;
	for (unsigned i = 0; i < sensor->config.field; i++)
		field = strsep(&text, ",");
	state = field != NULL ? state_of(field) : -1;
	sensor->state = state >= 0 && sensor->config.active_low ? !state : state;
	sensor->said_ms = uv_now(sensor->loop);
}

void sensor_bytes(struct sensor *sensor, const char *bytes, size_t size)
{
	if (sensor == NULL || sensor->config.kind != SENSOR_SENTENCE)
		return;
	for (size_t i = 0; i < size; i++) {
		char c = bytes[i];

		if (c == '$') {
			sensor->length = 1;
		} else if (sensor->length > 0 && (c == '\r' || c == '\n')) {
			sensor->text[sensor->length - 1] = '\0';
			sensor->length = 0;
			take_sentence(sensor, sensor->text);
		} else if (sensor->length > 0) {
			sensor->text[sensor->length - 1] = c != '\0' ? c : ' ';
			sensor->length = sensor->length < LINE_MOST ? sensor->length + 1 : 0;
		}
	}
}

/* ---- life ---- */

struct sensor *sensor_start(uv_loop_t *loop, const struct sensor_config *config, const char *name)
{
	struct sensor *sensor;

	if (config->kind == SENSOR_NONE)
		return NULL;
	sensor = x_calloc(1, sizeof(*sensor));
	*sensor = (struct sensor){.loop = loop, .config = *config, .name = name, .state = -1};
	uv_timer_init(loop, &sensor->look);
	uv_timer_init(loop, &sensor->settle);
	sensor->look.data = sensor->settle.data = sensor;
	uv_timer_start(&sensor->settle, on_settled, SENSOR_DEBOUNCE_MS, SENSOR_DEBOUNCE_MS);
	uv_timer_stop(&sensor->settle);
	if (config->kind == SENSOR_GPIO)
		uv_timer_start(&sensor->look, on_look, 0, LOOK_MS);
	return sensor;
}

void sensor_stop(struct sensor *sensor)
{
	if (sensor == NULL)
		return;
	uv_close((uv_handle_t *)&sensor->look, NULL);
	let_go(sensor);
	uv_close((uv_handle_t *)&sensor->settle, NULL);
}

void sensor_free(struct sensor *sensor)
{
	free(sensor);
}

int sensor_state(const struct sensor *sensor)
{
	if (sensor == NULL)
		return -1;
	if (sensor->config.kind == SENSOR_SENTENCE &&
	    uv_now(sensor->loop) - sensor->said_ms > SENTENCE_HOLDS_MS)
		return -1;
	return sensor->state;
}
