/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast to send: the round trip as RFC 6298 estimates it, a window of datagrams that grows with
 * every answer and shrinks with losses, and silence, in which one small datagram at a time asks,
 * about once a second: a radio that comes back and still loses every third must not keep the
 * current position from the map for ten seconds.  With jitter, so that a fleet that leaves a tunnel
 * together does not speak together, nor sends again together what it lost together.  No clock of its own; one thread.
 */
#ifndef PLOW_TRACKER_PACE_H
#define PLOW_TRACKER_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_WINDOW_MAX 64     /* datagrams under way at most */
#define PACE_PROBE_MAX_MS 1000 /* in silence, before jitter of a quarter up or down */

struct pace {
	uint64_t smoothed_us, variation_us; /* round trip; 0 before the first */
	unsigned window_milli;              /* thousandths of a datagram */
	unsigned threshold_milli;           /* below it the window doubles a round trip */
	unsigned unheard;                   /* losses since something was heard */
	unsigned probes;                    /* losses of what was sent in silence */
	bool is_silent;
	bool has_tried;
	uint64_t heard_ms;  /* the last answer, or the first try */
	uint64_t silent_ms; /* when silence set in */
	uint64_t cut_ms;    /* when the window shrank last */
};

void pace_init(struct pace *pace); /* silent until the first answer */

void pace_sent(struct pace *pace, uint64_t now_ms);
void pace_heard(struct pace *pace, uint64_t now_ms);           /* any answer came */
void pace_answered(struct pace *pace, uint64_t round_trip_ms); /* to a datagram still under way */
void pace_lost(struct pace *pace, uint64_t sent_ms, uint64_t now_ms);

bool pace_is_silent(const struct pace *pace);
uint64_t pace_silent_ms(const struct pace *pace, uint64_t now_ms);
size_t pace_window(const struct pace *pace);         /* datagrams under way at a time */
uint64_t pace_timeout_ms(const struct pace *pace);   /* after it, with jitter, the next datagram sent is lost */
uint64_t pace_overtaken_ms(const struct pace *pace); /* the same once a later one was answered */
uint64_t pace_rtt_ms(const struct pace *pace);

#endif
