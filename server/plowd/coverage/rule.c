/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/rule.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/coverage.h"
#include "gis/db.h"
#include "server/day.h"
#include "server/operations.h"
#include "server/plowd/live/board.h"
#include "server/road_classes.h"

static void read_rule(sqlite3_stmt *row, struct rule *out)
{
	const unsigned char *code = sqlite3_column_text(row, 0), *finish_by = sqlite3_column_text(row, 9);

	*out = (struct rule){
		.priority = sqlite3_column_int(row, 1),
		.share = sqlite3_column_double(row, 2),
		.passes = (uint32_t)sqlite3_column_int(row, 3),
		.both_directions = sqlite3_column_int(row, 4) != 0,
		.trigger_cm = sqlite3_column_double(row, 5),
		.gap_m = sqlite3_column_double(row, 6),
		.trim_m = sqlite3_column_double(row, 7),
		.width_cm = (uint32_t)llround(sqlite3_column_double(row, 8) * 100),
		.finish_minute = finish_by ? road_class_minute((const char *)finish_by) : -1,
	};
	snprintf(out->code, sizeof(out->code), "%s", code ? (const char *)code : "");
}

int rule_book_load(struct db *db, struct rule_book *out)
{
	static const struct rule usual = {.priority = 9,
					  .share = 0.9,
					  .passes = 1,
					  .trigger_cm = 10,
					  .gap_m = 30,
					  .trim_m = 15,
					  .finish_minute = 7 * 60 + 30};
	sqlite3_stmt *row = db_prepare(
		db, "SELECT code, priority, required_share, required_passes, both_directions, "
		    "trigger_cm, gap_m, trim_m, required_width_m, finish_by FROM road_class ORDER BY code");
	size_t capacity = 0;
	int step;

	*out = (struct rule_book){0};
	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		out->rules = x_grow(out->rules, out->count, &capacity, sizeof(*out->rules));
		read_rule(row, &out->rules[out->count]);
		if (out->count == 0 && out->rules[0].code[0]) { /* the row "" was deleted */
			out->rules[1] = out->rules[0];
			out->rules[out->count++] = usual;
		}
		out->count++;
	}
	sqlite3_finalize(row);
	if (out->count == 0) {
		out->rules = x_grow(out->rules, 0, &capacity, sizeof(*out->rules));
		out->rules[out->count++] = usual;
	}
	return db_error(step);
}

void rule_book_free(struct rule_book *book)
{
	free(book->rules);
	*book = (struct rule_book){0};
}

static bool equals(const struct rule *a, const struct rule *b)
{
	return strcmp(a->code, b->code) == 0 && a->priority == b->priority &&
	       a->share == b->share && a->passes == b->passes && a->width_cm == b->width_cm &&
	       a->both_directions == b->both_directions && a->trigger_cm == b->trigger_cm &&
	       a->gap_m == b->gap_m && a->trim_m == b->trim_m &&
	       a->finish_minute == b->finish_minute;
}

bool rule_book_equals(const struct rule_book *a, const struct rule_book *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		if (!equals(&a->rules[i], &b->rules[i]))
			return false;
	}
	return a->count == b->count;
}

const struct rule *rule_find(const struct rule_book *book, const char *code)
{
	for (size_t i = 0; i < book->count; i++) {
		if (strcmp(book->rules[i].code, code) == 0)
			return &book->rules[i];
	}
	return &book->rules[0];
}

static int64_t target_of(const struct rule *rule, const struct operation *operation)
{
	int64_t own_ms;

	if (!operation->id)
		return 0;
	if (rule->finish_minute < 0 || (!rule->code[0] && operation->target_ms))
		return operation->target_ms;
	own_ms = day_next(operation->start_ms, rule->finish_minute);
	return operation->target_ms && operation->target_ms < own_ms ? operation->target_ms : own_ms;
}

struct board_target *rule_targets(const struct rule_book *book, const struct operation *operation)
{
	struct board_target *targets = x_calloc(book->count, sizeof(*targets));

	for (size_t i = 0; i < book->count; i++) {
		memcpy(targets[i].class_code, book->rules[i].code, sizeof(targets[i].class_code));
		targets[i].time_ms = target_of(&book->rules[i], operation);
	}
	return targets;
}

static void append(struct stretches *stretches, struct stretch stretch)
{
	stretches->list =
		x_grow(stretches->list, stretches->count, &stretches->capacity, sizeof(stretch));
	stretches->list[stretches->count++] = stretch;
}

void cleared_free(struct cleared *cleared)
{
	free(cleared->forward.list);
	free(cleared->backward.list);
	free(cleared->both.list);
	*cleared = (struct cleared){0};
}

void cleared_begin(struct cleared *cleared)
{
	cleared->forward.count = cleared->backward.count = cleared->both.count = 0;
}

void cleared_take(struct cleared *cleared, const struct coverage_interval *interval)
{
	struct stretch stretch = {interval->from_cm, interval->to_cm, interval->last_ms,
				  interval->passes, interval->width_cm};

	append(interval->direction > 0 ? &cleared->forward : &cleared->backward, stretch);
}

/* The first stretch, from *at on, that reaches beyond a place; NULL when there is none. */
static const struct stretch *next_beyond(const struct stretches *stretches, size_t *at,
					 int64_t place_cm)
{
	while (*at < stretches->count && stretches->list[*at].to_cm <= place_cm)
		(*at)++;
	return *at < stretches->count ? &stretches->list[*at] : NULL;
}

static int64_t edge_after(const struct stretch *stretch, int64_t place_cm)
{
	if (!stretch)
		return INT64_MAX;
	return stretch->from_cm > place_cm ? stretch->from_cm : stretch->to_cm;
}

static void add(struct stretch *sum, const struct stretch *part)
{
	if (!part || part->from_cm > sum->from_cm)
		return;
	sum->passes += part->passes;
	sum->width_cm += part->width_cm;
	sum->last_ms = part->last_ms > sum->last_ms ? part->last_ms : sum->last_ms;
}

/* Walks along both directions from edge to edge. */
void cleared_end(struct cleared *cleared)
{
	size_t forward = 0, backward = 0;
	int64_t place_cm = INT64_MIN;

	for (;;) {
		const struct stretch *a = next_beyond(&cleared->forward, &forward, place_cm);
		const struct stretch *b = next_beyond(&cleared->backward, &backward, place_cm);
		int64_t to_a_cm = edge_after(a, place_cm), to_b_cm = edge_after(b, place_cm);
		struct stretch sum = {.from_cm = place_cm,
				      .to_cm = to_a_cm < to_b_cm ? to_a_cm : to_b_cm};

		if (!a && !b)
			return;
		add(&sum, a);
		add(&sum, b);
		if (sum.passes > 0)
			append(&cleared->both, sum);
		place_cm = sum.to_cm;
	}
}

double stretches_share(const struct stretches *stretches, int64_t from_cm, int64_t to_cm,
		       const struct rule_asks *asks)
{
	int64_t reached_cm = from_cm, covered_cm = 0, end_cm = INT64_MIN;

	for (size_t i = 0; i < stretches->count; i++) {
		const struct stretch *stretch = &stretches->list[i];
		bool goes_on = end_cm != INT64_MIN && stretch->from_cm - end_cm <= asks->gap_cm;
		int64_t low_cm = goes_on ? end_cm : stretch->from_cm, high_cm = stretch->to_cm;

		if (stretch->passes < asks->passes || stretch->width_cm < asks->width_cm)
			continue;
		end_cm = stretch->to_cm;
		low_cm = low_cm > reached_cm ? low_cm : reached_cm;
		high_cm = high_cm < to_cm ? high_cm : to_cm;
		if (high_cm <= low_cm)
			continue;
		covered_cm += high_cm - low_cm;
		reached_cm = high_cm;
	}
	return to_cm > from_cm ? (double)covered_cm / (double)(to_cm - from_cm) : 0;
}

uint32_t stretches_passes(const struct stretches *stretches, int64_t at_cm)
{
	for (size_t i = 0; i < stretches->count; i++) {
		if (stretches->list[i].from_cm <= at_cm && at_cm < stretches->list[i].to_cm)
			return stretches->list[i].passes;
	}
	return 0;
}

int64_t stretches_last(const struct stretches *stretches, int64_t from_cm, int64_t to_cm)
{
	int64_t last_ms = 0;

	for (size_t i = 0; i < stretches->count; i++) {
		const struct stretch *stretch = &stretches->list[i];

		if (stretch->from_cm < to_cm && stretch->to_cm > from_cm &&
		    stretch->last_ms > last_ms)
			last_ms = stretch->last_ms;
	}
	return last_ms;
}

/* At most a quarter of the link is left out at each end. */
static int64_t trimmed_cm(const struct rule *rule, const struct rule_link *link, bool at_junction)
{
	int64_t most_cm = (link->to_cm - link->from_cm) / 4, asked_cm = llround(rule->trim_m * 100);

	if (!at_junction)
		return 0;
	return asked_cm < most_cm ? asked_cm : most_cm;
}

bool rule_is_met(const struct rule *rule, const struct cleared *cleared,
		 const struct rule_link *link)
{
	int64_t from_cm = link->from_cm + trimmed_cm(rule, link, link->starts_at_junction);
	int64_t to_cm = link->to_cm - trimmed_cm(rule, link, link->ends_at_junction);
	struct rule_asks asks = {rule->passes, rule->width_cm, llround(rule->gap_m * 100)};

	if (!rule->both_directions || link->is_oneway)
		return stretches_share(&cleared->both, from_cm, to_cm, &asks) >= rule->share;
	return stretches_share(&cleared->forward, from_cm, to_cm, &asks) >= rule->share &&
	       stretches_share(&cleared->backward, from_cm, to_cm, &asks) >= rule->share;
}
