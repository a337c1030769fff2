/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one encoding of common/wire.h, as wire_put.c writes and wire_get.c reads it.
 */
#ifndef PLOW_COMMON_WIRE_INTERNAL_H
#define PLOW_COMMON_WIRE_INTERNAL_H

#include "common/wire.h"

/*
 * Every message has exactly one encoding, so the reader refuses whatever the writer would not have
 * written: overlong numbers, fields marked as changed that did not change, bytes left over.
 */
enum {
	VARINT_MAX_BYTES = 10,
	SENT_BYTES = 6,
	RUN_MAX = 255,
	USUAL_STEP_MS = 1000,
	/* mask, time, longitude, latitude, five optional fields, quality and flags, work */
	FIX_MAX_BYTES = 1 + 10 + 5 + 5 + 5 * 5 + 1 + 2,
	ACK_HEAD_BYTES = 25,
};
#define SENT_MAX INT64_C(253402300800000) /* the end of the year 9999, as for fixes */

/* Which fields of a fix follow: those that differ from the fix before it in the message. */
enum mask {
	HAS_ALT = 1 << 0,
	HAS_SPEED = 1 << 1,
	HAS_COURSE = 1 << 2,
	HAS_HDOP = 1 << 3,
	HAS_SATELLITES = 1 << 4,
	HAS_QUALITY = 1 << 5, /* quality and flags, one byte */
	HAS_WORK = 1 << 6,    /* blade, work and its source, two bytes */
	HAS_TIME = 1 << 7,    /* not exactly 1,000 ms after the one before */
};

#define QUALITY_ABSENT 15
#define QUALITY_MAX 8
#define FLAGS_ALL (FIX_VALID | FIX_DEAD_RECKONING | FIX_TIME_REPAIRED | FIX_JUMP)

/* What the first fix of a message is a difference to. */
struct fix wire_fix_origin(void);

/* What a fix that has the value has in its byte of quality and flags, of blade and work source. */
uint8_t wire_quality_byte(const struct fix *fix);
uint8_t wire_work_byte(const struct fix *fix);

/* Which fields (enum mask) of a fix follow the one before. */
unsigned wire_mask_of(const struct fix *before, const struct fix *fix);

/* What an absent value counts as where a difference to it is written. */
int32_t wire_present(int32_t value);

#endif
