/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one NMEA sentence says, before it is put together with the others of its epoch.  A sentence
 * is read completely or gives nothing.  Pure functions; only for nmea.c and its tests.
 */
#ifndef PLOW_COMMON_NMEA_SENTENCE_H
#define PLOW_COMMON_NMEA_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"
#include "common/nmea_fields.h"

#define NMEA_DAY_UNKNOWN INT64_MIN

/* Bits, for sets of them. */
enum nmea_kind {
	NMEA_RMC = 1,
	NMEA_GGA = 2,
	NMEA_GNS = 4,
	NMEA_GLL = 8,
	NMEA_VTG = 16,
	NMEA_GSA = 32,
	NMEA_GST = 64,
	NMEA_ZDA = 128,
};

enum nmea_outcome {
	NMEA_USED,      /* says something */
	NMEA_VOID,      /* well-formed, but the receiver knows no position */
	NMEA_UNKNOWN,   /* a sentence not for us */
	NMEA_MALFORMED, /* a field that cannot be */
};

struct nmea_said {
	enum nmea_kind kind;
	enum nmea_reading clock; /* NMEA_EMPTY: "I do not know the time", which is an epoch too */
	int32_t clock_ms;
	int64_t day; /* days since 1970, or NMEA_DAY_UNKNOWN */
	enum nmea_reading position;
	bool is_refusing;       /* status V, mode N, S or M, quality 0, 7 or 8 */
	bool is_dead_reckoning; /* mode E, quality 6 */
	bool is_unchecked;      /* it came without a checksum: the caller says so */
	struct fix fix;         /* the quantities; its time and flags are not set */
};

/* Reads what stands between '$' and '*'. */
enum nmea_outcome nmea_read_sentence(const char *body, size_t size, struct nmea_said *out);

#endif
