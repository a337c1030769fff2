/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/road_night.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/json.h"
#include "server/plowd/answers/road_line.h"
#include "server/plowd/accounts/sessions.h"
#include "server/vehicles.h"

struct stretch_driven {
	char vehicle[VEHICLE_CODE_BYTES];
	int64_t start_ms, end_ms;
	double from_m, to_m; /* along the line */
	bool at_work, inferred;
	char work;
};

struct drives {
	struct stretch_driven *list;
	size_t count, capacity;
	bool is_cut;
};

/* The columns of the statement. */
enum { VEHICLE, START, END, FROM_M, TO_M, AT_WORK, WORK, INFERRED, CONTRACTOR };

static struct stretch_driven read_row(sqlite3_stmt *row, const struct network *net,
				      const struct road_piece *piece)
{
	const unsigned char *work = sqlite3_column_text(row, WORK);
	const char *code = (const char *)sqlite3_column_text(row, VEHICLE);
	struct stretch_driven drive = {
		.start_ms = sqlite3_column_int64(row, START),
		.end_ms = sqlite3_column_int64(row, END),
		.from_m = road_line_at(net, piece, sqlite3_column_double(row, FROM_M)),
		.to_m = road_line_at(net, piece, sqlite3_column_double(row, TO_M)),
		.at_work = sqlite3_column_int(row, AT_WORK) != 0,
		.inferred = sqlite3_column_int(row, INFERRED) != 0,
		.work = work && work[0] ? (char)work[0] : 'U',
	};

	strncat(drive.vehicle, code ? code : "", sizeof(drive.vehicle) - 1);
	return drive;
}

static bool is_seen(const struct caller *caller, sqlite3_stmt *row)
{
	const unsigned char *contractor = sqlite3_column_text(row, CONTRACTOR);

	return account_sees(caller->role, caller->contractor,
			    contractor ? (const char *)contractor : "");
}

static int read_piece(sqlite3_stmt *row, const struct road_night_question *question,
		      const struct road_piece *piece, struct drives *drives)
{
	const struct network *net = question->net;
	int step = SQLITE_ROW;

	sqlite3_bind_int64(row, 1, network_road(net, piece->road)->id);
	while (!drives->is_cut && (step = sqlite3_step(row)) == SQLITE_ROW) {
		if (!is_seen(question->caller, row))
			continue;
		drives->is_cut = drives->count == ROAD_NIGHT_MOST;
		if (drives->is_cut)
			break;
		drives->list = x_grow(drives->list, drives->count, &drives->capacity,
				      sizeof(*drives->list));
		drives->list[drives->count++] = read_row(row, net, piece);
	}
	sqlite3_reset(row);
	return db_error(step);
}

static int read_all(struct db *db, const struct road_night_question *question,
		    const struct road_line *line, struct drives *drives)
{
	sqlite3_stmt *row = db_prepare(
		db, "SELECT tracks.vehicle, span.start_ms, span.end_ms, from_m, to_m, at_work, work, "
		    "inferred, vehicle.contractor FROM span JOIN tracks ON tracks.id = span.track_id "
		    "JOIN vehicle ON vehicle.id = tracks.vehicle_id WHERE road_id = ?1 "
		    "AND span.start_ms >= ?2 AND span.start_ms < ?3 ORDER BY span.start_ms");
	int error = row ? 0 : -EIO;

	if (row) {
		sqlite3_bind_int64(row, 2, question->from_ms);
		sqlite3_bind_int64(row, 3, question->to_ms);
	}
	for (size_t i = 0; i < line->count && !error; i++)
		error = read_piece(row, question, &line->pieces[i], drives);
	sqlite3_finalize(row);
	return error;
}

/* By vehicle, then by time: so that a vehicle's way is one run of neighbours. */
static int compare_drives(const void *a, const void *b)
{
	const struct stretch_driven *left = a, *right = b;
	int order = strcmp(left->vehicle, right->vehicle);

	if (order)
		return order;
	return left->start_ms < right->start_ms ? -1 : left->start_ms > right->start_ms;
}

static void show_drive(struct json *json, const struct stretch_driven *drive)
{
	const char work[] = {drive->work, '\0'};

	json_open(json, '{');
	json_key(json, "vehicle"), json_text(json, drive->vehicle);
	json_key(json, "start"), json_time(json, drive->start_ms);
	json_key(json, "end"), json_time(json, drive->end_ms);
	json_key(json, "from_m"), json_real(json, drive->from_m, 1);
	json_key(json, "to_m"), json_real(json, drive->to_m, 1);
	json_key(json, "at_work"), json_bool(json, drive->at_work);
	json_key(json, "work"), json_text(json, work);
	json_key(json, "inferred"), json_bool(json, drive->inferred);
	json_close(json, '}');
}

static void show_all(struct json *json, const struct road_night_question *question,
		     const struct road_line *line, const struct drives *drives)
{
	const struct road *road = network_road(question->net, question->road);

	json_open(json, '{');
	json_key(json, "road"), json_integer(json, road->id);
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "from"), json_time(json, question->from_ms);
	json_key(json, "to"), json_time(json, question->to_ms);
	json_key(json, "length_m"), json_real(json, line->length_m, 1);
	json_key(json, "pieces"), json_integer(json, (int64_t)line->count);
	json_key(json, "cut"), json_bool(json, drives->is_cut);
	json_key(json, "drive"), json_open(json, '[');
	for (size_t i = 0; i < drives->count; i++)
		show_drive(json, &drives->list[i]);
	json_close(json, ']');
	json_close(json, '}');
}

int road_night_show(struct db *db, struct json *json, const struct road_night_question *question)
{
	struct road_line line;
	struct drives drives = {0};
	int error;

	road_line_make(question->net, question->road, &line);
	error = read_all(db, question, &line, &drives);
	if (!error) {
		if (drives.count > 0)
			qsort(drives.list, drives.count, sizeof(*drives.list), compare_drives);
		show_all(json, question, &line, &drives);
	}
	road_line_free(&line);
	free(drives.list);
	return error;
}
