/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to read a receiver, one file each; only receiver.c uses them.  start() returns a
 * driver's own state, or NULL with error and sentence; stop() closes its handles; free() comes
 * after the loop has closed them.
 */
#ifndef PLOW_TRACKER_RECEIVER_DRIVERS_H
#define PLOW_TRACKER_RECEIVER_DRIVERS_H

#include "tracker-client/intake.h"
#include "tracker-client/receiver.h"

struct receiver_driver {
	void *(*start)(struct intake *intake, const struct source *source, double rate,
		       int *out_error, char why[RECEIVER_WHY_BYTES]);
	void (*stop)(void *driver);
	void (*free)(void *driver);
};

extern const struct receiver_driver receiver_serial;
extern const struct receiver_driver receiver_stdin;
extern const struct receiver_driver receiver_gpsd;
extern const struct receiver_driver receiver_udp;
extern const struct receiver_driver receiver_replay;

#endif
