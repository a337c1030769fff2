/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/passes.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "gis/db.h"
#include "gis/network.h"
#include "gis/work.h"
#include "server/json.h"
#include "server/plowd/accounts/sessions.h"

/* The columns of the passes' statement. */
enum { VEHICLE, VEHICLE_ID, FROM_M, TO_M, START, END, AT_WORK, WORK, SOURCE, INFERRED, CONFIDENCE, CONTRACTOR,
       TRACK };

struct pass {
	double from_m, to_m; /* within the link, from_m < to_m */
	bool is_backward;
	int64_t start_ms, end_ms;
};

struct statements {
	sqlite3_stmt *passes, *fixes, *corrections;
};

/* The link's part of a span; its times are reckoned by the way, as the span tells only its own. */
static struct pass clip(sqlite3_stmt *row, const struct link *link)
{
	double from_m = sqlite3_column_double(row, FROM_M), to_m = sqlite3_column_double(row, TO_M);
	int64_t start_ms = sqlite3_column_int64(row, START);
	double took_ms = (double)(sqlite3_column_int64(row, END) - start_ms),
	       length_m = to_m - from_m;
	struct pass pass = {
		.from_m = fmax(fmin(from_m, to_m), link->from_m),
		.to_m = fmin(fmax(from_m, to_m), link->from_m + link->length_m),
		.is_backward = from_m > to_m,
	};
	double entered_m = pass.is_backward ? pass.to_m : pass.from_m;
	double left_m = pass.is_backward ? pass.from_m : pass.to_m;

	pass.start_ms = start_ms + (int64_t)((entered_m - from_m) / length_m * took_ms);
	pass.end_ms = start_ms + (int64_t)((left_m - from_m) / length_m * took_ms);
	return pass;
}

static void show_time_at(struct json *json, sqlite3_stmt *row, int column)
{
	if (sqlite3_column_type(row, column) == SQLITE_NULL)
		json_null(json);
	else
		json_time(json, sqlite3_column_int64(row, column));
}

static void show_fixes(struct json *json, const struct statements *statements,
		       const struct pass *pass)
{
	sqlite3_stmt *fixes = statements->fixes;

	sqlite3_bind_int64(fixes, 1, sqlite3_column_int64(statements->passes, VEHICLE_ID));
	sqlite3_bind_int64(fixes, 2, pass->start_ms);
	sqlite3_bind_int64(fixes, 3, pass->end_ms);
	sqlite3_bind_int64(fixes, 4, sqlite3_column_int64(statements->passes, TRACK));
	sqlite3_step(fixes);
	json_key(json, "fixes"), json_integer(json, sqlite3_column_int64(fixes, 0));
	json_key(json, "first_fix"), show_time_at(json, fixes, 1);
	json_key(json, "last_fix"), show_time_at(json, fixes, 2);
	sqlite3_reset(fixes);
}

static bool is_corrected(sqlite3_stmt *corrections, int64_t road_id, const struct pass *pass)
{
	bool found;

	sqlite3_bind_int64(corrections, 1, road_id);
	sqlite3_bind_double(corrections, 2, pass->from_m);
	sqlite3_bind_double(corrections, 3, pass->to_m);
	sqlite3_bind_int64(corrections, 4, pass->start_ms);
	sqlite3_bind_int64(corrections, 5, pass->end_ms);
	found = sqlite3_step(corrections) == SQLITE_ROW;
	sqlite3_reset(corrections);
	return found;
}

static void show_pass(struct json *json, const struct statements *statements,
		      const struct passes_question *question)
{
	const struct link *link = network_link(question->net, question->link);
	sqlite3_stmt *row = statements->passes;
	struct pass pass = clip(row, link);
	const unsigned char *contractor = sqlite3_column_text(row, CONTRACTOR);
	bool is_shown = account_sees(question->caller->role, question->caller->contractor,
				     contractor ? (const char *)contractor : "");

	json_open(json, '{');
	json_key(json, "vehicle");
	json_text(json, is_shown ? (const char *)sqlite3_column_text(row, VEHICLE) : NULL);
	json_key(json, "direction"), json_text(json, pass.is_backward ? "backward" : "forward");
	json_key(json, "from_m"), json_real(json, pass.from_m, 2);
	json_key(json, "to_m"), json_real(json, pass.to_m, 2);
	json_key(json, "start"), json_time(json, pass.start_ms);
	json_key(json, "end"), json_time(json, pass.end_ms);
	json_key(json, "at_work"), json_bool(json, sqlite3_column_int(row, AT_WORK) != 0);
	json_key(json, "work"), json_text(json, (const char *)sqlite3_column_text(row, WORK));
	json_key(json, "work_source");
	json_text(json, work_source_name((enum work_source)sqlite3_column_int(row, SOURCE)));
	json_key(json, "inferred"), json_bool(json, sqlite3_column_int(row, INFERRED) != 0);
	json_key(json, "confidence"), json_real(json, sqlite3_column_double(row, CONFIDENCE), 3);
	show_fixes(json, statements, &pass);
	json_key(json, "corrected");
	json_bool(json, is_corrected(statements->corrections,
				     network_road(question->net, link->road)->id, &pass));
	json_close(json, '}');
}

static int prepare(struct db *db, struct statements *out)
{
	static const char passes[] =
		"SELECT tracks.vehicle, tracks.vehicle_id, span.from_m, span.to_m, span.start_ms, "
		"span.end_ms, "
		"span.at_work, span.work, span.source, span.inferred, span.confidence, "
		"vehicle.contractor, span.track_id FROM span JOIN tracks ON tracks.id = span.track_id "
		"LEFT JOIN vehicle ON vehicle.id = tracks.vehicle_id "
		"WHERE span.road_id = ?1 AND span.start_ms >= ?2 AND span.start_ms < ?3 "
		"AND max(span.from_m, span.to_m) > ?4 AND min(span.from_m, span.to_m) < ?5 "
		"ORDER BY span.start_ms DESC, span.track_id, span.seq DESC LIMIT ?6";
	static const char fixes[] =
		"SELECT count(*), min(time_ms), max(time_ms) FROM fix WHERE vehicle_id = ?1 "
		"AND time_ms BETWEEN ?2 AND ?3 AND trust > 0 AND flags & 1 AND NOT EXISTS (SELECT 1 "
		"FROM jump WHERE jump.track_id = ?4 AND jump.time_ms = fix.time_ms)";
	static const char corrections[] =
		"SELECT 1 FROM correction WHERE road_id = ?1 AND withdrawn_ms IS NULL "
		"AND to_m > ?2 AND from_m < ?3 AND to_ms >= ?4 AND from_ms <= ?5";

	out->passes = db_prepare(db, passes);
	out->fixes = db_prepare(db, fixes);
	out->corrections = db_prepare(db, corrections);
	return out->passes && out->fixes && out->corrections ? 0 : -EIO;
}

static int show_all(struct json *json, const struct statements *statements,
		    const struct passes_question *question)
{
	const struct link *link = network_link(question->net, question->link);
	sqlite3_stmt *row = statements->passes;
	int step;

	sqlite3_bind_int64(row, 1, network_road(question->net, link->road)->id);
	sqlite3_bind_int64(row, 2, question->from_ms);
	sqlite3_bind_int64(row, 3, question->to_ms);
	sqlite3_bind_double(row, 4, link->from_m);
	sqlite3_bind_double(row, 5, link->from_m + link->length_m);
	sqlite3_bind_int(row, 6, PASSES_MAX);
	json_open(json, '[');
	while ((step = sqlite3_step(row)) == SQLITE_ROW)
		show_pass(json, statements, question);
	json_close(json, ']');
	return db_error(step);
}

int passes_show(struct db *db, struct json *json, const struct passes_question *question)
{
	struct statements statements = {0};
	int error = prepare(db, &statements);

	if (!error)
		error = show_all(json, &statements, question);
	sqlite3_finalize(statements.passes);
	sqlite3_finalize(statements.fixes);
	sqlite3_finalize(statements.corrections);
	return error;
}
