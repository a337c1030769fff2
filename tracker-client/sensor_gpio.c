/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a GPIO chip, by libgpiod 1; the only file that knows it. */
#include "tracker-client/sensor_internal.h"

#include <errno.h>
#include <stdlib.h>

#include <gpiod.h>

#include "common/alloc.h"

struct gpio_line {
	struct gpiod_chip *chip;
	struct gpiod_line *line;
};

static int flags_of(const struct sensor_config *config)
{
	int flags = config->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;

	if (config->bias == SENSOR_PULL_UP)
		flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
	if (config->bias == SENSOR_PULL_DOWN)
		flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
	return flags;
}

int gpio_line_open(const struct sensor_config *config, struct gpio_line **out, int *out_fd)
{
	struct gpio_line *line = x_calloc(1, sizeof(*line));

	errno = 0;
	line->chip = gpiod_chip_open_lookup(config->chip);
	if (line->chip != NULL)
		line->line = gpiod_chip_get_line(line->chip, config->line);
	if (line->line == NULL || gpiod_line_request_both_edges_events_flags(
					  line->line, "plow-tracker", flags_of(config)) != 0) {
		int error = errno > 0 ? -errno : -ENODEV;

		gpio_line_close(line);
		return error;
	}
	*out_fd = gpiod_line_event_get_fd(line->line);
	*out = line;
	return 0;
}

void gpio_line_close(struct gpio_line *line)
{
	/* Closing the chip releases its lines. */
	if (line->chip != NULL)
		gpiod_chip_close(line->chip);
	free(line);
}

int gpio_line_take(struct gpio_line *line)
{
	struct gpiod_line_event event;

	errno = 0;
	return gpiod_line_event_read(line->line, &event) == 0 ? 0 : errno > 0 ? -errno : -ENODEV;
}

int gpio_line_value(struct gpio_line *line)
{
	int value;

	errno = 0;
	value = gpiod_line_get_value(line->line);
	return value >= 0 ? value : errno > 0 ? -errno : -ENODEV;
}
