/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way from a cab to the server and its mishaps: valleys without radio, datagrams that get lost,
 * come twice or late.  What was recorded is kept and sent again until the server acknowledged it,
 * as plow-tracker does (docs/PROTOCOL.md).  No sockets and no clock: bytes in and out.
 */
#ifndef PLOW_TESTS_SIM_RADIO_H
#define PLOW_TESTS_SIM_RADIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"
#include "common/seal.h"
#include "tests/sim/random.h"

struct radio;

struct radio_mishaps {
	double lost, doubled, late; /* shares of the datagrams */
	double fades;               /* how often radio fails, 1 as in the mountains, 0 never */
};

/* spool_id must be new: a number of a spool means one fix for ever. */
struct radio *radio_new(const struct seal_key *key, uint64_t spool_id,
			const struct radio_mishaps *mishaps, struct sim_random random);
void radio_free(struct radio *radio);

/* Keeps a fix until it is acknowledged. */
void radio_record(struct radio *radio, const struct fix *fix);
size_t radio_kept(const struct radio *radio);

/* Lets the night go on: radio may fail, or come back.  now_s is the time since it began. */
void radio_drift(struct radio *radio, double now_s, double since_s, bool is_valley);
bool radio_is_silent(const struct radio *radio);
/* The night is over: from now on radio works. */
void radio_calm(struct radio *radio);

/*
 * Writes the next datagram that should be sent.  now_ms is any clock that runs on, unix_ms the
 * unit's. Returns its size, or 0 when there is nothing to send now.
 */
size_t radio_next(struct radio *radio, uint64_t now_ms, int64_t unix_ms,
		  uint8_t out[SEAL_DATAGRAM_MAX]);

/* What becomes of it on its way. */
enum radio_fate { RADIO_ARRIVES, RADIO_LOST, RADIO_DOUBLED, RADIO_LATE };
enum radio_fate radio_fate(struct radio *radio);

/* Takes a datagram from the server.  Returns true when it acknowledged something. */
bool radio_hear(struct radio *radio, uint64_t now_ms, const uint8_t *datagram, size_t size);

struct radio_counts {
	uint64_t recorded, sent, lost, doubled, late, resent_fixes;
};
struct radio_counts radio_counts(const struct radio *radio);

#endif
