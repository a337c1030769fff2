/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_past.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "gis/work.h"
#include "server/corrections.h"
#include "server/day.h"
#include "server/fixes.h"
#include "server/operations.h"
#include "server/plowd/coverage/areas.h"
#include "server/plowd/live/board.h"
#include "server/plowd/base/parts.h"
#include "server/plowd/export/public_near.h"
#include "server/plowd/export/public_trips.h"
#include "server/plowd/coverage/silence.h"
#include "server/plowd/coverage/rule.h"
#include "server/plowd/coverage/tally.h"
#include "server/snow.h"

/* The depth as the window begins may have been told earlier. */
#define SNOW_BEFORE_MS (INT64_C(12) * 3600000)
/* Of the operations, so many of the newest are looked through for the one of the moment. */
#define OPERATIONS_MAX 32
#define STANDING_MPS 0.5

/* A trip that is in the tally. */
struct known {
	struct public_trip trip;
	bool is_over; /* nothing more of it will come to be told */
	struct silence_unit unit;
};

struct public_past {
	struct db *db;
	struct fix_reader *reader;
	struct day_rule day;
	struct public_moment moment;
	struct network *net;
	int64_t revision;
	struct area_map areas;
	struct public_near *near;
	struct board *board;
	struct tally *tally;
	struct operation operation;
	int64_t window_ms;
	struct corrections_mark corrections;
	int64_t snow;
	struct known *known; /* by vehicle and start */
	size_t count;
	bool *unknown; /* one a link */
	struct silence_unit *units;
};

static void ignore_links(const struct link_change *changes, size_t count, void *arg)
{
	(void)changes, (void)count, (void)arg;
}

static void ignore(void *arg)
{
	(void)arg;
}

struct public_past *public_past_new(struct db *db)
{
	static const struct board_callbacks nobody = {ignore_links, ignore, ignore, ignore, NULL};
	struct public_past *past = x_calloc(1, sizeof(*past));

	past->db = db;
	past->board = board_new(&nobody);
	return past;
}

static void forget_window(struct public_past *past)
{
	tally_free(past->tally);
	past->tally = NULL;
	past->count = 0;
}

static void forget_network(struct public_past *past)
{
	forget_window(past);
	area_map_free(&past->areas);
	past->areas = (struct area_map){0};
	public_near_free(past->near);
	past->near = NULL;
	network_free(past->net);
	past->net = NULL;
}

void public_past_free(struct public_past *past)
{
	if (!past)
		return;
	forget_network(past);
	board_free(past->board);
	fix_reader_free(past->reader);
	free(past->known);
	free(past->unknown);
	free(past->units);
	free(past);
}

int64_t public_past_limit_ms(const struct public_past *past, uint32_t link)
{
	return public_near_link(past->near, link) ? past->moment.near_ms : past->moment.at_ms;
}

struct board *public_past_board(const struct public_past *past)
{
	return past->board;
}

const struct public_near *public_past_near(const struct public_past *past)
{
	return past->near;
}

static int take_network(struct public_past *past, struct network *net, int64_t revision)
{
	const char **names;
	int error;

	forget_network(past);
	error = areas_load(past->db, net, &past->areas);
	if (!error)
		error = public_near_load(past->db, net, &past->near);
	if (error)
		return error;
	past->net = network_hold(net);
	past->revision = revision;
	past->unknown = x_realloc(past->unknown, network_links(net), sizeof(bool));
	names = x_calloc(past->areas.count, sizeof(*names));
	for (size_t i = 0; i < past->areas.count; i++)
		names[i] = past->areas.names[i];
	board_set_network(past->board, net, revision, past->areas.area_of_link, names,
			  past->areas.count);
	free(names);
	return 0;
}

/* The operation that was open at the moment, or one with id 0. */
static int find_operation(struct public_past *past, struct operation *out)
{
	struct operation *all = x_calloc(OPERATIONS_MAX, sizeof(*all));
	int count = operation_list(past->db, all, OPERATIONS_MAX);

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < count; i++) {
		if (all[i].start_ms <= past->moment.at_ms &&
		    (!all[i].end_ms || all[i].end_ms > past->moment.at_ms)) {
			*out = all[i];
			break;
		}
	}
	free(all);
	return count < 0 ? count : 0;
}

static int begin_window(struct public_past *past, const struct operation *operation, int64_t window_ms)
{
	int error = corrections_mark(past->db, &past->corrections);

	if (!error)
		error = snow_mark(past->db, &past->snow);
	if (error)
		return error;
	forget_window(past);
	past->tally = tally_new(past->db, past->net, &past->areas, window_ms - SNOW_BEFORE_MS);
	past->window_ms = window_ms;
	past->operation = *operation;
	board_set_operation(past->board, operation, window_ms);
	return past->tally ? 0 : -EIO;
}

static int follow_window(struct public_past *past)
{
	struct operation operation;
	char name[DAY_NAME_BYTES];
	int64_t window_ms;
	int error = find_operation(past, &operation);

	if (error)
		return error;
	window_ms = operation.start_ms;
	if (!operation.id)
		day_of(&past->day, past->moment.at_ms, name, &window_ms);
	if (past->tally && operation.id == past->operation.id && window_ms == past->window_ms)
		return 0;
	return begin_window(past, &operation, window_ms);
}

/* Takes in corrections, snow and rules that were added, taken back or told anew. */
static int follow_words(struct public_past *past)
{
	struct corrections_mark corrections;
	int64_t snow;
	int error = corrections_mark(past->db, &corrections);

	if (!error)
		error = snow_mark(past->db, &snow);
	if (!error && (corrections.newest_id != past->corrections.newest_id ||
		       corrections.withdrawn != past->corrections.withdrawn)) {
		error = tally_read_corrections(past->tally, past->db);
		past->corrections = corrections;
	}
	if (!error && snow != past->snow) {
		error = tally_read_snow(past->tally, past->db);
		past->snow = snow;
	}
	return error ? error : tally_read_rules(past->tally, past->db);
}

static void tell_targets(struct public_past *past)
{
	const struct rule_book *rules = tally_rules(past->tally);
	struct board_target *targets = rule_targets(rules, &past->operation);

	board_set_targets(past->board, targets, rules->count);
	free(targets);
}

/* One trip on its way into the tally. */
struct taking {
	struct public_past *past;
	struct known *known;
	size_t recent; /* links worked on lately, the newest SILENCE_LINKS of them kept */
};

/* As much of a part as was driven at a time. */
static struct span cut_at(const struct span *part, int64_t limit_ms)
{
	double share = (double)(limit_ms - part->start_ms) / (double)(part->end_ms - part->start_ms);
	struct span cut = *part;

	cut.to_m = part->from_m + share * (part->to_m - part->from_m);
	cut.end_ms = limit_ms;
	return cut;
}

static void take_part(uint32_t link, const struct span *whole, void *arg)
{
	struct taking *taking = arg;
	struct public_past *past = taking->past;
	struct silence_unit *unit = &taking->known->unit;
	const struct public_trip *trip = &taking->known->trip;
	struct coverage_key key = {trip->vehicle_id, trip->start_ms, trip->blade_width_cm};

	struct span part = *whole;
	int64_t limit_ms = public_past_limit_ms(past, link);

	if (part.start_ms >= limit_ms || part.start_ms < past->window_ms)
		return;
	if (part.end_ms > limit_ms)
		part = cut_at(whole, limit_ms);
	tally_put(past->tally, key, &part, 1);
	unit->area = tally_areas(past->tally)[link];
	unit->on_shift = true;
	if (part.end_ms < unit->newest_ms - SILENCE_RECENT_MS)
		return;
	unit->links[taking->recent++ % SILENCE_LINKS] = link;
	unit->link_count = taking->recent < SILENCE_LINKS ? taking->recent : SILENCE_LINKS;
}

/* Whether a vehicle's last word leaves open that it goes on working. */
static int may_work_on(struct public_past *past, const struct public_trip *trip, bool *out)
{
	struct fix_list last = {0};
	int error = fix_read(past->reader, trip->vehicle_id, trip->end_ms, trip->end_ms + 1, &last);

	*out = false;
	if (!error && last.count) {
		const struct fix *fix = &last.fixes[0];
		double speed_mps = fix->speed_cmps == FIX_ABSENT ? -1 : fix->speed_cmps / 100.0;
		struct work_verdict verdict =
			work_judge(fix, trip->class_of_vehicle, speed_mps);

		*out = verdict.at_work ||
		       (speed_mps >= STANDING_MPS && !strchr("BRGXO", verdict.code));
	}
	fix_list_free(&last);
	return error;
}

static int take_trip(struct public_past *past, struct known *known)
{
	const struct public_trip *trip = &known->trip;
	struct taking taking = {past, known, 0};
	struct span_list spans = {0};
	bool works_on = true;
	int error = track_spans(past->db, past->net, trip->vehicle_id, trip->start_ms, &spans);

	tally_drop(past->tally, trip->vehicle_id, trip->start_ms, trip->start_ms);
	known->unit = (struct silence_unit){.area = UINT16_MAX};
	known->unit.newest_ms =
		trip->end_ms < past->moment.at_ms ? trip->end_ms : past->moment.at_ms;
	for (size_t i = 0; !error && i < spans.count; i++) {
		if (spans.spans[i].at_work)
			span_parts(past->net, &spans.spans[i], take_part, &taking);
	}
	if (!error && known->unit.on_shift && trip->end_ms <= past->moment.at_ms)
		error = may_work_on(past, trip, &works_on);
	known->unit.on_shift = known->unit.on_shift && works_on;
	known->is_over = trip->end_ms <= past->moment.near_ms;
	span_list_free(&spans);
	return error;
}

static int compare_trips(const struct public_trip *a, const struct public_trip *b)
{
	if (a->vehicle_id != b->vehicle_id)
		return a->vehicle_id < b->vehicle_id ? -1 : 1;
	return (a->start_ms > b->start_ms) - (a->start_ms < b->start_ms);
}

static void drop_trip(struct public_past *past, const struct public_trip *trip)
{
	tally_drop(past->tally, trip->vehicle_id, trip->start_ms, trip->start_ms);
}

/* Goes through the trips of now beside those of the last time, both by vehicle and start. */
static int compare_with_known(struct public_past *past, const struct public_trip *trips, size_t count)
{
	struct known *next = x_calloc(count, sizeof(*next));
	size_t used = 0, old = 0;
	int error = 0;

	for (size_t i = 0; !error && i < count; i++) {
		struct known *known = &next[used];

		if (trips[i].end_ms < past->window_ms)
			continue;
		/* Trips that are stored no more: late fixes made others of them. */
		while (old < past->count && compare_trips(&past->known[old].trip, &trips[i]) < 0)
			drop_trip(past, &past->known[old++].trip);
		if (old < past->count && compare_trips(&past->known[old].trip, &trips[i]) == 0)
			*known = past->known[old++];
		used++;
		known->trip.is_retired = trips[i].is_retired;
		if (known->is_over && memcmp(&known->trip.digest, &trips[i].digest,
					     sizeof(trips[i].digest)) == 0)
			continue;
		known->trip = trips[i];
		error = take_trip(past, known);
	}
	while (old < past->count)
		drop_trip(past, &past->known[old++].trip);
	free(past->known);
	past->known = next;
	past->count = used;
	return error;
}

static int follow_trips(struct public_past *past)
{
	struct public_trip *trips;
	size_t count;
	int error = public_trips(past->db, past->window_ms - PUBLIC_TRIP_MS, past->moment.at_ms,
				 &trips, &count);

	if (error)
		return error;
	error = compare_with_known(past, trips, count);
	free(trips);
	return error;
}

/* Which links nobody could know about at the moment: by the last trip of each vehicle. */
static void find_silence(struct public_past *past)
{
	size_t units = 0;

	past->units = x_realloc(past->units, past->count + 1, sizeof(*past->units));
	for (size_t i = 0; i < past->count; i++) {
		if (i + 1 != past->count &&
		    past->known[i + 1].trip.vehicle_id == past->known[i].trip.vehicle_id)
			continue;
		past->units[units] = past->known[i].unit;
		past->units[units++].on_shift &= !past->known[i].trip.is_retired;
	}
	silence_find(past->units, units, past->moment.at_ms, tally_areas(past->tally),
		     network_links(past->net), past->unknown);
	tally_set_unknown(past->tally, past->unknown);
}

static int prepare(struct public_past *past)
{
	if (!past->reader)
		past->reader = fix_reader_new(past->db);
	return past->reader ? day_rule_load(past->db, &past->day) : -EIO;
}

int public_past_move(struct public_past *past, struct network *net, int64_t revision,
		     struct public_moment moment)
{
	size_t changes;
	int error = prepare(past);

	if (moment.at_ms < past->moment.at_ms)
		forget_window(past);
	past->moment = moment;
	if (!error && (past->net != net || past->revision != revision))
		error = take_network(past, net, revision);
	if (!error)
		error = follow_window(past);
	if (!error)
		error = follow_words(past);
	if (!error)
		error = follow_trips(past);
	if (error) {
		forget_window(past);
		return error;
	}
	find_silence(past);
	tell_targets(past);
	(void)tally_changes(past->tally, moment.at_ms, &changes);
	board_set_states(past->board, tally_states(past->tally), network_links(past->net));
	board_tick(past->board, moment.at_ms);
	return 0;
}
