/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NMEA 0183 into fixes: the sentences of one epoch (RMC GGA GNS GLL VTG GSA GST ZDA, any talker)
 * become one fix (docs/NMEA.md has every rule and how it compares with gpsd).
 *
 * A decoder lives in place, allocates nothing and uses no floating point.  It is fed bytes in
 * pieces of any size and calls back with each fix, when the first sentence of the next epoch has
 * come or the caller says that this one is over.  Whatever the bytes are, it goes on at the next
 * '$'. Not for two threads at once; any thread.
 */
#ifndef PLOW_COMMON_NMEA_H
#define PLOW_COMMON_NMEA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"

/* The standard says 82; receivers with six constellations and routers with ids send more. */
#define NMEA_SENTENCE_MAX 255

enum nmea_option {
	/* Sentences without a checksum count: for routers that send none, never for what is paid.
	 */
	NMEA_ALLOW_NO_CHECKSUM = 1 << 0,
};

/* What became of the sentences.  Each is counted once: sentences is the sum of all below it. */
struct nmea_counts {
	uint64_t sentences; /* whatever began with '$' */
	uint64_t used;      /* told something of a position, a time or a movement */
	uint64_t voids;     /* well-formed, but the receiver says that it knows no position */
	uint64_t bad_checksum;
	uint64_t no_checksum;
	uint64_t unknown;   /* a good checksum, but a sentence not for us */
	uint64_t malformed; /* too long, or a field that cannot be */
};

/* Gets each fix; it has a position, but maybe no time and no FIX_VALID. */
typedef void (*nmea_fix_cb)(const struct fix *fix, void *user);

/* The epoch being put together. */
struct nmea_epoch {
	struct fix fix;
	int64_t day;      /* days since 1970, INT64_MIN while no sentence of it named a date */
	int32_t clock_ms; /* time of day, 23:59:60 being 86400000; -1 in an epoch without a time */
	uint8_t seen;     /* sentences it holds, by kind */
	bool is_open;
	bool has_position;
	bool is_refused; /* one of its sentences disowned the position */
	bool is_unchecked; /* one of its sentences had no checksum */
};

struct nmea {
	nmea_fix_cb fix_cb;
	void *user;
	unsigned options; /* enum nmea_option */
	struct nmea_counts counts;
	struct nmea_epoch epoch;
	int64_t anchor_ms; /* the newest time with a date, for epochs without; FIX_TIME_UNKNOWN */
	uint64_t dates;    /* sentences that named a date */
	size_t carried;    /* bytes of a sentence whose end has not come yet */
	char carry[NMEA_SENTENCE_MAX + 1];
};

void nmea_init(struct nmea *nmea, unsigned options, nmea_fix_cb fix_cb, void *user);

/* Takes bytes: half a line, a line, a file.  Calls back for each fix that is complete by them. */
void nmea_feed(struct nmea *nmea, const void *bytes, size_t size);

/* The bytes fed so far end a sentence though no line end came: the end of a datagram or a file. */
void nmea_end_line(struct nmea *nmea);

/*
 * The epoch is over: the receiver has been silent for a quarter of a second, or the input ended
 * (then nmea_end_line() comes first).  Calls back if there is a fix.
 */
void nmea_flush(struct nmea *nmea);

/* The time nearest to an anchor that has this time of day. */
int64_t nmea_time_near(int64_t anchor_ms, int32_t clock_ms);

#endif
