/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/shift.h"

#include <math.h>
#include <string.h>

/*
 * Fixes wander by some metres even when the machine stands.  Only what lies a step apart is added,
 * as a straight line: standing drift then adds nothing, and bends of a road lose less than 1 %.
 */
#define STEP_M 15.0
#define SPEED_MOST_MPS 45.0 /* faster is a jump of the receiver, not a way */
#define METRES_A_DEGREE 111320.0
#define DEGREES_A_RADIAN (180.0 / 3.14159265358979323846)

void shift_init(struct shift *shift, int64_t id, bool is_open)
{
	*shift = (struct shift){
		.id = id,
		.is_open = is_open,
		.from_ms = FIX_TIME_UNKNOWN,
		.to_ms = FIX_TIME_UNKNOWN,
		.work = 'U',
		.anchor_lon_e7 = FIX_ABSENT,
		.anchor_lat_e7 = FIX_ABSENT,
	};
}

bool shift_is_at_work(const struct fix *fix)
{
	return fix->blade >= 0 ? fix->blade == 1 : work_is_clearing(fix->work);
}

static int64_t counted_ms(const struct shift *shift)
{
	int64_t sum = 0;

	for (size_t i = 0; i < SHIFT_STATES; i++)
		sum += shift->state_ms[i];
	return sum;
}

/* Returns whether the fix follows the one before it. */
static bool take_time(struct shift *shift, const struct fix *fix)
{
	const char *code = strchr(SHIFT_CODES, shift->work);
	int64_t apart_ms;

	if (shift->to_ms == FIX_TIME_UNKNOWN) {
		shift->from_ms = shift->to_ms = fix->time_ms;
		return false;
	}
	apart_ms = fix->time_ms - shift->to_ms;
	shift->to_ms = fix->time_ms;
	if (apart_ms >= 0 && apart_ms <= SHIFT_GAP_MS) {
		shift->state_ms[code != NULL ? (size_t)(code - SHIFT_CODES) : SHIFT_STATES - 1] +=
			apart_ms;
		return true;
	}
	shift->gap_ms += apart_ms;
	if (counted_ms(shift) == 0) {
		/* Whatever came before, it was not yet a clock. */
		shift->from_ms = fix->time_ms;
		shift->gap_ms = 0;
	}
	return false;
}

static void set_anchor(struct shift *shift, const struct fix *fix)
{
	shift->anchor_lon_e7 = fix->lon_e7;
	shift->anchor_lat_e7 = fix->lat_e7;
	shift->anchor_ms = fix->time_ms;
}

static bool take_way(struct shift *shift, const struct fix *fix, struct shift_step *out)
{
	double lat = fix->lat_e7 / 1e7 / DEGREES_A_RADIAN;
	double east = ((double)fix->lon_e7 - shift->anchor_lon_e7) / 1e7 * METRES_A_DEGREE * cos(lat);
	double north = ((double)fix->lat_e7 - shift->anchor_lat_e7) / 1e7 * METRES_A_DEGREE;
	double length_m = sqrt(east * east + north * north);
	double seconds = (double)(fix->time_ms - shift->anchor_ms) / 1000;

	if (length_m < STEP_M)
		return false;
	if (length_m > SPEED_MOST_MPS * (seconds > 0 ? seconds : 0)) {
		set_anchor(shift, fix);
		return false;
	}
	*out = (struct shift_step){
		.lon_e7 = shift->anchor_lon_e7 + (fix->lon_e7 - shift->anchor_lon_e7) / 2,
		.lat_e7 = shift->anchor_lat_e7 + (fix->lat_e7 - shift->anchor_lat_e7) / 2,
		.course_deg = fmod(atan2(east, north) * DEGREES_A_RADIAN + 360, 360),
		.length_cm = llround(length_m * 100),
		.is_at_work = shift->is_at_work,
	};
	shift->distance_cm += out->length_cm;
	if (out->is_at_work)
		shift->work_cm += out->length_cm;
	set_anchor(shift, fix);
	return true;
}

bool shift_take(struct shift *shift, const struct fix *fix, struct shift_step *out_step)
{
	bool follows = take_time(shift, fix), stepped = false;

	shift->fixes++;
	if (follows && shift->anchor_lon_e7 != FIX_ABSENT)
		stepped = take_way(shift, fix, out_step);
	else
		set_anchor(shift, fix);
	shift->work = fix->work;
	shift->is_at_work = shift_is_at_work(fix);
	return stepped;
}

void shift_add_road(struct shift *shift, const char *name, int64_t work_cm)
{
	char cut[SHIFT_ROAD_BYTES];
	size_t length = strlen(name), i = 0;

	if (length >= sizeof(cut)) {
		length = sizeof(cut) - 1;
		while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
			length--; /* not within a character of UTF-8 */
	}
	memcpy(cut, name, length);
	cut[length] = '\0';
	while (i < shift->road_count && strcmp(shift->roads[i].name, cut) != 0)
		i++;
	if (i == shift->road_count) {
		if (i == SHIFT_ROADS_MAX)
			return;
		memcpy(shift->roads[i].name, cut, sizeof(cut));
		shift->roads[i].work_cm = 0;
		shift->road_count++;
	}
	shift->roads[i].work_cm += work_cm;
}
