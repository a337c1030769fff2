/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The coverage does not depend on the order in which fixes came: a small town in a real database, a
 * drive with duplicates and with other fixes of the same milliseconds, fed in a hundred orders.
 */
#include "server/recompute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gis/db.h"
#include "server/fixes.h"
#include "tests/support/folder.h"

#define ORDERS 100
#define SECONDS 400
#define ROWS (SECONDS * 3)
#define START_MS INT64_C(1800000000000)

struct place {
	char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16];
	struct db *db;
};

static struct place open_place(void)
{
	static const char town[] =
		"INSERT INTO vehicle (id, code, class, created_ms) VALUES (1, 'P01', 'any', 0);"
		"INSERT INTO roads (layer, source_id, length_m, geom) VALUES "
		"('r', '1', 0, GeomFromText('LINESTRING(140.40 38.60, 140.41 38.60)', 4326)),"
		"('r', '2', 0, GeomFromText('LINESTRING(140.41 38.60, 140.41 38.61)', 4326)),"
		"('r', '3', 0, GeomFromText('LINESTRING(140.41 38.60, 140.42 38.60)', 4326));";
	struct place place;

	folder_make(place.folder);
	snprintf(place.path, sizeof(place.path), "%s/town.db", place.folder);
	place.db = folder_db(place.folder);
	cr_assert_eq(db_run(place.db, town), 0, "%s", db_why(place.db));
	return place;
}

static void close_place(struct place *place)
{
	db_close(place->db);
	folder_remove(place->folder);
}

/* A generator of its own, so that a failing order can be had again. */
static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/*
 * East along road 1, north up road 2, back down it: 5 m a second.  Each fix comes three times: as it
 * is, from a source of less trust some metres aside, and as it is again.
 */
static void make_rows(struct fix_row *rows)
{
	for (int second = 0; second < SECONDS; second++) {
		double metres = second * 5.0;
		double east = metres < 870 ? metres : 870, north = metres < 870 ? 0 : metres - 870;
		struct fix_row row = {.vehicle_id = 1, .received_ms = START_MS, .trust = TRUST_SEALED, .fix = fix_none()};

		north = north > 600 ? 1200 - north : north;
		row.fix.time_ms = START_MS + second * 1000;
		row.fix.lon_e7 = 1404000000 + (int32_t)(east / 87.1 * 10000);
		row.fix.lat_e7 = 386000000 + (int32_t)(north / 111.0 * 10000);
		row.fix.flags = FIX_VALID;
		row.fix.work = second % 100 < 60 ? 'N' : 'M';
		row.fix.work_source = WORK_FROM_BUTTON;
		rows[second * 3] = rows[second * 3 + 2] = row;
		row.trust = second % 2 ? TRUST_LISTED : TRUST_PLAIN;
		row.fix.lat_e7 += 900;
		rows[second * 3 + 1] = row;
	}
}

static void shuffle(struct fix_row *rows, uint64_t seed)
{
	for (uint32_t i = ROWS - 1; i > 0; i--) {
		uint32_t j = next_random(&seed) % (i + 1);
		struct fix_row kept = rows[i];

		rows[i] = rows[j];
		rows[j] = kept;
	}
}

/* In batches of many sizes, as datagrams come. */
static void feed(struct place *place, const struct fix_row *rows, uint64_t seed)
{
	struct fix_writer *writer = fix_writer_new(place->db);
	size_t at = 0;

	while (at < ROWS) {
		size_t end = at + 1 + next_random(&seed) % 200;
		struct db_txn txn = db_txn_begin(place->db);

		for (; at < end && at < ROWS; at++)
			fix_put(writer, &txn, &rows[at]);
		cr_assert_eq(db_txn_end(&txn), 0, "%s", db_why(place->db));
	}
	fix_writer_free(writer);
}

static char *coverage_text(struct place *place)
{
	struct recomputed recomputed;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	cr_assert_eq(recompute(place->db, START_MS, START_MS + 3600000, &recomputed), 0, "%s", db_why(place->db));
	cr_assert_eq(recomputed_write_csv(&recomputed, to), 0);
	fclose(to);
	recomputed_free(&recomputed);
	return text;
}

Test(recompute, gives_the_same_bytes_for_a_hundred_orders)
{
	static struct fix_row rows[ROWS];
	struct place place = open_place();
	char *first = NULL;

	make_rows(rows);
	for (uint64_t order = 0; order < ORDERS; order++) {
		char *text;

		cr_assert_eq(db_run(place.db, "DELETE FROM fix; DELETE FROM fix_superseded"), 0);
		if (order > 0)
			shuffle(rows, order);
		feed(&place, rows, order);
		text = coverage_text(&place);
		if (!first) {
			first = text;
			cr_assert(strstr(first, "r,1,871"), "something was claimed: %s", first);
			cr_assert(strstr(first, "backward"), "%s", first);
			continue;
		}
		cr_assert_str_eq(text, first, "order %lu", (unsigned long)order);
		free(text);
	}
	free(first);
	close_place(&place);
}

Test(recompute, counts_only_what_lies_in_the_window)
{
	static struct fix_row rows[ROWS];
	struct place place = open_place();
	struct recomputed recomputed;
	double from_m, to_m;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	make_rows(rows);
	feed(&place, rows, 1);
	cr_assert_eq(recompute(place.db, START_MS + 10000, START_MS + 20000, &recomputed), 0);
	cr_assert_eq(recomputed_write_csv(&recomputed, to), 0);
	fclose(to);
	recomputed_free(&recomputed);
	cr_assert_not_null(strstr(text, ",forward,"), "%s", text);
	cr_assert_eq(sscanf(strstr(text, ",forward,"), ",forward,%lf,%lf", &from_m, &to_m), 2);
	/* Seconds 10 to 19 at 5 m/s; the matcher uses fixes some 15 m apart. */
	cr_expect(from_m >= 50 && from_m <= 65, "%s", text);
	cr_expect(to_m <= 95 && to_m >= 80, "%s", text);
	cr_expect_null(strstr(text, "backward"), "%s", text);
	cr_expect_null(strstr(text, "r,2,"), "%s", text);
	free(text);
	close_place(&place);
}
