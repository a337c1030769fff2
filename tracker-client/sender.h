/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which fixes go into which datagram when, and what an acknowledgement means (docs/PROTOCOL.md,
 * Sending).  The newest fixes go first, so that the map is live at once; the backlog follows,
 * oldest first, in full datagrams, as many under way at a time as the way there bears.  When
 * nothing is answered, one datagram at a time asks every few seconds whether the server is back.
 *
 * No socket, no clock, no loop: the caller says what time it is, carries the datagrams, and calls
 * sender_pump() when something happened or the time it named has come.  One thread.
 */
#ifndef PLOW_TRACKER_SENDER_H
#define PLOW_TRACKER_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/seal.h"

struct sender;
struct spool;

/* Puts a datagram on the way; one that cannot go counts as lost on it. */
typedef void (*sender_transmit_cb)(const uint8_t *datagram, size_t size, void *user);

struct sender_config {
	struct spool *spool; /* must outlive the sender */
	struct seal_key key;
	bool newest_first; /* false for a log that is read as fast as it goes: all of it is backlog
			    */
	sender_transmit_cb transmit;
	void *user;
};

/* Times are milliseconds: now_ms of a clock nobody sets, unix_ms of the one that says what day it
 * is. */
struct sender *sender_new(const struct sender_config *config);
void sender_free(struct sender *sender);

/* Another key of the same vehicle, after a rotation.  Answers under the old one are none any more.
 */
void sender_change_key(struct sender *sender, const struct seal_key *key);

/* Nothing was answered for long: goes on with numbers as high as the clock says. */
void sender_renew_numbers(struct sender *sender);

/* The spool committed; with `is_new` it is another one than before, and everything begins anew. */
void sender_committed(struct sender *sender, bool is_new);

/* Something arrived.  Whatever is not an answer to what was sent changes nothing. */
void sender_receive(struct sender *sender, const uint8_t *datagram, size_t size, uint64_t now_ms);

/* Sends what may be sent.  Returns after how many ms to call again, UINT64_MAX: when something
 * happens. */
uint64_t sender_pump(struct sender *sender, uint64_t now_ms, int64_t unix_ms);

/* An answer tells for so long that the server is there: about what a fix takes over a bad radio. */
#define SENDER_FRESH_MS 10000

struct sender_state {
	bool is_reachable;  /* the server has answered just now */
	bool is_silent;     /* what is sent is not answered; also before anything was */
	uint64_t silent_ms; /* since the last answer, or since the first try; 0 while not silent */
	uint64_t sent, resent;  /* datagrams; those lost on the way */
	uint64_t bytes;         /* of UDP payload sent */
	uint64_t acks, refused; /* datagrams received that were answers, and others */
	uint64_t rtt_ms;        /* smoothed */
};
struct sender_state sender_state(const struct sender *sender, uint64_t now_ms);

#endif
