/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/coverage.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/network.h"

/* One road of about 870 m, id 7. */
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

static struct span span(double from_m, double to_m, int64_t minute)
{
	return (struct span){.from_m = from_m,
			     .to_m = to_m,
			     .start_ms = minute * 60000,
			     .end_ms = minute * 60000 + 30000,
			     .at_work = true,
			     .source = WORK_FROM_BUTTON,
			     .work = 'N',
			     .confidence = 1};
}

static void print(const struct coverage_interval *interval, void *arg)
{
	char *text = arg;

	sprintf(text + strlen(text), "%c%lld-%lld x%u %lld..%lld s%d%s v%zu:%lld\n", interval->direction > 0 ? '+' : '-',
		(long long)interval->from_cm, (long long)interval->to_cm, interval->passes,
		(long long)interval->first_ms / 60000, (long long)interval->last_ms / 60000, interval->source,
		interval->inferred ? "i" : "", interval->vehicles, (long long)interval->vehicle_ids[0]);
}

static const char *text_of(struct coverage *coverage)
{
	static char text[4096];

	text[0] = '\0';
	coverage_road(coverage, 0, print, text);
	return text;
}

Test(coverage, counts_passes_where_spans_overlap)
{
	struct network *net = one_road();
	struct coverage *coverage = coverage_new(net, NULL, 0);
	struct span spans[] = {span(0, 300, 1), span(200, 500, 2), span(500, 400, 3)};

	coverage_put(coverage, (struct coverage_key){1, 10, 0}, spans, 3);
	cr_expect_str_eq(text_of(coverage), "+0-20000 x1 1..1 s1 v1:1\n"
					    "+20000-30000 x2 1..2 s1 v1:1\n"
					    "+30000-50000 x1 2..2 s1 v1:1\n"
					    "-40000-50000 x1 3..3 s1 v1:1\n");
	coverage_free(coverage);
	network_free(net);
}

Test(coverage, takes_only_what_was_work)
{
	struct network *net = one_road();
	struct coverage *coverage = coverage_new(net, NULL, 0);
	struct span driven = span(0, 300, 1);

	driven.at_work = false;
	coverage_put(coverage, (struct coverage_key){1, 10, 0}, &driven, 1);
	cr_expect_str_eq(text_of(coverage), "");
	coverage_free(coverage);
	network_free(net);
}

Test(coverage, names_the_weakest_source_and_infers_only_where_no_pass_has_a_fix)
{
	struct network *net = one_road();
	struct coverage *coverage = coverage_new(net, NULL, 0);
	struct span spans[] = {span(0, 300, 1), span(0, 400, 2)};

	spans[1].inferred = true;
	spans[1].source = WORK_ASSUMED;
	coverage_put(coverage, (struct coverage_key){2, 10, 0}, &spans[1], 1);
	coverage_put(coverage, (struct coverage_key){1, 10, 0}, &spans[0], 1);
	cr_expect_str_eq(text_of(coverage), "+0-30000 x2 1..2 s4 v2:1\n"
					    "+30000-40000 x1 2..2 s4i v1:2\n");
	coverage_free(coverage);
	network_free(net);
}

Test(coverage, does_not_depend_on_the_order_of_putting)
{
	struct network *net = one_road();
	char first[4096] = "";

	for (unsigned round = 0; round < 24; round++) {
		struct coverage *coverage = coverage_new(net, NULL, 0);
		unsigned left[4] = {0, 1, 2, 3}, code = round;

		for (unsigned i = 4; i > 0; i--) {
			unsigned pick = code % i, which = left[pick];
			struct span one = span(which * 90, which * 90 + 200 + which, which + 1);

			code /= i;
			left[pick] = left[i - 1];
			coverage_put(coverage, (struct coverage_key){which % 2, which, 0}, &one, 1);
		}
		if (round == 0)
			strcpy(first, text_of(coverage));
		cr_expect_str_eq(text_of(coverage), first, "round %u", round);
		coverage_free(coverage);
	}
	network_free(net);
}

Test(coverage, dropping_a_trip_leaves_the_others)
{
	struct network *net = one_road();
	struct coverage *coverage = coverage_new(net, NULL, 0);
	struct span one = span(0, 300, 1), two = span(200, 500, 2);
	uint32_t touched[4];

	coverage_put(coverage, (struct coverage_key){1, 10, 0}, &one, 1);
	coverage_put(coverage, (struct coverage_key){1, 20, 0}, &two, 1);
	cr_expect_eq(coverage_take_touched(coverage, touched, 4), 1);
	coverage_drop(coverage, 2, 0, 100);
	cr_expect_eq(coverage_take_touched(coverage, touched, 4), 0, "no trip of that vehicle");
	coverage_drop(coverage, 1, 5, 15);
	cr_expect_eq(coverage_take_touched(coverage, touched, 4), 1);
	cr_expect_str_eq(text_of(coverage), "+20000-50000 x1 2..2 s1 v1:1\n");
	coverage_free(coverage);
	network_free(net);
}

Test(coverage, corrections_take_out_their_stretch_and_time)
{
	struct network *net = one_road();
	struct coverage_correction corrections[] = {{7, 100, 150, 0, 90000}, {7, 400, 500, 0, 600000}, {8, 0, 900, 0, 600000}};
	struct coverage *coverage = coverage_new(net, corrections, 3);
	struct span spans[] = {span(0, 300, 1), span(50, 450, 5)};

	coverage_put(coverage, (struct coverage_key){1, 10, 0}, spans, 2);
	cr_expect_str_eq(text_of(coverage), "+0-5000 x1 1..1 s1 v1:1\n"
					    "+5000-10000 x2 1..5 s1 v1:1\n"
					    "+10000-15000 x1 5..5 s1 v1:1\n"
					    "+15000-30000 x2 1..5 s1 v1:1\n"
					    "+30000-40000 x1 5..5 s1 v1:1\n");
	coverage_free(coverage);
	network_free(net);
}
