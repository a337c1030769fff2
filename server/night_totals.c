/* SPDX-License-Identifier: Apache-2.0 */
#include "server/night_totals.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/bytes.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/bind.h"
#include "server/day.h"
#include "server/link_counts.h"
#include "server/vehicles.h"

#define HOUR_MS INT64_C(3600000)
#define WORDS 5 /* of a row before its vehicles: link, direction, passes with how many vehicles, first, last */

/* The night a time lies in.  Half a day beyond its start plus a whole one is the next, whatever summer time does. */
static struct night night_of(const struct day_rule *rule, int64_t time_ms)
{
	char name[DAY_NAME_BYTES];
	struct night night;

	day_of(rule, time_ms, name, &night.from_ms);
	day_of(rule, night.from_ms + 36 * HOUR_MS, name, &night.to_ms);
	return night;
}

/* One number, or `none` where there is none; the text takes what parameters it needs.  Returns 0 or negative errno. */
static int ask(struct db *db, const char *sql, int64_t first, int64_t second, int64_t none, int64_t *out)
{
	sqlite3_stmt *row = db_prepare(db, sql);
	int step;

	if (!row)
		return -EIO;
	sqlite3_bind_int64(row, 1, first);
	sqlite3_bind_int64(row, 2, second);
	step = sqlite3_step(row);
	*out = step == SQLITE_ROW && sqlite3_column_type(row, 0) != SQLITE_NULL
		       ? sqlite3_column_int64(row, 0)
		       : none;
	sqlite3_finalize(row);
	return db_error(step);
}

int night_without_total(struct db *db, const struct day_rule *rule, int64_t network_revision,
			int64_t from_ms, int64_t until_ms, struct night *out)
{
	int64_t start_ms, has_total;
	/* A trip that began on the eve may still be under way. */
	int error = ask(db, "SELECT min(start_ms) FROM tracks WHERE start_ms >= ?1",
			from_ms - 24 * HOUR_MS, 0, INT64_MAX, &start_ms);

	while (!error && start_ms < until_ms) {
		*out = night_of(rule, start_ms > from_ms ? start_ms : from_ms);
		if (out->to_ms > until_ms)
			return 0;
		error = ask(db, "SELECT count(*) FROM night_total WHERE from_ms = ?1 AND network_revision = ?2",
			    out->from_ms, network_revision, 0, &has_total);
		if (error || !has_total)
			return error ? error : 1;
		from_ms = out->to_ms;
		error = ask(db, "SELECT min(start_ms) FROM tracks WHERE start_ms >= ?1",
			    from_ms - 24 * HOUR_MS, 0, INT64_MAX, &start_ms);
	}
	return error;
}

int nights_without_total(struct db *db, const struct day_rule *rule, int64_t network_revision,
			 int64_t until_ms, size_t *out)
{
	struct night night = {.to_ms = 0};
	int found;

	*out = 0;
	while ((found = night_without_total(db, rule, network_revision, night.to_ms, until_ms, &night)) > 0)
		(*out)++;
	return found;
}

static void put_word(struct bytes *out, int64_t value)
{
	uint64_t word = htole64((uint64_t)value);

	bytes_put(out, &word, sizeof(word));
}

static void write_row(struct bytes *out, int64_t link_id, bool is_backward, const struct link_count *count,
		      const struct vehicle *vehicles, size_t vehicle_count)
{
	int64_t came = 0;

	for (size_t i = 0; i < vehicle_count; i++)
		came += link_count_has(count, i);
	put_word(out, link_id);
	put_word(out, is_backward);
	put_word(out, (int64_t)count->passes << 32 | came);
	put_word(out, count->first_ms);
	put_word(out, count->last_ms);
	for (size_t i = 0; i < vehicle_count; i++) {
		if (link_count_has(count, i))
			put_word(out, vehicles[i].id);
	}
}

static void write_rows(struct bytes *out, const struct network *net, const struct link_counts *counts)
{
	size_t vehicle_count;
	const struct vehicle *vehicles = link_counts_vehicles(counts, &vehicle_count);

	for (uint32_t link = 0; link < network_links(net); link++) {
		for (int backward = 0; backward < 2; backward++) {
			const struct link_count *count = link_counts_at(counts, link, backward == 1);

			if (count->passes > 0)
				write_row(out, network_link_id(net, link), backward == 1, count, vehicles,
					  vehicle_count);
		}
	}
}

int night_total_count(struct db *db, const struct network *net, int64_t network_revision,
		      const struct night *night, struct night_total *out)
{
	size_t links = network_links(net);
	uint32_t *all = x_malloc((links + 1) * sizeof(*all));
	struct link_counts *counts = NULL;
	struct bytes bytes = {0};
	int error;

	for (uint32_t i = 0; i < links; i++)
		all[i] = i;
	*out = (struct night_total){.night = *night, .network_revision = network_revision};
	error = ask(db, "SELECT number FROM night_change", 0, 0, 0, &out->change);
	if (!error) {
		counts = link_counts_new(db, net, all, links);
		error = counts ? link_counts_add_spans(counts, night->from_ms, night->to_ms) : -EIO;
	}
	if (!error)
		write_rows(&bytes, net, counts);
	link_counts_free(counts);
	free(all);
	out->counts = bytes.data;
	out->size = bytes.size;
	return error;
}

void night_total_put(struct db_txn *txn, const struct night_total *total)
{
	bind_step(txn,
		  "INSERT OR REPLACE INTO night_total (from_ms, to_ms, network_revision, counts) "
		  "SELECT ?1, ?2, ?3, ?4 FROM night_change WHERE number = ?5",
		  "iiibi", total->night.from_ms, total->night.to_ms, total->network_revision,
		  total->counts ? (const void *)total->counts : "", (int)total->size, total->change);
}

/* The words of a row; false when the block ends before. */
static bool take_words(const uint8_t **at, size_t *left, int64_t *out, size_t words)
{
	if (*left / sizeof(*out) < words)
		return false;
	memcpy(out, *at, words * sizeof(*out));
	for (size_t i = 0; i < words; i++)
		out[i] = (int64_t)le64toh((uint64_t)out[i]);
	*at += words * sizeof(*out);
	*left -= words * sizeof(*out);
	return true;
}

/* Returns 0, or -EBADMSG for a block that nobody here wrote. */
static int read_rows(struct link_counts *counts, const uint8_t *at, size_t left)
{
	int64_t words[WORDS], *ids;
	size_t known;
	int error = 0;

	link_counts_vehicles(counts, &known);
	ids = x_calloc(known + 1, sizeof(*ids));
	while (left > 0 && !error) {
		struct link_count sum;
		size_t came;

		if (!take_words(&at, &left, words, WORDS)) {
			error = -EBADMSG;
			break;
		}
		sum = (struct link_count){.passes = (uint32_t)(words[2] >> 32), .first_ms = words[3], .last_ms = words[4]};
		came = (size_t)(words[2] & UINT32_MAX);
		if (came > known || !take_words(&at, &left, ids, came))
			error = -EBADMSG;
		else
			link_counts_add(counts, words[0], words[1] != 0, &sum, ids, came);
	}
	free(ids);
	return error;
}

static int add_between(struct link_counts *counts, int64_t from_ms, int64_t to_ms)
{
	return from_ms < to_ms ? link_counts_add_spans(counts, from_ms, to_ms) : 0;
}

int night_totals_add(struct db *db, struct link_counts *counts, int64_t network_revision,
		     int64_t from_ms, int64_t to_ms)
{
	sqlite3_stmt *row = bind_query(db,
				       "SELECT from_ms, to_ms, counts FROM night_total WHERE from_ms >= ?1 "
				       "AND to_ms <= ?2 AND network_revision = ?3 ORDER BY from_ms",
				       "iii", from_ms, to_ms, network_revision);
	int step = SQLITE_ROW, error = row ? 0 : -EIO;

	while (!error && (step = sqlite3_step(row)) == SQLITE_ROW) {
		error = add_between(counts, from_ms, sqlite3_column_int64(row, 0));
		if (!error)
			error = read_rows(counts, sqlite3_column_blob(row, 2),
					  (size_t)sqlite3_column_bytes(row, 2));
		if (error == -EBADMSG)
			db_explain(db, error, "the total of a night is damaged; plowctl verify says more");
		from_ms = sqlite3_column_int64(row, 1);
	}
	sqlite3_finalize(row);
	if (!error)
		error = db_error(step);
	return error ? error : add_between(counts, from_ms, to_ms);
}
