/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work inputs of the cab: is the blade down, does the spreader run?  Each comes from a line of a
 * GPIO chip or from a field of a sentence that arrives with the receiver's.
 *
 *	gpio:CHIP/LINE [active-low] [pull-up|pull-down]     gpio:gpiochip0/17 active-low
 *	sentence:ADDRESS/FIELD [active-low]                 sentence:PSPST/4
 *
 * A line's contact may bounce: what it says counts when it has said so for 300 ms.  A sentence counts
 * at once and for 10 s; 0 in its field is off, any other number is on, anything else is unknown.  A
 * chip that is not there, or goes, is tried again every five seconds, and unknown meanwhile.
 *
 * Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_SENSOR_H
#define PLOW_TRACKER_SENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"

#define SENSOR_CHIP_BYTES 64
#define SENSOR_ADDRESS_BYTES 12
#define SENSOR_DEBOUNCE_MS 300

enum sensor_kind { SENSOR_NONE, SENSOR_GPIO, SENSOR_SENTENCE };
enum sensor_bias { SENSOR_AS_IS, SENSOR_PULL_UP, SENSOR_PULL_DOWN };

struct sensor_config {
	enum sensor_kind kind;
	char chip[SENSOR_CHIP_BYTES]; /* gpio */
	unsigned line;
	enum sensor_bias bias;
	char address[SENSOR_ADDRESS_BYTES]; /* sentence, without the $ */
	unsigned field;                     /* the first after the address is 1 */
	bool active_low;
};

/* Returns 0 or -EINVAL. */
int sensor_parse(const char *text, struct sensor_config *out) PLOW_MUST_USE;

struct sensor;

/* name is for people ("blade") and has to stay.  NULL when the kind is SENSOR_NONE, which the other
 * functions take for a sensor that never knows. */
struct sensor *sensor_start(uv_loop_t *loop, const struct sensor_config *config, const char *name);
void sensor_stop(struct sensor *sensor); /* the loop has to run on until it is closed */
void sensor_free(struct sensor *sensor);

/* Bytes from the receiver, in pieces of any size; whoever splits them at line ends gets the order of
 * sentences and fixes right. */
void sensor_bytes(struct sensor *sensor, const char *bytes, size_t size);

/* 1 on, 0 off, -1 unknown. */
int sensor_state(const struct sensor *sensor);

#endif
