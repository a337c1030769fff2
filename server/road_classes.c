/* SPDX-License-Identifier: Apache-2.0 */
#include "server/road_classes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/utf8.h"
#include "server/bind.h"
#include "server/masters.h"

#define PRIORITY_MAX 99
#define PASSES_MAX 9
#define WIDTH_MAX_M 30
#define STRETCH_MAX_M 500
#define TRIGGER_MAX_CM 200

/* A column of the class's own row, else of the row "", else what every database begins with. */
#define OWN_OR(column, usual) "coalesce(own." column ", usual." column ", " usual ")"
#define RULES(codes)                                                                                                     \
	"WITH used AS (SELECT class, count(*) AS roads, sum(length_m) AS length_m FROM roads "                           \
	"WHERE admin = 'town' GROUP BY class) "                                                                          \
	"SELECT c.code, coalesce(own.name, c.code), coalesce(own.version, 0), " OWN_OR("priority", "9") ", "             \
	OWN_OR("required_share", "0.9") ", " OWN_OR("required_passes", "1") ", " OWN_OR("both_directions", "0") ", "     \
	OWN_OR("required_width_m", "0") ", " OWN_OR("gap_m", "30") ", " OWN_OR("trim_m", "15") ", "                      \
	OWN_OR("trigger_cm", "10") ", " OWN_OR("finish_by", "'07:30'") ", "                                              \
	"coalesce(used.roads, 0), coalesce(used.length_m, 0) FROM (" codes ") AS c "                                     \
	"LEFT JOIN road_class AS own ON own.code = c.code LEFT JOIN road_class AS usual ON usual.code = '' "             \
	"LEFT JOIN used ON used.class = c.code "

static const char kind[] = "class";

int road_class_minute(const char *finish_by)
{
	unsigned hour, minute;
	char rest;

	if (strlen(finish_by) != 5 || strspn(finish_by, "0123456789:") != 5 || finish_by[2] != ':' ||
	    sscanf(finish_by, "%2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 23 || minute > 59)
		return -1;
	return (int)(hour * 60 + minute);
}

static bool is_within(double value, double least, double most)
{
	return value >= least && value <= most; /* not a number is in no range */
}

const char *road_class_fault(const struct road_class *it)
{
	const struct {
		bool is_good;
		const char *why;
	} rules[] = {
		{utf8_is_clean(it->code), "The code of the class is a text of at most 31 bytes."},
		{it->name[0] && utf8_is_clean(it->name), "The class needs a name of 1 to 63 bytes."},
		{is_within((double)it->priority, 1, PRIORITY_MAX), "The priority is a whole number from 1 to 99."},
		{is_within(it->required_share, 0.01, 1), "The required_share is a number from 0.01 to 1."},
		{is_within((double)it->required_passes, 1, PASSES_MAX),
		 "The required_passes are a whole number from 1 to 9."},
		{is_within(it->required_width_m, 0, WIDTH_MAX_M), "The required_width_m is a number from 0 to 30."},
		{is_within(it->gap_m, 0, STRETCH_MAX_M), "The gap_m is a number from 0 to 500."},
		{is_within(it->trim_m, 0, STRETCH_MAX_M), "The trim_m is a number from 0 to 500."},
		{is_within(it->trigger_cm, 0, TRIGGER_MAX_CM), "The trigger_cm is a number from 0 to 200."},
		{road_class_minute(it->finish_by) >= 0, "The finish_by is a time of the day as 07:30."},
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!rules[i].is_good)
			return rules[i].why;
	}
	return NULL;
}

/* Whether the row may be changed. */
static void expect(struct db_txn *txn, const struct road_class *road_class)
{
	int64_t known = 0;

	if (txn->error)
		return;
	txn->error = bind_number(txn->db, &known, "SELECT version FROM road_class WHERE code = ?1", "t",
				 road_class->code);
	if (!txn->error && known != road_class->version)
		txn->error = -ESTALE;
}

void road_class_put(struct db_txn *txn, const struct road_class *it, const struct master_by *by)
{
	if (it->version)
		expect(txn, it);
	bind_step(txn,
		  it->version ? "UPDATE road_class SET name = ?2, priority = ?3, required_share = ?4, "
				"required_passes = ?5, both_directions = ?6, required_width_m = ?7, gap_m = ?8, "
				"trim_m = ?9, trigger_cm = ?10, finish_by = ?11, version = version + 1 WHERE code = ?1"
			      : "INSERT INTO road_class (code, name, priority, required_share, required_passes, "
				"both_directions, required_width_m, gap_m, trim_m, trigger_cm, finish_by) "
				"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
		  "ttiriirrrrt", it->code, it->name, it->priority, it->required_share, it->required_passes,
		  (int64_t)it->both_directions, it->required_width_m, it->gap_m, it->trim_m, it->trigger_cm,
		  it->finish_by);
	master_record(txn, by, kind, it->code, it->version ? "change" : "add");
}

void road_class_remove(struct db_txn *txn, const struct road_class *road_class, const struct master_by *by)
{
	if (!txn->error && !road_class->code[0])
		txn->error = -EPERM;
	expect(txn, road_class);
	bind_step(txn, "DELETE FROM road_class WHERE code = ?1", "t", road_class->code);
	master_record(txn, by, kind, road_class->code, "remove");
}

static void read_row(sqlite3_stmt *row, struct road_class *out)
{
	*out = (struct road_class){
		.version = sqlite3_column_int64(row, 2),
		.priority = sqlite3_column_int64(row, 3),
		.required_share = sqlite3_column_double(row, 4),
		.required_passes = sqlite3_column_int64(row, 5),
		.both_directions = sqlite3_column_int(row, 6) != 0,
		.required_width_m = sqlite3_column_double(row, 7),
		.gap_m = sqlite3_column_double(row, 8),
		.trim_m = sqlite3_column_double(row, 9),
		.trigger_cm = sqlite3_column_double(row, 10),
		.roads = sqlite3_column_int64(row, 12),
		.length_m = sqlite3_column_double(row, 13),
	};
	bind_copy(row, 0, out->code, sizeof(out->code));
	bind_copy(row, 1, out->name, sizeof(out->name));
	bind_copy(row, 11, out->finish_by, sizeof(out->finish_by));
}

int road_class_find(struct db *db, const char *code, struct road_class *out)
{
	sqlite3_stmt *row = bind_query(db, RULES("SELECT ?1 AS code"), "t", code);
	int step;

	if (!row)
		return -EIO;
	step = sqlite3_step(row);
	if (step == SQLITE_ROW)
		read_row(row, out);
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : db_error(step);
}

int road_class_list(struct db *db, struct road_class **out, size_t *out_count)
{
	sqlite3_stmt *row = bind_query(
		db, RULES("SELECT code FROM road_class UNION SELECT class FROM used UNION SELECT ''") "ORDER BY 4, c.code", "");
	size_t capacity = 0;
	int step;

	*out = NULL;
	*out_count = 0;
	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		*out = x_grow(*out, *out_count, &capacity, sizeof(**out));
		read_row(row, *out + (*out_count)++);
	}
	sqlite3_finalize(row);
	return db_error(step);
}
