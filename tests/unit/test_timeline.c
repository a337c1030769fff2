/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A night as segments.  Times are seconds; the vehicle drives north at its speed.
 */
#include "server/plowd/answers/timeline.h"

#include <math.h>

#include <criterion/criterion.h>

#include "gis/drive.h"
#include "gis/network.h"
#include "gis/work.h"

#define START INT64_C(1800000000000)

/* A fix each second of [from_s, to_s), with its speed and what the driver's button says. */
static void drive(struct timeline *timeline, const char *class_code, int from_s, int to_s,
		  int32_t speed_cmps, char work)
{
	for (int second = from_s; second < to_s; second++) {
		struct fix fix = fix_none();

		fix.time_ms = START + second * INT64_C(1000);
		fix.lon_e7 = 1404000000;
		fix.lat_e7 = 386000000;
		fix.flags = FIX_VALID;
		fix.speed_cmps = speed_cmps;
		fix.work = work;
		fix.work_source = work == 'U' ? WORK_SOURCE_NONE : WORK_FROM_BUTTON;
		timeline_add(timeline, work_class_find(class_code), &fix);
	}
}

static int64_t seconds(const struct timeline *timeline, enum doing_state state)
{
	return timeline->total_ms[state] / 1000;
}

Test(timeline, what_the_driver_says_becomes_segments_that_join_without_a_hole)
{
	struct timeline timeline = {0};

	drive(&timeline, "dozer", 0, 600, 500, 'M');
	drive(&timeline, "dozer", 600, 1800, 300, 'N');
	drive(&timeline, "dozer", 1800, 2400, 0, 'B');
	drive(&timeline, "dozer", 2400, 3000, 300, 'W');
	cr_assert_eq(timeline.count, 4);
	cr_expect_eq(timeline.segments[1].doing.state, DOING_WORK);
	cr_expect_eq(timeline.segments[1].doing.work, 'N');
	cr_expect_eq(timeline.segments[2].doing.state, DOING_WAITING);
	for (size_t i = 1; i < timeline.count; i++)
		cr_expect_eq(timeline.segments[i].from_ms, timeline.segments[i - 1].to_ms);
	cr_expect_eq(seconds(&timeline, DOING_WORK), 1200 + 599);
	cr_expect_eq(seconds(&timeline, DOING_TRANSFER), 600);
	timeline_free(&timeline);
}

Test(timeline, who_is_only_assumed_to_work_waits_when_it_stands)
{
	struct timeline timeline = {0};

	drive(&timeline, "any", 0, 100, 500, 'U');
	drive(&timeline, "any", 100, 200, 0, 'U');
	drive(&timeline, "any", 200, 300, 500, 'U');
	cr_assert_eq(timeline.count, 3);
	cr_expect_eq(timeline.segments[0].doing.state, DOING_WORK);
	cr_expect_eq(timeline.segments[1].doing.state, DOING_WAITING);
	timeline_free(&timeline);
}

Test(timeline, who_says_that_it_works_works_while_it_stands)
{
	struct timeline timeline = {0};

	drive(&timeline, "rotary", 0, 300, 0, 'T');
	cr_assert_eq(timeline.count, 1);
	cr_expect_eq(timeline.segments[0].doing.state, DOING_WORK);
	timeline_free(&timeline);
}

Test(timeline, a_silence_is_a_gap_and_a_long_one_is_off)
{
	struct timeline timeline = {0};

	drive(&timeline, "any", 0, 100, 500, 'N');
	drive(&timeline, "any", 99 + 180, 400, 500, 'N');  /* just short enough */
	drive(&timeline, "any", 399 + 181, 700, 500, 'N'); /* a gap */
	drive(&timeline, "any", 699 + 601, 1400, 500, 'N');
	cr_assert_eq(timeline.count, 5);
	cr_expect_eq(timeline.segments[1].doing.state, DOING_GAP);
	cr_expect_eq(timeline.segments[3].doing.state, DOING_OFF);
	cr_expect_eq(seconds(&timeline, DOING_GAP), 181);
	cr_expect_eq(seconds(&timeline, DOING_OFF), 601);
	timeline_free(&timeline);
}

Test(timeline, over_a_longer_pause_both_ends_must_say_work)
{
	struct timeline timeline = {0};

	drive(&timeline, "any", 0, 10, 500, 'N');
	drive(&timeline, "any", 69, 70, 500, 'M');
	cr_assert_eq(timeline.count, 2);
	cr_expect_eq(timeline.segments[1].doing.state, DOING_TRANSFER);
	cr_expect_eq(seconds(&timeline, DOING_WORK), 9);
	timeline_free(&timeline);
}

Test(timeline, the_metres_of_spans_are_shared_out_whole_and_never_to_who_stands)
{
	static const struct span spans[] = {
		{.road = 3, .from_m = 0, .to_m = 400, .start_ms = START, .end_ms = START + 150000},
		{.road = 4, .from_m = 900, .to_m = 400, .start_ms = START + 150000,
		 .end_ms = START + 299000},
	};
	struct timeline timeline = {0};
	double sum = 0;

	drive(&timeline, "any", 0, 100, 500, 'M');
	drive(&timeline, "any", 100, 140, 0, 'B');
	drive(&timeline, "any", 140, 300, 500, 'N');
	timeline_drive(&timeline, spans, 2);
	cr_assert_eq(timeline.count, 3);
	for (size_t i = 0; i < timeline.count; i++)
		sum += timeline.segments[i].metres;
	cr_expect_float_eq(sum, 900, 1e-6);
	cr_expect_eq(timeline.segments[1].metres, 0);
	cr_expect_float_eq(timeline.segments[0].metres, 400 * 100.0 / 110, 0.01);
	cr_expect_eq(timeline.segments[0].road, 3);
	cr_expect_eq(timeline.segments[2].road, 4);
	timeline_free(&timeline);
}

Test(timeline, a_sensor_that_flickers_does_not_fill_the_memory)
{
	struct timeline timeline = {0};

	for (int i = 0; i < 2 * TIMELINE_MOST; i++)
		drive(&timeline, "any", i, i + 1, 500, i % 2 ? 'N' : 'M');
	cr_expect_eq(timeline.count, TIMELINE_MOST);
	cr_expect(timeline.is_cut);
	cr_expect_eq(seconds(&timeline, DOING_WORK) + seconds(&timeline, DOING_TRANSFER),
		     2 * TIMELINE_MOST - 1);
	timeline_free(&timeline);
}
