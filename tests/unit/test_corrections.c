/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Corrections, and revisions: people's and late fixes' changes of what counts.
 */
#include "server/corrections.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/coverage.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/revisions.h"
#include "tests/support/folder.h"

static struct db *open_db(char folder[FOLDER_BYTES])
{
	struct db *db;

	folder_make(folder);
	db = folder_db(folder);
	cr_assert_eq(db_run(db, "INSERT INTO vehicle (id, code, created_ms) VALUES (1, 'P01', 0)"),
		     0);
	return db;
}

static void close_db(struct db *db, const char *folder)
{
	db_close(db);
	folder_remove(folder);
}

static struct correction good(void)
{
	return (struct correction){.road_id = 7,
				   .to_m = 100,
				   .from_ms = 1000,
				   .to_ms = 2000,
				   .reason = "雪が残っている",
				   .made_by = "甲",
				   .made_ms = 5};
}

static int add(struct db *db, struct correction *correction)
{
	struct db_txn txn = db_txn_begin(db);

	correction_add(&txn, correction);
	return db_txn_end(&txn);
}

static int withdraw(struct db *db, int64_t id)
{
	struct db_txn txn = db_txn_begin(db);

	correction_withdraw(&txn, id, "乙", 9);
	return db_txn_end(&txn);
}

Test(corrections, are_kept_with_name_time_and_reason_until_withdrawn_and_after)
{
	struct correction correction = good(), found;
	struct corrections_mark before, added, withdrawn;
	struct coverage_correction *counting;
	char folder[FOLDER_BYTES];
	struct db *db = open_db(folder);
	size_t count;

	cr_assert_eq(corrections_mark(db, &before), 0);
	cr_assert_eq(add(db, &correction), 0);
	cr_assert_eq(corrections_mark(db, &added), 0);
	cr_expect_neq(before.newest_id, added.newest_id);
	cr_assert_eq(corrections_load(db, &counting, &count), 0);
	cr_assert_eq(count, 1);
	cr_expect_eq(counting[0].road_id, 7);
	free(counting);

	cr_expect_eq(withdraw(db, correction.id), 0);
	cr_expect_eq(withdraw(db, correction.id), -EEXIST);
	cr_expect_eq(withdraw(db, 99), -ENOENT);
	cr_assert_eq(corrections_mark(db, &withdrawn), 0);
	cr_expect_neq(added.withdrawn, withdrawn.withdrawn);
	cr_assert_eq(corrections_load(db, &counting, &count), 0);
	cr_expect_eq(count, 0);
	free(counting);
	cr_assert_eq(correction_list(db, INT64_MAX, &found, 1), 1);
	cr_expect_str_eq(found.reason, "雪が残っている");
	cr_expect_str_eq(found.made_by, "甲");
	cr_expect_str_eq(found.withdrawn_by, "乙");
	cr_expect_eq(found.withdrawn_ms, 9);
	cr_expect_eq(correction_list(db, correction.id, &found, 1), 0);
	close_db(db, folder);
}

Test(corrections, say_what_is_wrong_with_them)
{
	struct correction correction = good();

	cr_expect_null(correction_fault(&correction));
	correction.to_m = 0;
	cr_expect_not_null(correction_fault(&correction));
	correction = good();
	correction.to_ms = correction.from_ms;
	cr_expect_not_null(correction_fault(&correction));
	correction = good();
	correction.reason[0] = '\0';
	cr_expect_not_null(correction_fault(&correction));
	correction = good();
	strcpy(correction.made_by, "a\xff");
	cr_expect_not_null(correction_fault(&correction));
}

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

static struct span span(double from_m, double to_m, int64_t from_s, int64_t to_s)
{
	return (struct span){.from_m = from_m,
			     .to_m = to_m,
			     .start_ms = from_s * 1000,
			     .end_ms = to_s * 1000,
			     .at_work = true};
}

static void print(const struct coverage_interval *interval, void *arg)
{
	char *text = arg;

	sprintf(text + strlen(text), "%c%lld-%lld ", interval->direction > 0 ? '+' : '-',
		(long long)interval->from_cm / 100, (long long)interval->to_cm / 100);
}

Test(corrections, concern_only_what_was_passed_in_their_time)
{
	struct network *net = one_road();
	struct coverage *coverage = coverage_new(net, NULL, 0);
	struct coverage_correction corrections[] = {{7, 300, 400, 25000, 45000},
						    {7, 500, 600, 25000, 45000}};
	struct span spans[] = {span(0, 800, 0, 80), span(800, 0, 0, 80)};
	char text[256] = "";
	uint32_t touched;

	coverage_put(coverage, (struct coverage_key){1, 1, 0}, spans, 2);
	cr_expect_eq(coverage_take_touched(coverage, &touched, 1), 1);
	/* Forward it passed 300-400 m at 30 to 40 s; backward 500-600 m at 20 to 30 s, 300-400 m at
	 * 40 to 50 s. */
	coverage_set_corrections(coverage, corrections, 2);
	cr_expect_eq(coverage_take_touched(coverage, &touched, 1), 1, "the road's state follows");
	coverage_road(coverage, 0, print, text);
	cr_expect_str_eq(text, "+0-300 +400-800 -0-300 -400-500 -600-800 ");
	text[0] = '\0';
	coverage_set_corrections(coverage, NULL, 0);
	cr_expect_eq(coverage_take_touched(coverage, &touched, 1), 1);
	coverage_road(coverage, 0, print, text);
	cr_expect_str_eq(text, "+0-800 -0-800 ");
	coverage_free(coverage);
	network_free(net);
}

Test(coverage_since, leaves_earlier_passes_out)
{
	struct network *net = one_road();
	struct coverage *coverage = coverage_new(net, NULL, 0);
	struct span spans[] = {span(0, 800, 0, 80), span(100, 200, 100, 110)};
	char text[256] = "";

	coverage_put(coverage, (struct coverage_key){1, 1, 0}, spans, 2);
	coverage_road_since(coverage, 0, 100000, print, text);
	cr_expect_str_eq(text, "+100-200 ");
	coverage_free(coverage);
	network_free(net);
}

Test(revisions, tell_which_passes_came_and_which_went)
{
	struct network *net = one_road();
	struct span before[] = {span(0, 500, 0, 50), span(500, 0, 60, 110)};
	struct span after[] = {span(0, 496, 0, 50), span(600, 0, 55, 110),
			       span(100, 300, 200, 210)};
	struct revision revision;

	revision_compare(net, before, 2, before, 2, &revision);
	cr_expect_eq(revision.count, 0);
	free(revision.passes);
	revision_compare(net, before, 2, after, 3, &revision);
	cr_assert_eq(revision.count, 2, "the last 4 m are the matcher's own doubt: %zu",
		     revision.count);
	cr_expect_eq(revision.passes[0].direction, 1);
	cr_expect_eq(revision.passes[0].from_m, 100);
	cr_expect_eq(revision.passes[0].to_m, 300);
	cr_expect_eq(revision.passes[0].passes, 1);
	cr_expect_eq(revision.passes[1].direction, -1);
	cr_expect_eq(revision.passes[1].from_m, 500);
	cr_expect_eq(revision.passes[1].to_m, 600);
	free(revision.passes);
	after[0].at_work = false;
	revision_compare(net, before, 1, after, 1, &revision);
	cr_assert_eq(revision.count, 1);
	cr_expect_eq(revision.passes[0].passes, -1);
	free(revision.passes);
	network_free(net);
}

static void take(const struct revision *revision, const char *vehicle, void *arg)
{
	char *text = arg;

	sprintf(text + strlen(text), "%lld %s %zu; ", (long long)revision->id, vehicle,
		revision->count);
}

Test(revisions, are_listed_in_order_and_empty_ones_not_kept)
{
	struct revision_pass pass = {7, 1, 0, 100, 1};
	struct revision revision = {.vehicle_id = 1, .to_ms = 5, .passes = &pass, .count = 1},
			empty = {.vehicle_id = 1};
	char folder[FOLDER_BYTES], text[128] = "";
	struct db *db = open_db(folder);
	struct db_txn txn = db_txn_begin(db);

	revision_add(&txn, &revision);
	revision_add(&txn, &empty);
	revision_add(&txn, &revision);
	cr_assert_eq(db_txn_end(&txn), 0, "%s", db_why(db));
	cr_assert_eq(revision_list(db, 0, 10, take, text), 0);
	cr_expect_str_eq(text, "1 P01 1; 2 P01 1; ");
	text[0] = '\0';
	cr_assert_eq(revision_list(db, 1, 10, take, text), 0);
	cr_expect_str_eq(text, "2 P01 1; ");
	close_db(db, folder);
}
