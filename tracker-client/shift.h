/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver did between 出動 and 終了, added up from the unit's own fixes as they are recorded:
 * how long in which state of work, how far, and on which roads.  One pass, no clock, no memory of
 * its own; the spool keeps it with the fixes it was made of, so that a power cut loses neither.
 *
 * The time between two fixes belongs to the state the earlier one names.  Where fixes lie further
 * apart than SHIFT_GAP_MS, or time goes back, it belongs to none (gap_ms), so that all times and the
 * gap together are always to_ms - from_ms.
 *
 * This is what a driver confirms, not what is paid by: that follows from the fixes in the server's
 * database.
 */
#ifndef PLOW_TRACKER_SHIFT_H
#define PLOW_TRACKER_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"

#define SHIFT_CODES "NLWTSPFAMBRGXOU" /* all codes of work there are */
#define SHIFT_STATES (sizeof(SHIFT_CODES) - 1)
#define SHIFT_GAP_MS (INT64_C(5) * 60 * 1000)
#define SHIFT_ROADS_MAX 200 /* names; metres on further ones are counted in work_cm alone */
#define SHIFT_ROAD_BYTES 81

/* How far it worked on roads of one name; "" are those without. */
struct shift_road {
	char name[SHIFT_ROAD_BYTES];
	int64_t work_cm;
};

struct shift {
	int64_t id; /* 1, 2, ...; 0: there was no shift yet */
	bool is_open;
	int64_t from_ms, to_ms; /* of the first and the newest fix; FIX_TIME_UNKNOWN before */
	int64_t state_ms[SHIFT_STATES]; /* as SHIFT_CODES has them */
	int64_t gap_ms;
	int64_t distance_cm, work_cm; /* driven; of it at work */
	uint64_t fixes;
	bool has_map; /* somebody knew roads: else that none is named means nothing */
	size_t road_count;
	struct shift_road roads[SHIFT_ROADS_MAX];

	/* Where the next step begins. */
	char work;
	bool is_at_work;
	int32_t anchor_lon_e7, anchor_lat_e7; /* FIX_ABSENT: nowhere */
	int64_t anchor_ms;
};

/* A piece of way, long enough that its length and direction mean something. */
struct shift_step {
	int32_t lon_e7, lat_e7; /* its middle */
	double course_deg;
	int64_t length_cm;
	bool is_at_work;
};

void shift_init(struct shift *shift, int64_t id, bool is_open);

/*
 * Takes a valid fix with a time.  Returns true when it ends a step, about every 15 m: whoever knows
 * the roads then tells shift_add_road() which one the step lay on.
 */
bool shift_take(struct shift *shift, const struct fix *fix, struct shift_step *out_step);

/* A name that does not fit is cut at a character's end. */
void shift_add_road(struct shift *shift, const char *name, int64_t work_cm);

/* Whether the fix is one of work: its sensor's word before what it says of the work. */
bool shift_is_at_work(const struct fix *fix);

#endif
