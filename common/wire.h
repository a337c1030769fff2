/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is inside a sealed datagram: fixes one way, acknowledgements the other (docs/PROTOCOL.md).
 * Bytes only: no sockets, no memory, no clock.  Any thread.
 */
#ifndef PLOW_COMMON_WIRE_H
#define PLOW_COMMON_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"
#include "common/seal.h"

#define WIRE_FIXES_MAX 255  /* fixes one datagram may hold */
#define WIRE_RANGES_MAX 128 /* ranges one acknowledgement may name */

/* A fix with its number in the unit's spool: 1, 2, 3, ... in the order recorded. */
struct wire_fix {
	uint64_t seq;
	struct fix fix;
};

/* One message of fixes. */
struct wire_fixes {
	uint64_t spool_id;   /* random, made with the spool: numbers mean nothing without it */
	uint64_t oldest_seq; /* the unit will never send a number below it again */
	uint64_t newest_seq; /* the newest number recorded: newest - acknowledged = still unsent */
	int64_t sent_ms;     /* the unit's clock when sending */
	size_t count;
	struct wire_fix fixes[WIRE_FIXES_MAX];
};

/* Both ends included. */
struct wire_range {
	uint64_t first, last;
};

/* Everything up to `cumulative` and within the ranges is stored durably (or below oldest_seq). */
struct wire_ack {
	uint64_t spool_id;
	uint64_t answers; /* the number of the datagram this answers */
	uint64_t cumulative;
	size_t count;
	struct wire_range ranges[WIRE_RANGES_MAX]; /* ascending, above cumulative, never touching */
};

/*
 * True when every field of the fix is in the range the format has room for.  One that is not would
 * make the whole message undecodable, so the unit asks before it records a fix.
 */
bool wire_fix_is_sendable(const struct fix *fix);

/*
 * Encodes as many fixes, from the first on, as fit into `room` bytes; stores how many in out_taken.
 * Returns the bytes written.  Fixes are in ascending seq order, each is sendable,
 * and oldest_seq <= the first seq, the last seq <= newest_seq.  At least one fix always fits into
 * SEAL_PLAIN_MAX bytes; when none fits into `room`, the message is none: returns 0.
 */
size_t wire_put_fixes(const struct wire_fixes *message, uint8_t *out, size_t room,
		      size_t *out_taken);

/* Returns 0, or -EBADMSG when a single byte does not fit the format: then nothing of it counts. */
int wire_get_fixes(const uint8_t *bytes, size_t size, struct wire_fixes *out) PLOW_MUST_USE;

/* Encodes the acknowledgement with as many ranges as fit into `room` (>= 25). Returns the bytes. */
size_t wire_put_ack(const struct wire_ack *ack, uint8_t *out, size_t room);
int wire_get_ack(const uint8_t *bytes, size_t size, struct wire_ack *out) PLOW_MUST_USE;

#endif
