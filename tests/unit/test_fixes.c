/* SPDX-License-Identifier: Apache-2.0 */
/* Fixes in a real database: which one counts, whatever came first, and what a unit is told. */
#include "server/fixes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "gis/db.h"
#include "tests/support/folder.h"

#define NOW_MS INT64_C(1800000000000)

struct place {
	char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16];
	struct db *db;
	struct fix_writer *writer;
};

static struct place open_place(void)
{
	struct place place;

	folder_make(place.folder);
	snprintf(place.path, sizeof(place.path), "%s/town.db", place.folder);
	place.db = folder_db(place.folder);
	place.writer = fix_writer_new(place.db);
	cr_assert_not_null(place.writer);
	return place;
}

static void close_place(struct place *place)
{
	fix_writer_free(place->writer);
	db_close(place->db);
	folder_remove(place->folder);
}

static struct fix_row row(int64_t second, int32_t lat_e7, uint8_t trust)
{
	struct fix_row row = {.vehicle_id = 1, .received_ms = NOW_MS, .fix = fix_none(), .trust = trust};

	row.fix.time_ms = NOW_MS + second * 1000;
	row.fix.lon_e7 = 1404000000;
	row.fix.lat_e7 = lat_e7;
	row.fix.flags = FIX_VALID;
	row.fix.work = 'N';
	row.fix.work_source = WORK_FROM_BUTTON;
	return row;
}

static enum fix_outcome put(struct place *place, struct fix_row row)
{
	struct db_txn txn = db_txn_begin(place->db);
	enum fix_outcome outcome = fix_put(place->writer, &txn, &row);

	cr_assert_eq(db_txn_end(&txn), 0, "%s", db_why(place->db));
	return outcome;
}

static struct fix_list read_all(struct place *place)
{
	struct fix_reader *reader = fix_reader_new(place->db);
	struct fix_list list = {0};

	cr_assert_eq(fix_read(reader, 1, 0, INT64_MAX, &list), 0);
	fix_reader_free(reader);
	return list;
}

Test(fixes, come_back_as_they_went_in)
{
	struct place place = open_place();
	struct fix_row in = row(0, 386000000, TRUST_SEALED);
	struct fix_list list;

	in.fix.alt_dm = -12;
	in.fix.speed_cmps = 417;
	in.fix.course_cdeg = 27140;
	in.fix.hdop_c = 80;
	in.fix.satellites = 14;
	in.fix.quality = 2;
	in.fix.blade = 1;
	cr_expect_eq(put(&place, in), FIX_STORED);
	cr_expect_eq(put(&place, in), FIX_DUPLICATE);
	list = read_all(&place);
	cr_assert_eq(list.count, 1);
	cr_expect_eq(fix_compare(&list.fixes[0], &in.fix), 0);
	fix_list_free(&list);
	close_place(&place);
}

Test(fixes, of_one_millisecond_the_same_one_counts_in_any_order)
{
	/* The same three in every order: plain, sealed and sealed with larger bytes. */
	static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (size_t i = 0; i < 6; i++) {
		struct place place = open_place();
		struct fix_row rows[] = {row(0, 386000001, TRUST_LISTED), row(0, 386000002, TRUST_SEALED),
					 row(0, 386000003, TRUST_SEALED)};
		struct fix_list list;

		for (size_t j = 0; j < 3; j++)
			put(&place, rows[orders[i][j]]);
		for (size_t j = 0; j < 3; j++)
			cr_expect_eq(put(&place, rows[j]), FIX_DUPLICATE, "order %zu, again %zu", i, j);
		list = read_all(&place);
		cr_assert_eq(list.count, 1);
		cr_expect_eq(list.fixes[0].lat_e7, 386000002, "order %zu", i);
		fix_list_free(&list);
		close_place(&place);
	}
}

Test(fixes, of_trust_0_or_not_valid_are_kept_and_not_read)
{
	struct place place = open_place();
	struct fix_row plain = row(0, 386000001, TRUST_PLAIN), disowned = row(1, 386000001, TRUST_SEALED);
	struct fix_list list;

	disowned.fix.flags = 0;
	cr_expect_eq(put(&place, plain), FIX_STORED);
	cr_expect_eq(put(&place, disowned), FIX_STORED);
	list = read_all(&place);
	cr_expect_eq(list.count, 0);
	cr_expect_eq(put(&place, row(0, 386000009, TRUST_FILE)), FIX_REPLACED);
	fix_list_free(&list);
	list = read_all(&place);
	cr_expect_eq(list.count, 1);
	fix_list_free(&list);
	close_place(&place);
}

Test(fixes, are_doubted_by_the_time_of_receipt)
{
	struct fix fix = row(0, 386000000, TRUST_SEALED).fix;

	cr_expect_null(fix_doubt(&fix, NOW_MS));
	cr_expect_null(fix_doubt(&fix, NOW_MS - 120000));
	cr_expect_str_eq(fix_doubt(&fix, NOW_MS - 120001), "future");
	cr_expect_null(fix_doubt(&fix, NOW_MS + INT64_C(14) * 86400000));
	cr_expect_str_eq(fix_doubt(&fix, NOW_MS + INT64_C(14) * 86400000 + 1), "old");
	fix.lat_e7 = 900000001;
	cr_expect_str_eq(fix_doubt(&fix, NOW_MS), "impossible");
}

#define ROLLOVER_MS (INT64_C(7168) * 86400000)
#define DAY_MS INT64_C(86400000)

Test(fixes, a_date_that_is_whole_week_rollovers_off_is_moved_to_the_receipt)
{
	static const struct {
		int64_t off_ms;   /* of the fix from its receipt */
		int64_t moved_ms; /* by which it is moved; 0: it is left alone */
	} rows[] = {
		{-ROLLOVER_MS, ROLLOVER_MS},
		{-ROLLOVER_MS - 3 * DAY_MS, ROLLOVER_MS},
		{-ROLLOVER_MS - 3 * DAY_MS - 1, 0},
		{-ROLLOVER_MS + 3 * DAY_MS, ROLLOVER_MS},
		{-ROLLOVER_MS + 3 * DAY_MS + 1, 0},
		{-2 * ROLLOVER_MS - DAY_MS, 2 * ROLLOVER_MS},
		{ROLLOVER_MS, -ROLLOVER_MS},
		{0, 0},
		{-13 * DAY_MS, 0},
		{9 * 3600 * INT64_C(1000), 0}, /* local time sent as UTC is for the quarantine */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fix fix = row(0, 386000000, TRUST_SEALED).fix;
		bool is_moved = rows[i].moved_ms != 0;

		fix.time_ms = NOW_MS + rows[i].off_ms;
		cr_expect_eq(fix_repair_weeks(&fix, NOW_MS), is_moved, "row %zu", i);
		cr_expect_eq(fix.time_ms, NOW_MS + rows[i].off_ms + rows[i].moved_ms, "row %zu", i);
		cr_expect_eq((fix.flags & FIX_TIME_REPAIRED) != 0, is_moved, "row %zu", i);
	}
}

Test(fixes, a_date_is_not_repaired_where_the_receiver_disowns_the_fix)
{
	struct fix fix = row(0, 386000000, TRUST_SEALED).fix;

	fix.time_ms -= ROLLOVER_MS;
	fix.flags = 0;
	cr_expect_not(fix_repair_weeks(&fix, NOW_MS));
	cr_expect_eq(fix.time_ms, NOW_MS - ROLLOVER_MS);
}

Test(fixes, a_stretch_ends_where_the_gaps_are_long)
{
	struct place place = open_place();
	struct fix_reader *reader;
	int64_t from_ms = NOW_MS + 700000, to_ms = NOW_MS + 700000;

	for (int second = 0; second <= 1000; second += 100)
		put(&place, row(second, 386000000, TRUST_SEALED));
	put(&place, row(-700, 386000000, TRUST_SEALED));
	put(&place, row(1601, 386000000, TRUST_SEALED));
	reader = fix_reader_new(place.db);
	cr_assert_eq(fix_stretch(reader, 1, 600000, &from_ms, &to_ms), 0);
	cr_expect_eq(from_ms, NOW_MS);
	cr_expect_eq(to_ms, NOW_MS + 1000000);
	cr_expect_eq(fix_next(reader, 1, NOW_MS + 1000000), NOW_MS + 1601000);
	cr_expect_eq(fix_next(reader, 1, NOW_MS + 1601000), INT64_MAX);
	fix_reader_free(reader);
	close_place(&place);
}

/* Notes a range and returns what the unit would be told. */
static struct wire_ack note(struct place *place, uint64_t first, uint64_t last)
{
	struct db_txn txn = db_txn_begin(place->db);
	struct wire_ack ack = {0};

	fix_numbers_note(place->writer, &txn, 1, 99, (struct wire_range){first, last});
	fix_numbers_ack(place->writer, &txn, 1, 99, &ack);
	cr_assert_eq(db_txn_end(&txn), 0);
	return ack;
}

Test(fixes, numbers_are_told_cumulatively_with_gaps)
{
	struct place place = open_place();
	struct wire_ack ack = note(&place, 10, 12);
	struct db_txn txn;

	cr_expect_eq(ack.cumulative, 0);
	cr_assert_eq(ack.count, 1);
	cr_expect_eq(ack.ranges[0].first, 10);
	ack = note(&place, 1, 4);
	cr_expect_eq(ack.cumulative, 4);
	cr_expect_eq(ack.count, 1);
	ack = note(&place, 13, 13);
	cr_expect_eq(ack.ranges[0].last, 13, "touching ranges are one");
	ack = note(&place, 3, 11);
	cr_expect_eq(ack.cumulative, 13);
	cr_expect_eq(ack.count, 0);
	txn = db_txn_begin(place.db);
	cr_expect(fix_numbers_have(place.writer, &txn, 1, 99, (struct wire_range){13, 13}));
	cr_expect_not(fix_numbers_have(place.writer, &txn, 1, 99, (struct wire_range){14, 14}));
	cr_expect_not(fix_numbers_have(place.writer, &txn, 1, 98, (struct wire_range){1, 1}), "another spool's numbers mean nothing");
	cr_assert_eq(db_txn_end(&txn), 0);
	close_place(&place);
}
