/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From passes to the status of a link: a small town in a real database, whose road 1 has a link on
 * either side of a crossing.  Times are minutes.
 */
#include "server/plowd/coverage/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/db.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "server/corrections.h"
#include "server/plowd/coverage/outbox.h"
#include "server/plowd/live/pace.h"
#include "server/plowd/coverage/rule.h"
#include "server/plowd/coverage/silence.h"
#include "server/snow.h"
#include "tests/support/folder.h"

#define MINUTE INT64_C(60000)

struct place {
	char folder[FOLDER_BYTES];
	struct db *db;
	struct network *net;
	struct area_map areas;
	struct tally *tally;
	uint32_t west, east;
	double crossing_m, length_m;
};

static struct place open_place(const char *sql)
{
	static const char town[] =
		"INSERT INTO roads (layer, source_id, length_m, class, geom) VALUES "
		"('r', '1', 0, 'main', GeomFromText('LINESTRING(140.40 38.60, 140.41 38.60, 140.42 "
		"38.60)', 4326)),"
		"('r', '2', 0, 'side', GeomFromText('LINESTRING(140.41 38.59, 140.41 38.60, 140.41 "
		"38.61)', 4326));";
	struct place place = {0};

	folder_make(place.folder);
	place.db = folder_db(place.folder);
	cr_assert_eq(db_run(place.db, town), 0, "%s", db_why(place.db));
	cr_assert_eq(db_run(place.db, sql), 0, "%s", db_why(place.db));
	cr_assert_eq(network_load(place.db, &place.net), 0, "%s", db_why(place.db));
	place.areas = (struct area_map){.area_of_link =
						calloc(network_links(place.net), sizeof(uint16_t)),
					.names = calloc(1, 64),
					.count = 1};
	strcpy(place.areas.names[0], "中部");
	place.tally = tally_new(place.db, place.net, &place.areas, 0);
	cr_assert_not_null(place.tally, "%s", db_why(place.db));
	place.west = network_road(place.net, 0)->first_link;
	place.east = place.west + 1;
	place.crossing_m = network_link(place.net, place.east)->from_m;
	place.length_m = network_road(place.net, 0)->length_m;
	return place;
}

static void close_place(struct place *place)
{
	tally_free(place->tally);
	area_map_free(&place->areas);
	network_free(place->net);
	db_close(place->db);
	folder_remove(place->folder);
}

/* A pass at work along road 1, from minute to minute. */
static void drive(struct place *place, double from_m, double to_m, int64_t from_minute,
		  int64_t to_minute)
{
	struct span span = {.road = 0,
			    .from_m = from_m,
			    .to_m = to_m,
			    .start_ms = from_minute * MINUTE,
			    .end_ms = to_minute * MINUTE,
			    .at_work = true,
			    .work = 'N',
			    .confidence = 1};

	tally_put(place->tally, (struct coverage_key){1, from_minute, 0}, &span, 1);
}

static const char *status(struct place *place, uint32_t link, int64_t minute)
{
	size_t count;

	tally_changes(place->tally, minute * MINUTE, &count);
	return link_status_name(tally_states(place->tally)[link].status);
}

static void snow(struct place *place, const char *station, int64_t minute, double depth_cm)
{
	struct snow_observation observation = {.time_ms = minute * MINUTE, .depth_cm = depth_cm};
	struct db_txn txn = db_txn_begin(place->db);

	snprintf(observation.station, sizeof(observation.station), "%s", station);
	snow_add(&txn, &observation);
	cr_assert_eq(db_txn_end(&txn), 0, "%s", db_why(place->db));
	cr_assert_eq(tally_read_snow(place->tally, place->db), 0);
}

Test(tally, goes_from_none_by_working_to_partly_and_done)
{
	struct place place = open_place("");

	cr_expect_str_eq(status(&place, place.west, 1), "none");
	drive(&place, 0, 400, 10, 12);
	cr_expect_str_eq(status(&place, place.west, 12), "working");
	cr_expect_str_eq(status(&place, place.west, 13), "working");
	cr_expect_str_eq(status(&place, place.west, 15), "partly");
	cr_expect_str_eq(status(&place, place.east, 15), "none");
	drive(&place, 400, place.crossing_m, 20, 22);
	cr_expect_str_eq(status(&place, place.west, 22), "done");
	cr_expect_str_eq(status(&place, place.east, 30), "none");
	close_place(&place);
}

Test(tally, tells_only_what_changed)
{
	struct place place = open_place("");
	size_t count;

	drive(&place, 0, place.length_m, 10, 20);
	tally_changes(place.tally, 30 * MINUTE, &count);
	cr_expect_eq(count, 2);
	tally_changes(place.tally, 31 * MINUTE, &count);
	cr_expect_eq(count, 0);
	tally_drop(place.tally, 1, 10, 10);
	tally_changes(place.tally, 32 * MINUTE, &count);
	cr_expect_eq(count, 2);
	cr_expect_str_eq(status(&place, place.east, 33), "none");
	close_place(&place);
}

Test(tally, knows_of_each_link_when_it_was_passed)
{
	struct place place = open_place("");
	size_t count;

	drive(&place, place.length_m, 0, 100, 120);
	tally_changes(place.tally, 200 * MINUTE, &count);
	cr_expect(llabs(tally_states(place.tally)[place.east].last_ms - 110 * MINUTE) < 2000);
	cr_expect_eq(tally_states(place.tally)[place.west].last_ms, 120 * MINUTE);
	cr_expect_eq(tally_states(place.tally)[place.west].share_backward_percent, 100);
	cr_expect_eq(tally_states(place.tally)[place.west].share_forward_percent, 0);
	close_place(&place);
}

Test(tally, asks_for_what_the_class_asks_for)
{
	struct place place = open_place("INSERT INTO road_class (code, name, priority, required_share, required_passes, both_directions, finish_by, trigger_cm, gap_m, trim_m) VALUES ('main', '幹線', 1, 0.9, 2, "
					"1, '06:30', 10, 30, 15)");

	drive(&place, 0, place.length_m, 10, 20);
	drive(&place, 0, place.length_m, 30, 40);
	cr_expect_str_eq(status(&place, place.west, 50), "partly", "two passes in one direction");
	drive(&place, place.length_m, 0, 60, 70);
	cr_expect_str_eq(status(&place, place.west, 80), "partly", "only one back");
	drive(&place, place.length_m, 0, 90, 100);
	cr_expect_str_eq(status(&place, place.west, 110), "done");
	close_place(&place);
}

Test(tally, adds_both_directions_up_where_either_will_do)
{
	struct place place = open_place("UPDATE road_class SET required_passes = 2");

	drive(&place, 0, place.length_m, 10, 20);
	cr_expect_str_eq(status(&place, place.west, 30), "partly");
	drive(&place, place.length_m, 0, 40, 50);
	cr_expect_str_eq(status(&place, place.west, 60), "done");
	close_place(&place);
}

Test(tally, calls_a_cleared_link_snowed_once_the_trigger_fell_since)
{
	struct place place = open_place("");

	snow(&place, "市役所", 0, 40);
	drive(&place, 0, place.crossing_m, 10, 20);
	cr_expect_str_eq(status(&place, place.west, 30), "done");
	snow(&place, "市役所", 30, 49.9);
	cr_expect_str_eq(status(&place, place.west, 31), "done");
	snow(&place, "市役所", 40, 50);
	cr_expect_str_eq(status(&place, place.west, 41), "snowed");
	cr_expect_str_eq(status(&place, place.east, 41), "none");
	drive(&place, 0, 100, 45, 46);
	cr_expect_str_eq(status(&place, place.west, 46), "working");
	cr_expect_str_eq(status(&place, place.west, 60), "snowed",
			 "a part of it was cleared anew: %s", status(&place, place.west, 60));
	drive(&place, 100, place.crossing_m, 61, 65);
	cr_expect_str_eq(status(&place, place.west, 66), "done");
	close_place(&place);
}

Test(tally, takes_a_pass_out_by_a_correction_and_back_in)
{
	struct place place = open_place("");
	struct correction correction = {
		.from_ms = 5 * MINUTE, .to_ms = 60 * MINUTE, .reason = "r", .made_by = "n"};
	struct db_txn txn;

	drive(&place, 0, place.length_m, 10, 20);
	cr_expect_str_eq(status(&place, place.west, 30), "done");
	correction.road_id = network_road(place.net, 0)->id;
	correction.to_m = place.crossing_m;
	txn = db_txn_begin(place.db);
	correction_add(&txn, &correction);
	cr_assert_eq(db_txn_end(&txn), 0);
	cr_assert_eq(tally_read_corrections(place.tally, place.db), 0);
	cr_expect_str_eq(status(&place, place.west, 31), "none");
	cr_expect_str_eq(status(&place, place.east, 31), "done");
	txn = db_txn_begin(place.db);
	correction_withdraw(&txn, correction.id, "m", 1);
	cr_assert_eq(db_txn_end(&txn), 0);
	cr_assert_eq(tally_read_corrections(place.tally, place.db), 0);
	cr_expect_str_eq(status(&place, place.west, 32), "done");
	close_place(&place);
}

Test(tally, says_unknown_of_what_is_not_done_where_a_unit_is_silent)
{
	struct place place = open_place("");
	bool unknown[8] = {0};

	drive(&place, 0, place.crossing_m, 10, 20);
	unknown[place.west] = unknown[place.east] = true;
	tally_set_unknown(place.tally, unknown);
	cr_expect_str_eq(status(&place, place.west, 30), "done");
	cr_expect_str_eq(status(&place, place.east, 30), "unknown");
	unknown[place.east] = false;
	tally_set_unknown(place.tally, unknown);
	cr_expect_str_eq(status(&place, place.east, 31), "none");
	close_place(&place);
}

Test(tally, takes_over_what_pages_have_seen)
{
	struct place place = open_place("");
	struct tally *before = place.tally;
	size_t count;

	drive(&place, 0, place.length_m, 10, 20);
	tally_changes(before, 30 * MINUTE, &count);
	place.tally = tally_new(place.db, place.net, &place.areas, 0);
	tally_adopt(place.tally, tally_states(before));
	tally_free(before);
	tally_changes(place.tally, 31 * MINUTE, &count);
	cr_expect_eq(count, 2, "both links are to be told as 未 again");
	cr_expect_str_eq(status(&place, place.west, 32), "none");
	close_place(&place);
}

Test(rule, closes_small_gaps_and_leaves_the_junctions_out)
{
	struct rule rule = {.share = 0.9, .passes = 1, .gap_m = 30, .trim_m = 15};
	struct coverage_interval parts[] = {
		{.direction = 1, .from_cm = 1400, .to_cm = 4000, .passes = 1},
		{.direction = 1, .from_cm = 7000, .to_cm = 18600, .passes = 1}};
	struct rule_link link = {
		.to_cm = 20000, .starts_at_junction = true, .ends_at_junction = true};
	struct cleared cleared = {0};

	cleared_take(&cleared, &parts[0]);
	cleared_take(&cleared, &parts[1]);
	cleared_end(&cleared);
	cr_expect(rule_is_met(&rule, &cleared, &link));
	rule.gap_m = 29.9;
	cr_expect_not(rule_is_met(&rule, &cleared, &link));
	rule.gap_m = 30;
	rule.share = 1;
	cr_expect(rule_is_met(&rule, &cleared, &link));
	link.ends_at_junction = false;
	cr_expect_not(rule_is_met(&rule, &cleared, &link));
	cleared_free(&cleared);
}

Test(rule, asks_for_the_width_the_passes_swept_together)
{
	struct rule rule = {.share = 0.9, .passes = 1, .width_cm = 550};
	struct coverage_interval parts[] = {
		{.direction = 1, .to_cm = 20000, .passes = 1, .width_cm = 310},
		{.direction = -1, .to_cm = 19000, .passes = 1, .width_cm = 250},
		{.direction = -1, .from_cm = 19000, .to_cm = 20000, .passes = 2}};
	struct rule_link link = {.to_cm = 20000};
	struct cleared cleared = {0};

	cleared_take(&cleared, &parts[0]);
	cleared_end(&cleared);
	cr_expect_not(rule_is_met(&rule, &cleared, &link), "one blade is too narrow");
	cleared_begin(&cleared);
	for (int i = 0; i < 3; i++)
		cleared_take(&cleared, &parts[i]);
	cleared_end(&cleared);
	cr_expect(rule_is_met(&rule, &cleared, &link), "two together on 95 % of it");
	rule.share = 0.96;
	cr_expect_not(rule_is_met(&rule, &cleared, &link), "blades of unknown width sweep nothing");
	rule.share = 0.9;
	rule.both_directions = true;
	cr_expect_not(rule_is_met(&rule, &cleared, &link), "neither direction by itself");
	cleared_free(&cleared);
}

Test(tally, follows_a_class_whose_rule_was_changed)
{
	struct place place = open_place("");
	struct coverage_key key = {1, 10, 310};
	struct span span = {.to_m = place.length_m, .start_ms = 10 * MINUTE, .end_ms = 20 * MINUTE, .at_work = true};
	size_t count;

	tally_put(place.tally, key, &span, 1);
	cr_expect_str_eq(status(&place, place.west, 30), "done");
	cr_assert_eq(db_run(place.db, "UPDATE road_class SET required_width_m = 3.2"), 0);
	cr_assert_eq(tally_read_rules(place.tally, place.db), 0);
	cr_expect_str_eq(status(&place, place.west, 31), "partly");
	cr_assert_eq(db_run(place.db, "UPDATE road_class SET required_width_m = 3.1"), 0);
	cr_assert_eq(tally_read_rules(place.tally, place.db), 0);
	cr_expect_str_eq(status(&place, place.west, 32), "done");
	cr_assert_eq(tally_read_rules(place.tally, place.db), 0);
	tally_changes(place.tally, 33 * MINUTE, &count);
	cr_expect_eq(count, 0, "a rule that is as before changes nothing");
	close_place(&place);
}

Test(rule, adds_directions_up_from_edge_to_edge)
{
	struct coverage_interval parts[] = {
		{.direction = 1, .from_cm = 0, .to_cm = 100, .passes = 1, .last_ms = 5},
		{.direction = 1, .from_cm = 100, .to_cm = 300, .passes = 2, .last_ms = 6},
		{.direction = -1, .from_cm = 50, .to_cm = 200, .passes = 1, .last_ms = 9},
		{.direction = -1, .from_cm = 400, .to_cm = 500, .passes = 3, .last_ms = 1}};
	static const struct stretch sums[] = {{0, 50, 5, 1, 0},
					      {50, 100, 9, 2, 0},
					      {100, 200, 9, 3, 0},
					      {200, 300, 6, 2, 0},
					      {400, 500, 1, 3, 0}};
	struct cleared cleared = {0};

	for (int i = 0; i < 4; i++)
		cleared_take(&cleared, &parts[i]);
	cleared_end(&cleared);
	cr_assert_eq(cleared.both.count, 5);
	for (int i = 0; i < 5; i++) {
		cr_expect_eq(cleared.both.list[i].from_cm, sums[i].from_cm, "%d", i);
		cr_expect_eq(cleared.both.list[i].to_cm, sums[i].to_cm, "%d", i);
		cr_expect_eq(cleared.both.list[i].passes, sums[i].passes, "%d", i);
		cr_expect_eq(cleared.both.list[i].last_ms, sums[i].last_ms, "%d", i);
	}
	cleared_free(&cleared);
}

Test(snow, counts_the_greatest_rise_since_whatever_the_depth_does)
{
	static const char *const areas[] = {"北部"};
	struct snow_table *table = snow_table_new(areas, 1);

	cr_expect_eq(snow_fresh_since(table, 0, 10), INT64_MIN);
	snow_table_put(table, "役場", 300, 38);
	snow_table_put(table, "役場", 100, 40);
	snow_table_put(table, "役場", 200, 30);
	snow_table_put(table, "役場", 400, 41);
	cr_expect_eq(snow_fresh_since(table, 0, 10), 300,
		     "from 30 to 41: passes after the 38 saw 3 cm");
	cr_expect_eq(snow_fresh_since(table, 0, 12), INT64_MIN);
	cr_expect_eq(snow_fresh_since(table, 0, 3), 400);
	cr_expect_eq(snow_fresh_since(table, 0, 0), INT64_MIN, "no trigger");
	snow_table_put(table, "北部", 100, 5);
	snow_table_put(table, "北部", 200, 6);
	cr_expect_eq(snow_fresh_since(table, 0, 10), INT64_MIN,
		     "its own station speaks for the area");
	cr_expect_eq(snow_fresh_since(table, UINT16_MAX, 10), 300);
	snow_table_free(table);
}

Test(silence, doubts_an_area_only_when_nobody_in_it_is_heard)
{
	static const uint16_t areas[] = {0, 0, 1, UINT16_MAX, UINT16_MAX};
	struct silence_unit units[] = {
		{.on_shift = true, .newest_ms = 0, .area = 0, .links = {0}, .link_count = 1},
		{.on_shift = true, .newest_ms = 200000, .area = 0},
		{.on_shift = true,
		 .newest_ms = 0,
		 .area = UINT16_MAX,
		 .links = {3},
		 .link_count = 1},
		{.on_shift = false, .newest_ms = 0, .area = 1, .links = {2}, .link_count = 1},
	};
	bool unknown[5];

	silence_find(units, 4, SILENCE_MS, areas, 5, unknown);
	for (int i = 0; i < 5; i++)
		cr_expect_not(unknown[i], "three minutes are not yet silence: %d", i);
	silence_find(units, 4, 200000, areas, 5, unknown);
	cr_expect(unknown[0] && !unknown[1] && !unknown[2] && unknown[3] && !unknown[4]);
	units[1].on_shift = false;
	silence_find(units, 4, 200000, areas, 5, unknown);
	cr_expect(unknown[0] && unknown[1] && !unknown[2] && unknown[3] && !unknown[4]);
}

/* Notes so many metres a minute for some minutes. */
static int64_t go_on(struct pace *pace, int64_t minute, int minutes, double *done_m,
		     double a_minute)
{
	for (int i = 0; i < minutes; i++) {
		*done_m += a_minute;
		pace_note(pace, ++minute * MINUTE, *done_m);
	}
	return minute;
}

Test(pace, tells_a_finish_only_where_the_pace_supports_one)
{
	struct pace pace = {0};
	double done_m = 0;
	int64_t minute = go_on(&pace, 0, 29, &done_m, 100);

	cr_expect_str_eq(pace_ask(&pace, minute * MINUTE, 6000).why, "too_soon");
	minute = go_on(&pace, minute, 10, &done_m, 100);
	cr_expect_eq(pace_ask(&pace, minute * MINUTE, 6000).finish_ms, (minute + 60) * MINUTE);
	cr_expect_str_eq(pace_ask(&pace, minute * MINUTE, 0).why, "done");
	cr_expect_str_eq(pace_ask(&pace, minute * MINUTE, 1e6).why, "too_far");
	minute = go_on(&pace, minute, 12, &done_m, 0);
	cr_expect_str_eq(pace_ask(&pace, minute * MINUTE, 6000).why, "unsteady");
	minute = go_on(&pace, minute, 30, &done_m, 0);
	cr_expect_str_eq(pace_ask(&pace, minute * MINUTE, 6000).why, "stopped");
	minute = go_on(&pace, minute, 31, &done_m, 100);
	cr_expect_eq(pace_ask(&pace, minute * MINUTE, 100).finish_ms, (minute + 1) * MINUTE);
	pace_note(&pace, (minute - 100) * MINUTE, 0);
	cr_expect_str_eq(pace_ask(&pace, (minute - 100) * MINUTE, 100).why, "too_soon",
			 "time went back");
}
