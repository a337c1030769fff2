/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which nights wait to be counted: those with tracks that are over and have no total for the roads as they are.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include "gis/db.h"
#include "server/day.h"
#include "server/night_totals.h"
#include "tests/support/folder.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define REVISION 7

/* 12:00 in Japan, where an operational day begins. */
static const int64_t noon_ms = INT64_C(20000) * DAY_MS + 3 * HOUR_MS;

static void add_track(struct db *db, int64_t start_ms)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
		 "INSERT INTO tracks (vehicle_id, vehicle, day, start_ms, end_ms, fixes, matched, off_road, jumped, driven_m, "
		 "worked_m, digest) VALUES (1, 'P01', '', %lld, %lld, 1, 1, 0, 0, 0, 0, x'00')",
		 (long long)start_ms, (long long)(start_ms + HOUR_MS));
	cr_assert_eq(db_run(db, sql), 0, "%s", db_why(db));
}

static void add_total(struct db *db, int64_t from_ms, int revision)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "INSERT INTO night_total (from_ms, to_ms, network_revision, counts) VALUES (%lld, %lld, %d, x'')",
		 (long long)from_ms, (long long)(from_ms + DAY_MS), revision);
	cr_assert_eq(db_run(db, sql), 0, "%s", db_why(db));
}

static size_t waiting(struct db *db, int64_t until_ms)
{
	struct day_rule rule;
	size_t count;

	cr_assert_eq(day_rule_read("Asia/Tokyo", "12:00", &rule), 0);
	day_rule_use(&rule);
	cr_assert_eq(nights_without_total(db, &rule, REVISION, until_ms, &count), 0);
	return count;
}

Test(night_totals, wait_for_nights_with_tracks_that_are_over_and_have_none)
{
	char folder[FOLDER_BYTES];
	struct db *db;

	folder_make(folder);
	db = folder_db(folder);
	cr_assert_eq(db_run(db, "INSERT INTO vehicle (id, code, created_ms) VALUES (1, 'P01', 0)"), 0);
	cr_assert_eq(waiting(db, noon_ms + 9 * DAY_MS), 0, "nothing was driven");
	for (int night = 0; night < 9; night += 3)
		add_track(db, noon_ms + night * DAY_MS + 15 * HOUR_MS);
	cr_assert_eq(waiting(db, noon_ms + 12 * DAY_MS), 6, "those, and the nights into which a trip may have gone on");
	cr_assert_eq(waiting(db, noon_ms + 4 * DAY_MS + 20 * HOUR_MS), 3, "the others are not over");
	add_total(db, noon_ms, REVISION);
	cr_assert_eq(waiting(db, noon_ms + 12 * DAY_MS), 5);
	add_total(db, noon_ms + 3 * DAY_MS, REVISION - 1);
	cr_assert_eq(waiting(db, noon_ms + 12 * DAY_MS), 5, "a total of other roads is none");
	db_close(db);
	folder_remove(folder);
}
