/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes from the receiver, however it comes: bytes of NMEA or whole fixes go in, fixes come
 * out, and it is known how the receiver does.  The drivers (receiver_*.c, replay.c) put in; the
 * recorder takes out.  Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_INTAKE_H
#define PLOW_TRACKER_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/fix.h"
#include "common/nmea.h"

enum intake_health {
	INTAKE_OK,     /* a fix with a position within the last 5 s */
	INTAKE_NO_FIX, /* it talks, but knows no position */
	INTAKE_SILENT, /* nothing for 5 s */
	INTAKE_ABSENT, /* the port or the connection cannot be opened */
	INTAKE_ENDED,  /* a file was read to its end */
};

struct intake_calls {
	/* What the receiver sent, a line or a piece of one at a time, before a fix is made of it. */
	void (*bytes)(const char *bytes, size_t size, void *user);
	void (*fix)(const struct fix *fix, void *user);
	void (*ended)(void *user);
	/* False while no more fixes can be kept: a driver that can wait then does. */
	bool (*has_room)(void *user);
	void *user;
};

struct intake {
	uv_loop_t *loop;
	struct intake_calls calls;
	struct nmea nmea;
	uv_timer_t epoch_timer;    /* ends the epoch when the receiver pauses */
	uint64_t heard_ms, fix_ms; /* of the loop's clock; 0: never */
	uint64_t opened_ms;
	bool is_absent, has_ended;
};

void intake_init(struct intake *intake, uv_loop_t *loop, const struct intake_calls *calls);
/* Gives out what is left of the last epoch; the loop frees the timer before the intake may go. */
void intake_stop(struct intake *intake);

/* For the drivers. */
void intake_bytes(struct intake *intake, const void *bytes, size_t size);
void intake_datagram(struct intake *intake, const void *bytes, size_t size);
void intake_fix(struct intake *intake, const struct fix *fix);
bool intake_has_room(const struct intake *intake);
void intake_opened(struct intake *intake);
/* Says on stderr, once until it is opened again, why the receiver cannot be reached. */
void intake_absent(struct intake *intake, const char *what, const char *why);
void intake_ended(struct intake *intake);

enum intake_health intake_health(const struct intake *intake);
const char *intake_health_name(enum intake_health health); /* as in docs/API.md */

#endif
