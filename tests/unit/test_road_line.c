/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roads of one name laid end to end.  Points are thousandths of a degree.
 */
#include "server/plowd/answers/road_line.h"

#include <criterion/criterion.h>

#include <stdlib.h>

#include "gis/network.h"

/* Three pieces of a street in any order, the middle one against the others; a branch; another. */
static struct network *town(void)
{
	static const double first[] = {140.400, 38.6, 140.401, 38.6};
	static const double middle[] = {140.403, 38.6, 140.401, 38.6};
	static const double last[] = {140.403, 38.6, 140.406, 38.6};
	static const double other[] = {140.401, 38.6, 140.401, 38.7};
	static const double unnamed[] = {140.403, 38.6, 140.403, 38.7};
	const struct road_source sources[] = {
		{{.id = 11, .layer = "l", .source_id = "1", .name = "本町通り", .class_code = ""}, middle, 2},
		{{.id = 12, .layer = "l", .source_id = "2", .name = "本町通り", .class_code = ""}, last, 2},
		{{.id = 13, .layer = "l", .source_id = "3", .name = "本町通り", .class_code = ""}, first, 2},
		{{.id = 14, .layer = "l", .source_id = "4", .name = "駅前通り", .class_code = ""}, other, 2},
		{{.id = 15, .layer = "l", .source_id = "5", .name = "", .class_code = ""}, unnamed, 2},
		{{.id = 16, .layer = "k", .source_id = "1", .name = "本町通り", .class_code = ""}, first, 2},
	};
	struct network *net;

	cr_assert_eq(network_build(sources, sizeof(sources) / sizeof(sources[0]), &net), 0);
	return net;
}

static double length_m(const struct network *net, uint32_t road)
{
	return network_road(net, road)->length_m;
}

/* Where along the line a place of a road is. */
static double place_m(const struct network *net, const struct road_line *line, uint32_t road, double along_m)
{
	for (size_t i = 0; i < line->count; i++) {
		if (line->pieces[i].road == road)
			return road_line_at(net, &line->pieces[i], along_m);
	}
	cr_assert_fail("the road is no piece of the line");
	return 0;
}

Test(road_line, pieces_lie_end_to_end_whatever_their_order_and_direction)
{
	struct network *net = town();
	struct road_line line;
	double along_m = 0;

	road_line_make(net, 0, &line);
	cr_assert_eq(line.count, 3);
	for (size_t i = 0; i < line.count; i++) {
		cr_expect_float_eq(line.pieces[i].at_m, along_m, 1e-6);
		along_m += length_m(net, line.pieces[i].road);
	}
	cr_expect_float_eq(line.length_m, along_m, 1e-6);
	cr_expect_eq(line.pieces[1].road, 0, "the middle piece lies in the middle");
	/* The shared points have one place each: 140.401, and 140.403. */
	cr_expect_float_eq(place_m(net, &line, 2, length_m(net, 2)),
			   place_m(net, &line, 0, length_m(net, 0)), 1e-6);
	cr_expect_float_eq(place_m(net, &line, 0, 0), place_m(net, &line, 1, 0), 1e-6);
	road_line_free(&line);
	network_free(net);
}

Test(road_line, a_road_without_a_name_stands_alone)
{
	struct network *net = town();
	struct road_line line;

	road_line_make(net, 4, &line);
	cr_assert_eq(line.count, 1);
	cr_expect_eq(line.pieces[0].road, 4);
	road_line_free(&line);
	network_free(net);
}

Test(road_line, the_same_name_in_another_layer_is_another_road)
{
	struct network *net = town();
	struct road_line line;

	road_line_make(net, 5, &line);
	cr_expect_eq(line.count, 1);
	road_line_free(&line);
	network_free(net);
}

/* So many streets of one name, in rings of three. */
static struct network *many(uint32_t count)
{
	double(*lines)[4] = calloc(count, sizeof(*lines));
	struct road_source *sources = calloc(count, sizeof(*sources));
	struct network *net;

	for (uint32_t i = 0; i < count; i++) {
		const double corners[3][2] = {{0, 0}, {0.0002, 0}, {0.0001, 0.0002}};
		double east = 140 + i / 3 % 50 * 0.001, north = 38 + i / 3 / 50 * 0.001;

		for (int j = 0; j < 4; j++)
			lines[i][j] = (j % 2 ? north : east) + corners[(i + (uint32_t)j / 2) % 3][j % 2];
		sources[i] = (struct road_source){
			{.id = i + 1, .layer = "l", .source_id = "s", .name = "市道", .class_code = ""}, lines[i], 2};
	}
	cr_assert_eq(network_build(sources, count, &net), 0);
	free(lines);
	free(sources);
	return net;
}

Test(road_line, of_more_lines_than_it_holds_the_one_asked_for_is_never_left_out)
{
	const uint32_t count = ROAD_LINE_MOST + 400, asked[] = {0, 1, ROAD_LINE_MOST - 1, ROAD_LINE_MOST, count - 1};
	struct network *net = many(count);

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		bool *is_in = calloc(count, sizeof(*is_in));
		struct road_line line;

		road_line_make(net, asked[i], &line);
		cr_expect_eq(line.count, ROAD_LINE_MOST);
		for (size_t j = 0; j < line.count; j++) {
			cr_expect_not(is_in[line.pieces[j].road], "each once");
			is_in[line.pieces[j].road] = true;
		}
		cr_expect(is_in[asked[i]], "road %u is on its own line", asked[i]);
		free(is_in);
		road_line_free(&line);
	}
	network_free(net);
}

Test(road_line, rings_are_laid_one_after_the_other)
{
	struct network *net = many(30);
	struct road_line line;

	road_line_make(net, 0, &line);
	cr_assert_eq(line.count, 30);
	for (uint32_t i = 0; i < line.count; i++)
		cr_expect_eq(line.pieces[i].road / 3, i / 3, "piece %u", i);
	road_line_free(&line);
	network_free(net);
}
