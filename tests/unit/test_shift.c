/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/shift.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#define START_MS INT64_C(1768500000000)
#define METRES_A_DEGREE 111320.0
#define LAT 38.6

/* A drive that knows what it does: where it is, how far it came, how long in which state. */
struct drive {
	struct shift shift;
	int64_t now_ms;
	double east_m, north_m, drift_east_m, drift_north_m;
	double truth_m, truth_work_m;
	int64_t truth_ms[SHIFT_STATES];
	double stepped_m, stepped_work_m;
	char work;
	unsigned seed;
	bool is_started;
};

static double noise(struct drive *drive)
{
	double sum = 0;

	for (int i = 0; i < 12; i++) {
		drive->seed = drive->seed * 1664525 + 1013904223;
		sum += (drive->seed >> 8) / 16777216.0;
	}
	return sum - 6;
}

/* A receiver as they are: 2 m of wander that changes slowly, and 0.3 m that does not. */
static void give_fix(struct drive *drive)
{
	struct fix fix = fix_none();
	struct shift_step step;

	drive->drift_east_m = 0.98 * drive->drift_east_m + 0.4 * noise(drive);
	drive->drift_north_m = 0.98 * drive->drift_north_m + 0.4 * noise(drive);
	fix.time_ms = drive->now_ms;
	fix.lon_e7 = (int32_t)lround(
		1e7 * (140.4 + (drive->east_m + drive->drift_east_m + 0.3 * noise(drive)) /
				       (METRES_A_DEGREE * cos(LAT / 57.29577951308232))));
	fix.lat_e7 = (int32_t)lround(
		1e7 * (LAT + (drive->north_m + drive->drift_north_m + 0.3 * noise(drive)) / METRES_A_DEGREE));
	fix.flags = FIX_VALID;
	fix.work = drive->work;
	fix.work_source = WORK_FROM_BUTTON;
	if (shift_take(&drive->shift, &fix, &step)) {
		drive->stepped_m += (double)step.length_cm / 100;
		drive->stepped_work_m += step.is_at_work ? (double)step.length_cm / 100 : 0;
	}
}

static void go(struct drive *drive, char work, int seconds, double speed_mps, double course_deg)
{
	for (int i = 0; i < seconds; i++) {
		drive->work = work;
		if (!drive->is_started)
			give_fix(drive);
		drive->is_started = true;
		/* From here to the next fix it is in the state the last one named. */
		drive->truth_ms[strchr(SHIFT_CODES, drive->shift.work) - SHIFT_CODES] += 1000;
		drive->now_ms += 1000;
		drive->east_m += speed_mps * sin(course_deg / 57.29577951308232);
		drive->north_m += speed_mps * cos(course_deg / 57.29577951308232);
		drive->truth_m += speed_mps;
		drive->truth_work_m += work_is_clearing(work) ? speed_mps : 0;
		give_fix(drive);
	}
}

static struct drive *begin(void)
{
	struct drive *drive = calloc(1, sizeof(*drive));

	shift_init(&drive->shift, 1, true);
	drive->now_ms = START_MS;
	drive->seed = 7;
	return drive;
}

static void assert_within(double value, double truth, double share, const char *what)
{
	cr_assert(fabs(value - truth) <= share * truth, "%s: %.0f, in truth %.0f", what, value, truth);
}

static int64_t sum_ms(const struct shift *shift)
{
	int64_t sum = shift->gap_ms;

	for (size_t i = 0; i < SHIFT_STATES; i++)
		sum += shift->state_ms[i];
	return sum;
}

/* Six hours: out, plowing there and back along streets, waiting, walking pace, home. */
static void drive_a_night(struct drive *drive)
{
	go(drive, 'M', 900, 9, 90);
	for (int street = 0; street < 20; street++) {
		go(drive, 'N', 240, 5, street % 2 ? 180 : 0);
		go(drive, 'N', 20, 3, 90);
		go(drive, 'B', 120, 0, 0);
	}
	go(drive, 'P', 1800, 0.7, 45);
	go(drive, 'R', 3600, 0, 0);
	go(drive, 'W', 1800, 2, 300);
	go(drive, 'M', 900, 9, 270);
}

Test(shift, adds_up_a_night_to_what_was_driven)
{
	struct drive *drive = begin();

	drive_a_night(drive);
	cr_assert_arr_eq(drive->shift.state_ms, drive->truth_ms, sizeof(drive->truth_ms));
	cr_assert_eq(drive->shift.gap_ms, 0);
	cr_assert_eq(drive->shift.from_ms, START_MS);
	cr_assert_eq(drive->shift.to_ms, drive->now_ms);
	cr_assert_eq(sum_ms(&drive->shift), drive->now_ms - START_MS);
	assert_within((double)drive->shift.distance_cm / 100, drive->truth_m, 0.02, "driven");
	assert_within((double)drive->shift.work_cm / 100, drive->truth_work_m, 0.02, "at work");
	free(drive);
}

Test(shift, hands_out_the_way_in_steps_that_add_up_to_it)
{
	struct drive *drive = begin();

	drive_a_night(drive);
	cr_assert_float_eq(drive->stepped_m, (double)drive->shift.distance_cm / 100, 1);
	cr_assert_float_eq(drive->stepped_work_m, (double)drive->shift.work_cm / 100, 1);
	free(drive);
}

Test(shift, adds_nothing_while_the_machine_stands)
{
	struct drive *drive = begin();

	go(drive, 'B', 4 * 3600, 0, 0);
	cr_assert_lt(drive->shift.distance_cm, 5000, "%lld cm", (long long)drive->shift.distance_cm);
	free(drive);
}

Test(shift, counts_time_without_fixes_as_a_gap)
{
	struct drive *drive = begin();

	go(drive, 'N', 600, 5, 0);
	drive->now_ms += 40 * 60 * 1000;
	drive->north_m += 5000;
	go(drive, 'N', 600, 5, 0);
	/* The second after the pause is counted from its first fix. */
	cr_assert_eq(drive->shift.gap_ms, 40 * 60 * 1000 + 1000);
	cr_assert_eq(sum_ms(&drive->shift), drive->shift.to_ms - drive->shift.from_ms);
	assert_within((double)drive->shift.distance_cm / 100, 6000, 0.02, "driven");
	free(drive);
}

Test(shift, is_not_led_astray_by_a_clock_that_was_wrong)
{
	struct drive *drive = begin();
	const int64_t weeks_ms = INT64_C(7168) * 86400000;

	/* A cold start a rollover ago; then one such fix in the middle. */
	drive->now_ms = START_MS - weeks_ms;
	give_fix(drive);
	drive->now_ms = START_MS;
	go(drive, 'M', 60, 8, 0);
	drive->now_ms -= weeks_ms;
	give_fix(drive);
	drive->now_ms += weeks_ms;
	go(drive, 'M', 60, 8, 0);
	cr_assert_eq(drive->shift.from_ms, START_MS);
	cr_assert_eq(drive->shift.to_ms, START_MS + 120000);
	cr_assert_eq(sum_ms(&drive->shift), drive->shift.to_ms - drive->shift.from_ms);
	free(drive);
}

Test(shift, does_not_drive_where_the_receiver_jumped)
{
	struct drive *drive = begin();

	go(drive, 'M', 60, 8, 0);
	drive->east_m += 3000;
	go(drive, 'M', 10, 0, 0);
	drive->east_m -= 3000;
	go(drive, 'M', 60, 8, 0);
	assert_within((double)drive->shift.distance_cm / 100, 960, 0.05, "driven");
	free(drive);
}

Test(shift, believes_the_sensor_before_the_button)
{
	struct fix fix = fix_none();

	fix.work = 'N';
	cr_assert(shift_is_at_work(&fix));
	fix.blade = 0;
	cr_assert_not(shift_is_at_work(&fix));
	fix.work = 'M';
	fix.blade = 1;
	cr_assert(shift_is_at_work(&fix));
}

Test(shift, adds_up_roads_by_name_and_has_room_for_no_more_than_it_says)
{
	struct shift *shift = calloc(1, sizeof(*shift));
	char name[200];

	shift_init(shift, 1, true);
	shift_add_road(shift, "本町通り", 1500);
	shift_add_road(shift, "", 700);
	shift_add_road(shift, "本町通り", 1600);
	cr_assert_eq(shift->road_count, 2);
	cr_assert_str_eq(shift->roads[0].name, "本町通り");
	cr_assert_eq(shift->roads[0].work_cm, 3100);
	for (int i = 0; i < 2 * SHIFT_ROADS_MAX; i++) {
		snprintf(name, sizeof(name), "市道%d号線", i);
		shift_add_road(shift, name, 100);
	}
	cr_assert_eq(shift->road_count, SHIFT_ROADS_MAX);
	free(shift);
}

Test(shift, cuts_a_long_name_at_the_end_of_a_character)
{
	struct shift *shift = calloc(1, sizeof(*shift));
	char name[121] = "";

	shift_init(shift, 1, true);
	for (int i = 0; i < 40; i++)
		strcat(name, "雪");
	shift_add_road(shift, name, 1);
	cr_assert_eq(strlen(shift->roads[0].name), 78);
	free(shift);
}
