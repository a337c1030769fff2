/* SPDX-License-Identifier: Apache-2.0 */
#include "server/closures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "server/bind.h"
#include "server/json.h"
#include "server/masters.h"

static const char kind[] = "closure";

const char *closure_language_name(enum closure_language language)
{
	static const char *const names[] = {"ja", "ja-easy", "en"};

	return names[language];
}

void closure_free(struct closure *closure)
{
	free(closure->stretches.stretches);
	free(closure->geojson);
	shape_free(&closure->shape);
}

void closure_add(struct db_txn *txn, struct closure *closure, const struct master_by *by)
{
	int size = 0;
	void *blob = shape_blob(&closure->shape, false, &size);
	int64_t count = 0;

	if (!txn->error)
		txn->error = bind_number(txn->db, &count,
					 "SELECT count(*) FROM closures WHERE withdrawn_ms IS NULL AND end_ms > ?1",
					 "i", by->time_ms);
	if (!txn->error && count >= CLOSURES_MAX)
		txn->error = -EMFILE;
	bind_step(txn,
		  "INSERT INTO closures (text_ja, text_ja_easy, text_en, from_ms, end_ms, made_by, made_ms, geom) "
		  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		  "tttiitib", closure->text[CLOSURE_JA], closure->text[CLOSURE_JA_EASY], closure->text[CLOSURE_EN],
		  closure->from_ms, closure->end_ms, by->name, by->time_ms, blob, size);
	if (!txn->error)
		closure->id = sqlite3_last_insert_rowid(db_handle(txn->db));
	stretches_store(txn, kind, closure->id, &closure->stretches);
	master_record(txn, by, kind, closure->text[CLOSURE_JA], "add");
	free(blob);
}

/* That it is there, as it was seen, and was not withdrawn; and what it says. */
static void expect_open(struct db_txn *txn, const struct closure *closure, char *out_text, size_t size)
{
	sqlite3_stmt *row;
	int step = SQLITE_DONE;

	if (txn->error)
		return;
	row = bind_query(txn->db, "SELECT withdrawn_ms IS NOT NULL, text_ja FROM closures WHERE id = ?1", "i",
			 closure->id);
	if (row)
		step = sqlite3_step(row);
	if (step == SQLITE_ROW && sqlite3_column_int(row, 0))
		txn->error = -EPERM;
	if (step == SQLITE_ROW)
		bind_copy(row, 1, out_text, size);
	sqlite3_finalize(row);
	master_expect(txn, "closures", closure->id, closure->version);
}

void closure_change(struct db_txn *txn, const struct closure *closure, const struct master_by *by)
{
	int size = 0;
	void *blob = shape_blob(&closure->shape, false, &size);
	char before[sizeof(closure->text[0])] = "";

	expect_open(txn, closure, before, sizeof(before));
	bind_step(txn,
		  "UPDATE closures SET text_ja = ?2, text_ja_easy = ?3, text_en = ?4, from_ms = ?5, end_ms = ?6, "
		  "changed_by = ?7, changed_ms = ?8, geom = ?9, version = version + 1 WHERE id = ?1",
		  "itttiitib", closure->id, closure->text[CLOSURE_JA], closure->text[CLOSURE_JA_EASY],
		  closure->text[CLOSURE_EN], closure->from_ms, closure->end_ms, by->name, by->time_ms, blob, size);
	stretches_store(txn, kind, closure->id, &closure->stretches);
	master_record(txn, by, kind, closure->text[CLOSURE_JA], "change");
	free(blob);
}

void closure_withdraw(struct db_txn *txn, const struct closure *closure, const struct master_by *by)
{
	char text[sizeof(closure->text[0])] = "";

	expect_open(txn, closure, text, sizeof(text));
	bind_step(txn,
		  "UPDATE closures SET withdrawn_by = ?2, withdrawn_ms = ?3, version = version + 1 WHERE id = ?1",
		  "iti", closure->id, by->name, by->time_ms);
	master_record(txn, by, kind, text, "withdraw");
}

static void read_row(sqlite3_stmt *row, struct closure *out)
{
	const unsigned char *geojson = sqlite3_column_text(row, 13);

	*out = (struct closure){.id = sqlite3_column_int64(row, 0),
				.version = sqlite3_column_int64(row, 1),
				.from_ms = sqlite3_column_int64(row, 5),
				.end_ms = sqlite3_column_int64(row, 6),
				.made_ms = sqlite3_column_int64(row, 8),
				.changed_ms = sqlite3_column_int64(row, 10),
				.withdrawn_ms = sqlite3_column_int64(row, 12),
				.geojson = x_strdup(geojson ? (const char *)geojson : "null")};
	for (int i = 0; i < CLOSURE_LANGUAGES; i++)
		bind_copy(row, 2 + i, out->text[i], sizeof(out->text[i]));
	bind_copy(row, 7, out->made_by, sizeof(out->made_by));
	bind_copy(row, 9, out->changed_by, sizeof(out->changed_by));
	bind_copy(row, 11, out->withdrawn_by, sizeof(out->withdrawn_by));
}

static sqlite3_stmt *ask(struct db *db, const struct closure_question *question)
{
	static const char columns[] =
		"SELECT id, version, text_ja, text_ja_easy, text_en, from_ms, end_ms, made_by, made_ms, "
		"changed_by, changed_ms, withdrawn_by, withdrawn_ms, AsGeoJSON(geom, 7) FROM closures WHERE ";
	const char *which = question->only_id	? "id = ?1 ORDER BY id DESC LIMIT ?2" :
			    question->before_id ? "id < ?1 ORDER BY id DESC LIMIT ?2" :
						  "end_ms > ?1 AND withdrawn_ms IS NULL ORDER BY id DESC LIMIT ?2";
	int64_t value = question->only_id   ? question->only_id :
			question->before_id ? question->before_id :
					      question->now_ms;
	int64_t most = question->before_id && !question->only_id ? question->most : CLOSURES_MAX;
	char *sql = sqlite3_mprintf("%s%s", columns, which);
	sqlite3_stmt *row = bind_query(db, sql, "ii", value, most);

	sqlite3_free(sql);
	return row;
}

int closure_each(struct db *db, const struct closure_question *question, closure_cb *found, void *arg)
{
	sqlite3_stmt *row = ask(db, question);
	int step = SQLITE_DONE, error = row ? 0 : -EIO;

	while (!error && (step = sqlite3_step(row)) == SQLITE_ROW) {
		struct closure closure;

		read_row(row, &closure);
		error = stretches_load(db, kind, closure.id, &closure.stretches);
		if (error)
			closure_free(&closure);
		else
			found(&closure, arg);
	}
	sqlite3_finalize(row);
	return error ? error : db_error(step);
}

/* Versions only grow and rows only come: two different sets never give the same sums. */
int closures_mark(struct db *db, int64_t now_ms, int64_t *out_mark)
{
	return bind_number(db, out_mark,
			   "SELECT coalesce(sum(version), 0) * 1000 + "
			   "count(*) FILTER (WHERE withdrawn_ms IS NULL AND end_ms > ?1) FROM closures",
			   "i", now_ms);
}

static void show_text(struct json *json, const struct closure *closure)
{
	json_key(json, "text"), json_open(json, '{');
	for (enum closure_language i = CLOSURE_JA; i < CLOSURE_LANGUAGES; i++)
		json_key(json, closure_language_name(i)), json_text(json, closure->text[i]);
	json_close(json, '}');
}

/* Who did something and when; null both when nobody did. */
static void show_deed(struct json *json, const char *by_key, const char *by, const char *time_key,
		      int64_t time_ms)
{
	json_key(json, by_key), json_text(json, time_ms ? by : NULL);
	json_key(json, time_key), json_time_or_null(json, time_ms);
}

void closure_show(struct json *json, const struct network *net, const struct closure *closure)
{
	json_open(json, '{');
	json_key(json, "id"), json_integer(json, closure->id);
	show_text(json, closure);
	json_key(json, "from"), json_time(json, closure->from_ms);
	json_key(json, "end"), json_time(json, closure->end_ms);
	json_key(json, "geometry"), json_raw(json, closure->geojson, strlen(closure->geojson));
	json_key(json, "links"), stretches_show_links(json, net, &closure->stretches);
	show_deed(json, "made_by", closure->made_by, "made", closure->made_ms);
	show_deed(json, "changed_by", closure->changed_by, "changed", closure->changed_ms);
	show_deed(json, "withdrawn_by", closure->withdrawn_by, "withdrawn", closure->withdrawn_ms);
	json_key(json, "version"), json_integer(json, closure->version);
	json_close(json, '}');
}
