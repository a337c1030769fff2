/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fix: where one vehicle was at one moment, as its receiver said, and what the unit knew of the
 * work at that moment.  Everything else in the project is made of these.
 *
 * All quantities are integers, so that a fix is the same bytes in the cab, on the wire, in the
 * database and in every comparison.  A quantity the receiver did not give is FIX_ABSENT.
 */
#ifndef PLOW_COMMON_FIX_H
#define PLOW_COMMON_FIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIX_ABSENT INT32_MIN
#define FIX_TIME_UNKNOWN INT64_MIN

enum fix_flag {
	FIX_VALID = 1 << 0,          /* the receiver stands by the position (contracts.md, Fixes) */
	FIX_DEAD_RECKONING = 1 << 1, /* mode E or quality 6: valid, but not measured by satellites */
	FIX_TIME_REPAIRED = 1 << 2,  /* date moved by whole GPS week rollovers, by time of receipt */
	FIX_JUMP = 1 << 3,           /* too far from its neighbours to have been driven: kept, ignored */
};

/* Who said what work was going on; weaker sources come later (contracts.md, Work). */
enum work_source {
	WORK_FROM_SENSOR = 0,
	WORK_FROM_BUTTON = 1,
	WORK_FROM_UNIT = 2,     /* --work-state of the unit */
	WORK_FROM_INFERENCE = 3, /* the class's work speed band */
	WORK_ASSUMED = 4,       /* a vehicle without a class moved on a road */
	WORK_SOURCE_NONE = 5,   /* nobody said anything */
};

/* Trust of a fix (contracts.md, Trust); trust_rank() says which counts more. */
enum fix_trust {
	TRUST_PLAIN = 0,
	TRUST_LISTED = 1,
	TRUST_TOKEN = 2,
	TRUST_SEALED = 3,
	TRUST_FILE = 4, /* F */
};

struct fix {
	int64_t time_ms;     /* Unix time, UTC; FIX_TIME_UNKNOWN while no date is known */
	int32_t lon_e7;      /* degrees east x 1e7, WGS 84 */
	int32_t lat_e7;      /* degrees north x 1e7 */
	int32_t alt_dm;      /* decimetres above mean sea level */
	int32_t speed_cmps;  /* centimetres per second over ground */
	int32_t course_cdeg; /* hundredths of a degree from true north, 0..35999 */
	int32_t hdop_c;      /* hundredths */
	int32_t satellites;  /* used in the solution */
	int32_t quality;     /* GGA quality indicator 0..8 */
	uint8_t flags;       /* enum fix_flag */
	int8_t blade;        /* -1 unknown, 0 up, 1 down: the work sensor's word */
	char work;           /* work code (domain.md 6): N L W T S P F A, M B R G X O; 'U' unknown */
	uint8_t work_source; /* who said `work`: WORK_FROM_BUTTON, WORK_FROM_UNIT or WORK_SOURCE_NONE */
};

/* A fix of which nothing is known. */
struct fix fix_none(void);

/* Longitude, latitude and time are in their ranges: every reader's last check. */
bool fix_is_plausible(const struct fix *fix);

/*
 * Of two fixes of one millisecond the higher rank counts.  A file ranks below what was sealed: the
 * receiver's log knows nothing of the driver's buttons.
 */
int trust_rank(enum fix_trust trust);

/* True for codes that clear road (N L W T S P F A), false for the others, also for 'U'. */
bool work_is_clearing(char code);
/* True for every code domain.md 6 names, 'U' included. */
bool work_is_known(char code);

/*
 * The fix as bytes, big-endian, in the order of the struct's fields, signed numbers biased so that
 * memcmp() orders them.  Two fixes are the same measurement when these bytes are equal; of two that
 * differ at one millisecond under equal trust, the smaller bytes count (contracts.md, Vehicle).
 */
#define FIX_CANONICAL_BYTES 44
void fix_canonical(const struct fix *fix, uint8_t out[FIX_CANONICAL_BYTES]);
struct fix fix_from_canonical(const uint8_t bytes[FIX_CANONICAL_BYTES]);
int fix_compare(const struct fix *a, const struct fix *b); /* memcmp() of the canonical bytes */

#endif
