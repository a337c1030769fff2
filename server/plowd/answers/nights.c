/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/nights.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/fixes.h"
#include "server/json.h"
#include "server/plowd/accounts/sessions.h"

size_t night_vehicles(const struct caller *caller, struct vehicle *vehicles, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (account_sees(caller->role, caller->contractor, vehicles[i].contractor))
			vehicles[kept++] = vehicles[i];
	}
	return kept;
}

struct list {
	const struct nights_question *question;
	struct day_rule rule;
	struct vehicle *vehicles;
	size_t vehicle_count;
	int64_t *newest_ms; /* of each vehicle, before the days that were written; INT64_MIN: none */
	struct fix_reader *reader;
	sqlite3_stmt *metres;
};

/* One operational day that has fixes. */
struct day {
	char name[DAY_NAME_BYTES];
	int64_t start_ms, first_ms, last_ms;
	size_t vehicles;
	double driven_m, worked_m;
};

/* Takes the day of the newest fix that is left out of the vehicles' times; false: none is left. */
static bool take_day(struct list *list, struct day *out)
{
	int64_t newest_ms = INT64_MIN;

	for (size_t i = 0; i < list->vehicle_count; i++)
		newest_ms = list->newest_ms[i] > newest_ms ? list->newest_ms[i] : newest_ms;
	if (newest_ms == INT64_MIN)
		return false;
	*out = (struct day){.first_ms = INT64_MAX, .last_ms = newest_ms};
	day_of(&list->rule, newest_ms, out->name, &out->start_ms);
	for (size_t i = 0; i < list->vehicle_count; i++) {
		int64_t id = list->vehicles[i].id, first_ms;

		if (list->newest_ms[i] < out->start_ms)
			continue;
		first_ms = fix_next(list->reader, id, out->start_ms - 1);
		out->first_ms = first_ms < out->first_ms ? first_ms : out->first_ms;
		out->vehicles++;
		list->newest_ms[i] = fix_previous(list->reader, id, out->start_ms);
	}
	return true;
}

static bool is_listed(const struct list *list, int64_t vehicle_id)
{
	for (size_t i = 0; i < list->vehicle_count; i++) {
		if (list->vehicles[i].id == vehicle_id)
			return true;
	}
	return false;
}

static int add_metres(const struct list *list, struct day *day)
{
	int step;

	sqlite3_bind_text(list->metres, 1, day->name, -1, SQLITE_STATIC);
	while ((step = sqlite3_step(list->metres)) == SQLITE_ROW) {
		if (!is_listed(list, sqlite3_column_int64(list->metres, 0)))
			continue;
		day->driven_m += sqlite3_column_double(list->metres, 1);
		day->worked_m += sqlite3_column_double(list->metres, 2);
	}
	sqlite3_reset(list->metres);
	return db_error(step);
}

static void show_day(struct json *json, const struct day *day)
{
	json_open(json, '{');
	json_key(json, "day"), json_text(json, day->name);
	json_key(json, "from"), json_time(json, day->first_ms);
	json_key(json, "to"), json_time(json, day->last_ms);
	json_key(json, "vehicles"), json_integer(json, (int64_t)day->vehicles);
	json_key(json, "driven_m"), json_real(json, day->driven_m, 1);
	json_key(json, "worked_m"), json_real(json, day->worked_m, 1);
	json_close(json, '}');
}

static int prepare(struct list *list, struct db *db)
{
	int error = day_rule_load(db, &list->rule);

	if (!error)
		error = vehicle_list(db, &list->vehicles, &list->vehicle_count);
	if (error)
		return error;
	list->vehicle_count =
		night_vehicles(list->question->caller, list->vehicles, list->vehicle_count);
	list->reader = fix_reader_new(db);
	list->metres = db_prepare(db, "SELECT vehicle_id, sum(driven_m), sum(worked_m) FROM tracks "
				      "WHERE day = ? GROUP BY vehicle_id");
	if (!list->reader || !list->metres)
		return -EIO;
	list->newest_ms = x_calloc(list->vehicle_count + 1, sizeof(*list->newest_ms));
	for (size_t i = 0; i < list->vehicle_count; i++)
		list->newest_ms[i] = fix_previous(list->reader, list->vehicles[i].id,
						  list->question->before_ms);
	return 0;
}

int nights_show(struct db *db, struct json *json, const struct nights_question *question)
{
	struct list list = {.question = question};
	struct day day;
	int error = prepare(&list, db);

	json_open(json, '[');
	for (size_t i = 0; i < question->limit && !error && take_day(&list, &day); i++) {
		error = add_metres(&list, &day);
		if (!error)
			show_day(json, &day);
	}
	json_close(json, ']');
	sqlite3_finalize(list.metres);
	fix_reader_free(list.reader);
	free(list.vehicles);
	free(list.newest_ms);
	return error;
}
