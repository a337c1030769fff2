/* SPDX-License-Identifier: Apache-2.0 */
/* What sensor.c and the line behind a sensor (sensor_gpio.c) share. */
#ifndef PLOW_TRACKER_SENSOR_INTERNAL_H
#define PLOW_TRACKER_SENSOR_INTERNAL_H

#include "tracker-client/sensor.h"

struct gpio_line;

/*
 * Asks for a line and its edges.  Returns 0 or negative errno; *out_fd is readable when an edge came.
 */
int gpio_line_open(const struct sensor_config *config, struct gpio_line **out,
		   int *out_fd) PLOW_MUST_USE;
void gpio_line_close(struct gpio_line *line);

/* Takes one edge off the descriptor. Returns 0 or negative errno. */
int gpio_line_take(struct gpio_line *line) PLOW_MUST_USE;

/* 1 active, 0 not, or negative errno when the chip is gone. */
int gpio_line_value(struct gpio_line *line) PLOW_MUST_USE;

#endif
