/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/drive.h"

#include <criterion/criterion.h>

#include "gis/network.h"

#define START_MS INT64_C(1800000000000)

/* One road of about 870 m. */
static struct network *one_road(void)
{
	static const double lonlat[] = {140.40, 38.60, 140.41, 38.60};
	struct road_source source = {
		.road = {.id = 7, .layer = "roads", .source_id = "1", .name = "", .class_code = ""},
		.lonlat = lonlat,
		.points = 2,
	};
	struct network *net;

	cr_assert_eq(network_build(&source, 1, &net), 0);
	return net;
}

struct scene {
	struct network *net;
	struct drive_params params;
	struct span_list list;
};

static struct scene begin(const char *class_code)
{
	return (struct scene){.net = one_road(),
			      .params = {.class_of_vehicle = work_class_find(class_code),
					 .from_ms = INT64_MIN,
					 .to_ms = INT64_MAX}};
}

static void end(struct scene *scene)
{
	span_list_free(&scene->list);
	network_free(scene->net);
}

static struct fix fix_at(int second, int8_t blade)
{
	struct fix fix = fix_none();

	fix.time_ms = START_MS + second * 1000;
	fix.lon_e7 = 1404000000 + second * 574; /* 5 m */
	fix.lat_e7 = 386000000;
	fix.flags = FIX_VALID;
	fix.blade = blade;
	return fix;
}

/* Drives from fix to fix, 5 m a second; blade as at both ends. */
static void go(struct scene *scene, int from_s, int8_t blade_before, int to_s, int8_t blade_after,
	       bool inferred)
{
	struct fix before = fix_at(from_s, blade_before), after = fix_at(to_s, blade_after);
	struct movement movement = {.before = &before,
				    .after = &after,
				    .from_m = (float)(from_s * 5),
				    .to_m = (float)(to_s * 5),
				    .start_ms = before.time_ms,
				    .end_ms = after.time_ms,
				    .confidence = inferred ? 0.5F : 1.0F,
				    .inferred = inferred};

	drive_add(&scene->list, scene->net, &scene->params, &movement);
}

Test(drive, joins_what_goes_on_and_averages_its_confidence_by_length)
{
	struct scene scene = begin("any");

	go(&scene, 0, 1, 1, 1, false);
	go(&scene, 1, 1, 2, 1, false);
	cr_assert_eq(scene.list.count, 1);
	cr_expect_float_eq(scene.list.spans[0].to_m, 10, 1e-3);
	cr_expect_eq(scene.list.spans[0].end_ms, START_MS + 2000);
	cr_expect(scene.list.spans[0].at_work);
	cr_expect_eq(scene.list.spans[0].source, WORK_FROM_SENSOR);
	end(&scene);
}

Test(drive, begins_a_new_span_where_the_work_changes)
{
	struct scene scene = begin("any");

	go(&scene, 0, 1, 1, 0, false);
	go(&scene, 1, 0, 2, 0, false);
	cr_assert_eq(scene.list.count, 2);
	cr_expect(scene.list.spans[0].at_work, "the state set at a fix holds until the next");
	cr_expect_not(scene.list.spans[1].at_work);
	end(&scene);
}

Test(drive, claims_over_a_long_time_only_what_both_ends_say)
{
	struct scene scene = begin("any");

	go(&scene, 0, 1, 30, 0, false);
	go(&scene, 30, 1, 60, 1, false);
	go(&scene, 60, 1, 61, 0, true);
	cr_assert_eq(scene.list.count, 3);
	cr_expect_not(scene.list.spans[0].at_work);
	cr_expect(scene.list.spans[1].at_work);
	cr_expect_not(scene.list.spans[2].at_work, "an inferred way needs both ends however short");
	cr_expect(scene.list.spans[2].inferred);
	end(&scene);
}

Test(drive, takes_only_movements_between_fixes_of_its_time)
{
	struct scene scene = begin("any");

	scene.params.from_ms = START_MS + 1000;
	scene.params.to_ms = START_MS + 3000;
	go(&scene, 0, 1, 1, 1, false);
	go(&scene, 1, 1, 2, 1, false);
	go(&scene, 2, 1, 3, 1, false);
	cr_assert_eq(scene.list.count, 1);
	cr_expect_eq(scene.list.spans[0].start_ms, START_MS + 1000);
	cr_expect_eq(scene.list.spans[0].end_ms, START_MS + 2000);
	end(&scene);
}

Test(drive, passes_over_what_does_not_move)
{
	struct scene scene = begin("any");

	go(&scene, 5, 1, 5, 1, false);
	cr_expect_eq(scene.list.count, 0);
	end(&scene);
}

Test(drive, infers_work_from_the_speed_of_the_class_alone)
{
	struct scene dozer = begin("dozer"), truck = begin("dump");

	go(&dozer, 0, -1, 1, -1, false);
	go(&truck, 0, -1, 1, -1, false);
	cr_expect(dozer.list.spans[0].at_work);
	cr_expect_eq(dozer.list.spans[0].source, WORK_FROM_INFERENCE);
	cr_expect_not(truck.list.spans[0].at_work, "a dump truck never clears");
	end(&dozer);
	end(&truck);
}

Test(drive, takes_the_word_that_it_is_work_only_where_no_sensor_speaks)
{
	struct scene scene = begin("dump");

	scene.params.assume_work = true;
	go(&scene, 0, -1, 1, -1, false);
	go(&scene, 1, 0, 2, 0, false);
	cr_assert_eq(scene.list.count, 2);
	cr_expect(scene.list.spans[0].at_work);
	cr_expect_not(scene.list.spans[1].at_work);
	end(&scene);
}
