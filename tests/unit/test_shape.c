/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is drawn on the map: which drawings make sense.
 */
#include "gis/shape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/network.h"

/* A drawing about 140.4 38.6 in thousandths of a degree. */
static const char *fault_of(enum shape_kind kind, const double *thousandths, size_t count, const struct network *net)
{
	struct shape shape = {.kind = kind};
	const char *why;

	for (size_t i = 0; i < count; i++)
		shape_add(&shape, 140.4 + thousandths[2 * i] / 1000, 38.6 + thousandths[2 * i + 1] / 1000);
	why = shape_fault(&shape, net);
	shape_free(&shape);
	return why;
}

#define FAULT(kind, net, ...)                                                                                    \
	fault_of(kind, (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double) / 2, net)

Test(shape, an_area_is_one_closed_line_that_does_not_cross_itself)
{
	cr_assert_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0));
	cr_assert_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 0, 0, 1, 0, 0));
	cr_assert_null(FAULT(SHAPE_AREA, NULL, 0, 0, 2, 0, 2, 2, 1, 1, 0, 2, 0, 0), "it may be hollow");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 0, 1, 1, 0, 1), "it is not closed");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 0, 0, 0), "two corners");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0), "a bow tie");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 2, 0, 1, 0, 1, 1, 0, 0), "it folds back");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 0, 2, 0, 0, 0), "it has no extent");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 4, 0, 4, 4, 2, 0, 0, 4, 0, 0), "it touches itself");
	cr_assert_not_null(FAULT(SHAPE_AREA, NULL, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0), "a corner twice");
}

Test(shape, a_line_may_cross_itself_but_has_two_ends)
{
	cr_assert_null(FAULT(SHAPE_LINE, NULL, 0, 0, 1, 1, 1, 0, 0, 1));
	cr_assert_not_null(FAULT(SHAPE_LINE, NULL, 0, 0));
	cr_assert_not_null(FAULT(SHAPE_LINE, NULL, 0, 0, 0, 0));
	cr_assert_null(FAULT(SHAPE_POINT, NULL, 0, 0));
	cr_assert_not_null(FAULT(SHAPE_POINT, NULL, 0, 0, 1, 1));
}

Test(shape, it_lies_on_earth_and_about_the_towns_roads)
{
	const double roads[] = {140.40, 38.60, 140.41, 38.61};
	const struct road_source source = {
		.road = {.id = 1, .layer = "r", .source_id = "1", .name = "", .class_code = ""},
		.lonlat = roads,
		.points = 2};
	struct network *net;

	cr_assert_eq(network_build(&source, 1, &net), 0);
	cr_assert_null(FAULT(SHAPE_POINT, net, 0, 0));
	cr_assert_null(FAULT(SHAPE_POINT, net, 0, 150), "17 km north of the roads");
	cr_assert_not_null(FAULT(SHAPE_POINT, net, 0, 250), "27 km north of the roads");
	cr_assert_not_null(FAULT(SHAPE_POINT, NULL, 50000, 0), "190 degrees east");
	cr_assert_not_null(FAULT(SHAPE_POINT, NULL, NAN, 0));
	cr_assert_not_null(FAULT(SHAPE_POINT, net, -280800, 0));
	network_free(net);
}

Test(shape, a_drawing_has_an_end)
{
	double *corners = calloc(2 * (SHAPE_DRAWN_MAX + 1), sizeof(*corners));

	for (size_t i = 0; i <= SHAPE_DRAWN_MAX; i++)
		corners[2 * i] = (double)i / 100;
	cr_assert_null(fault_of(SHAPE_LINE, corners, SHAPE_DRAWN_MAX, NULL));
	cr_assert_not_null(fault_of(SHAPE_LINE, corners, SHAPE_DRAWN_MAX + 1, NULL));
	free(corners);
}

Test(shape, the_database_keeps_every_kind)
{
	struct shape shape = {.kind = SHAPE_LINES};
	int size = 0;
	void *blob;

	for (int line = 0; line < 2; line++) {
		shape_add(&shape, 140, 38 + line);
		shape_add(&shape, 141, 38 + line);
		shape_end_line(&shape);
	}
	blob = shape_blob(&shape, false, &size);
	cr_assert_not_null(blob);
	cr_assert_gt(size, 4 * 16);
	free(blob);
	shape_free(&shape);
}
