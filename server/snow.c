/* SPDX-License-Identifier: Apache-2.0 */
#include "server/snow.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/utf8.h"
#include "gis/db.h"
#include "server/bind.h"

#define NO_AREA SIZE_MAX

struct depth {
	int64_t time_ms;
	double depth_cm;
};

struct series {
	char station[SNOW_STATION_BYTES];
	size_t area; /* whose station it is, or NO_AREA */
	struct depth *depths;
	size_t count, capacity;
};

struct snow_table {
	char (*areas)[SNOW_STATION_BYTES];
	bool *has_station;
	size_t area_count;
	struct series *series;
	size_t count, capacity;
};

const char *snow_fault(const struct snow_observation *observation)
{
	if (!observation->station[0] || !utf8_is_clean(observation->station))
		return "The station needs a name of 1 to 63 bytes.";
	if (!(observation->depth_cm >= 0 && observation->depth_cm <= SNOW_DEPTH_MAX_CM))
		return "The depth is centimetres from 0 to 2000.";
	if (observation->time_ms <= 0)
		return "The time is one as 2027-01-15T19:30:00Z.";
	return NULL;
}

void snow_add(struct db_txn *txn, struct snow_observation *observation)
{
	bind_step(txn,
		  "INSERT OR REPLACE INTO snow (station, time_ms, depth_cm, made_ms, made_by) VALUES (?, ?, ?, ?, ?)",
		  "tirit", observation->station, observation->time_ms, observation->depth_cm, observation->made_ms,
		  observation->made_by);
	observation->id = sqlite3_last_insert_rowid(db_handle(txn->db));
}

int snow_list(struct db *db, int64_t from_ms, int64_t to_ms, struct snow_observation *out,
	      size_t most)
{
	sqlite3_stmt *row = bind_query(db,
				       "SELECT id, station, time_ms, depth_cm, made_ms, made_by FROM snow "
				       "WHERE time_ms >= ? AND time_ms < ? ORDER BY time_ms DESC, station LIMIT ?",
				       "iii", from_ms, to_ms, (int64_t)most);
	int step, count = 0;

	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct snow_observation *observation = &out[count++];

		*observation = (struct snow_observation){.id = sqlite3_column_int64(row, 0),
							 .time_ms = sqlite3_column_int64(row, 2),
							 .depth_cm = sqlite3_column_double(row, 3),
							 .made_ms = sqlite3_column_int64(row, 4)};
		snprintf(observation->station, sizeof(observation->station), "%s",
			 (const char *)sqlite3_column_text(row, 1));
		snprintf(observation->made_by, sizeof(observation->made_by), "%s",
			 (const char *)sqlite3_column_text(row, 5));
	}
	sqlite3_finalize(row);
	return step == SQLITE_DONE ? count : db_error(step);
}

int snow_mark(struct db *db, int64_t *out)
{
	sqlite3_stmt *row = db_prepare(db, "SELECT coalesce(max(id), 0) FROM snow");
	int step;

	if (!row)
		return -EIO;
	step = sqlite3_step(row);
	*out = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return db_error(step);
}

struct snow_table *snow_table_new(const char *const *areas, size_t area_count)
{
	struct snow_table *table = x_calloc(1, sizeof(*table));

	table->areas = x_calloc(area_count, sizeof(*table->areas));
	table->has_station = x_calloc(area_count, sizeof(*table->has_station));
	table->area_count = area_count;
	for (size_t i = 0; i < area_count; i++)
		snprintf(table->areas[i], sizeof(table->areas[i]), "%s", areas[i]);
	return table;
}

void snow_table_free(struct snow_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		free(table->series[i].depths);
	free(table->series);
	free(table->areas);
	free(table->has_station);
	free(table);
}

static struct series *find_series(struct snow_table *table, const char *station)
{
	struct series *series;

	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->series[i].station, station) == 0)
			return &table->series[i];
	}
	table->series =
		x_grow(table->series, table->count, &table->capacity, sizeof(*table->series));
	series = &table->series[table->count++];
	*series = (struct series){.area = NO_AREA};
	snprintf(series->station, sizeof(series->station), "%s", station);
	for (size_t i = 0; i < table->area_count && series->area == NO_AREA; i++) {
		if (strcmp(table->areas[i], series->station) != 0)
			continue;
		series->area = i;
		table->has_station[i] = true;
	}
	return series;
}

void snow_table_put(struct snow_table *table, const char *station, int64_t time_ms, double depth_cm)
{
	struct series *series = find_series(table, station);
	size_t at = series->count;

	series->depths =
		x_grow(series->depths, series->count, &series->capacity, sizeof(*series->depths));
	for (; at > 0 && series->depths[at - 1].time_ms > time_ms; at--)
		series->depths[at] = series->depths[at - 1];
	series->depths[at] = (struct depth){time_ms, depth_cm};
	series->count++;
}

int snow_table_load(struct snow_table *table, struct db *db, int64_t from_ms)
{
	sqlite3_stmt *row = bind_query(
		db, "SELECT station, time_ms, depth_cm FROM snow WHERE time_ms >= ? ORDER BY time_ms", "i", from_ms);
	int step;

	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		snow_table_put(table, (const char *)sqlite3_column_text(row, 0),
			       sqlite3_column_int64(row, 1), sqlite3_column_double(row, 2));
	sqlite3_finalize(row);
	return db_error(step);
}

/*
 * The rise after an observation is from it, or a later one, to the highest of those that follow. It
 * only grows towards the past, so the walk from the end stops where it reaches the trigger.
 */
static int64_t fresh_since(const struct series *series, double trigger_cm)
{
	double highest_cm = -HUGE_VAL;

	for (size_t i = series->count; i > 0; i--) {
		double depth_cm = series->depths[i - 1].depth_cm;

		highest_cm = fmax(highest_cm, depth_cm);
		if (highest_cm - depth_cm >= trigger_cm)
			return series->depths[i].time_ms;
	}
	return INT64_MIN;
}

int64_t snow_fresh_since(const struct snow_table *table, size_t area, double trigger_cm)
{
	size_t wanted = area < table->area_count && table->has_station[area] ? area : NO_AREA;
	int64_t since_ms = INT64_MIN;

	if (trigger_cm <= 0)
		return INT64_MIN;
	for (size_t i = 0; i < table->count; i++) {
		int64_t own_ms = table->series[i].area == wanted
					 ? fresh_since(&table->series[i], trigger_cm)
					 : INT64_MIN;

		since_ms = own_ms > since_ms ? own_ms : since_ms;
	}
	return since_ms;
}

/* Likewise, of one station. */
static bool risen(const struct series *series, int64_t since_ms, double *out_cm)
{
	double lowest_cm = HUGE_VAL;
	bool is_told = false;

	*out_cm = 0;
	for (size_t i = 0; i < series->count; i++) {
		const struct depth *depth = &series->depths[i];

		if (depth->time_ms <= since_ms) {
			lowest_cm = depth->depth_cm;
			continue;
		}
		lowest_cm = fmin(lowest_cm, depth->depth_cm);
		*out_cm = fmax(*out_cm, depth->depth_cm - lowest_cm);
		is_told = true;
	}
	return is_told;
}

int snow_risen(const struct snow_table *table, size_t area, int64_t since_ms, double *out_cm)
{
	size_t wanted = area < table->area_count && table->has_station[area] ? area : NO_AREA;
	int status = -ENOENT;

	*out_cm = 0;
	for (size_t i = 0; i < table->count; i++) {
		double own_cm;

		if (table->series[i].area != wanted || !risen(&table->series[i], since_ms, &own_cm))
			continue;
		*out_cm = fmax(*out_cm, own_cm);
		status = 0;
	}
	return status;
}
