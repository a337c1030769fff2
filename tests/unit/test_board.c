/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By when each class is to be done, and what the board says of the finish: of real rules, an operation
 * and a pace that was kept.
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "common/rfc3339.h"
#include "gis/network.h"
#include "server/day.h"
#include "server/plowd/coverage/rule.h"
#include "server/plowd/live/board.h"

#define MINUTE INT64_C(60000)

static int64_t at(const char *text)
{
	int64_t time_ms;

	cr_assert_eq(rfc3339_parse(text, &time_ms), 0);
	return time_ms;
}

static void in_japan(void)
{
	struct day_rule rule;

	cr_assert_eq(day_rule_read("Asia/Tokyo", "12:00", &rule), 0);
	day_rule_use(&rule);
}

/* main is to be done by 05:30, side has no hour, and all others by 07:30. */
static struct rule rules[] = {{.code = "", .finish_minute = 450},
			      {.code = "main", .finish_minute = 330},
			      {.code = "side", .finish_minute = -1}};
static const struct rule_book book = {rules, 3};

static void expect_targets(struct operation operation, int64_t others_ms, int64_t main_ms, int64_t side_ms)
{
	struct board_target *targets = rule_targets(&book, &operation);

	cr_expect_eq(targets[0].time_ms, others_ms);
	cr_expect_eq(targets[1].time_ms, main_ms);
	cr_expect_eq(targets[2].time_ms, side_ms);
	cr_expect_str_eq(targets[1].class_code, "main");
	free(targets);
}

Test(board, a_class_is_to_be_done_by_its_own_hour_or_by_an_earlier_target)
{
	int64_t start = at("2027-01-16T02:00:00+09:00"), five = at("2027-01-16T05:00:00+09:00"),
		seven = at("2027-01-16T07:00:00+09:00"), own = at("2027-01-16T05:30:00+09:00"),
		usual = at("2027-01-16T07:30:00+09:00");

	in_japan();
	expect_targets((struct operation){.id = 1, .start_ms = start, .target_ms = seven}, seven, own, seven);
	expect_targets((struct operation){.id = 1, .start_ms = start, .target_ms = five}, five, five, five);
	expect_targets((struct operation){.id = 1, .start_ms = start}, usual, own, 0);
	expect_targets((struct operation){.id = 0, .start_ms = start, .target_ms = five}, 0, 0, 0);
}

Test(board, an_hour_that_has_passed_when_the_operation_begins_is_that_of_the_next_day)
{
	int64_t noon = at("2027-01-16T12:00:00+09:00"), evening = at("2027-01-16T18:00:00+09:00");

	in_japan();
	expect_targets((struct operation){.id = 1, .start_ms = noon}, at("2027-01-17T07:30:00+09:00"),
		       at("2027-01-17T05:30:00+09:00"), 0);
	expect_targets((struct operation){.id = 1, .start_ms = noon, .target_ms = evening}, evening, evening, evening);
	cr_expect_eq(day_next(at("2027-01-16T07:30:00+09:00"), 450), at("2027-01-17T07:30:00+09:00"));
	cr_expect_eq(day_next(at("2027-01-16T07:29:59+09:00"), 450), at("2027-01-16T07:30:00+09:00"));
}

static void nothing(void *arg)
{
	(void)arg;
}

static void no_links(const struct link_change *changes, size_t count, void *arg)
{
	(void)changes, (void)count, (void)arg;
}

/* Two roads of ten pieces of a kilometre each. */
static struct network *town(void)
{
	static double lines[20][4];
	struct road_source sources[20];
	struct network *net;

	for (int i = 0; i < 20; i++) {
		memcpy(lines[i], (double[]){140 + i % 10 * 0.012, 38 + i / 10, 140 + (i % 10 + 1) * 0.012, 38 + i / 10},
		       sizeof(lines[i]));
		sources[i] = (struct road_source){{.id = i + 1,
						   .layer = "l",
						   .source_id = "s",
						   .name = "",
						   .class_code = i < 10 ? "main" : "side"},
						  lines[i],
						  2};
	}
	cr_assert_eq(network_build(sources, 20, &net), 0);
	return net;
}

static const struct progress_bar *bar_of(const struct progress *progress, const char *name)
{
	for (size_t i = 0; i < progress->class_count; i++) {
		if (strcmp(progress->classes[i].name, name) == 0)
			return &progress->classes[i];
	}
	cr_assert_fail("no class %s", name);
	return NULL;
}

Test(board, at_a_steady_pace_a_class_will_miss_its_own_hour_while_the_operation_would_be_met)
{
	const struct board_callbacks callbacks = {no_links, nothing, nothing, nothing, NULL};
	struct operation operation = {
		.id = 1, .start_ms = at("2027-01-16T04:00:00+09:00"), .target_ms = at("2027-01-16T07:00:00+09:00")};
	struct board *board = board_new(&callbacks);
	struct network *net = town();
	uint16_t areas[20];
	struct board_target *targets;
	struct progress progress;
	int64_t now_ms = operation.start_ms;

	in_japan();
	targets = rule_targets(&book, &operation);
	memset(areas, 0xff, sizeof(areas));
	board_set_network(board, net, 1, areas, NULL, 0);
	board_set_operation(board, &operation, operation.start_ms);
	board_set_targets(board, targets, book.count);
	/* A link of the main road every ten minutes: six in an hour, four to go. */
	for (uint32_t minute = 0; minute <= 60; minute++, now_ms += MINUTE) {
		struct link_change change = {minute / 10 - 1, {.status = LINK_DONE}};

		if (minute % 10 == 0 && minute > 0)
			board_change(board, &change, 1);
		board_tick(board, now_ms);
	}
	progress = board_progress(board);
	cr_expect_eq(progress.total.target_ms, operation.target_ms);
	cr_expect_eq(bar_of(&progress, "main")->target_ms, at("2027-01-16T05:30:00+09:00"));
	cr_expect_eq(bar_of(&progress, "side")->target_ms, operation.target_ms, "without an hour of its own");
	cr_expect_str_eq(bar_of(&progress, "side")->why, "stopped");
	cr_assert_gt(bar_of(&progress, "main")->finish_ms, bar_of(&progress, "main")->target_ms, "late for its own hour");
	cr_expect_lt(bar_of(&progress, "main")->finish_ms, operation.target_ms, "and not for the operation's");
	free(targets);
	network_free(net);
	board_free(board);
}
