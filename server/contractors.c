/* SPDX-License-Identifier: Apache-2.0 */
#include "server/contractors.h"

#include <errno.h>

#include "common/alloc.h"
#include "server/bind.h"
#include "server/masters.h"

#define COLUMNS                                                                                                  \
	"SELECT id, version, name, phone, (SELECT count(*) FROM vehicle "                                        \
	"WHERE vehicle.contractor = contractor.name AND retired_ms IS NULL) FROM contractor "

static const char kind[] = "contractor";

void contractor_add(struct db_txn *txn, struct contractor *contractor, const struct master_by *by)
{
	bind_step(txn, "INSERT INTO contractor (name, phone) VALUES (?1, ?2)", "tt", contractor->name,
		  contractor->phone);
	contractor->id = sqlite3_last_insert_rowid(db_handle(txn->db));
	master_record(txn, by, kind, contractor->name, "add");
}

void contractor_change(struct db_txn *txn, const struct contractor *contractor, const struct master_by *by)
{
	master_expect(txn, "contractor", contractor->id, contractor->version);
	bind_step(txn,
		  "UPDATE vehicle SET contractor = ?2, version = version + 1 "
		  "WHERE contractor = (SELECT name FROM contractor WHERE id = ?1) AND contractor <> ?2",
		  "it", contractor->id, contractor->name);
	bind_step(txn,
		  "UPDATE user SET contractor = ?2 "
		  "WHERE contractor = (SELECT name FROM contractor WHERE id = ?1) AND contractor <> ?2",
		  "it", contractor->id, contractor->name);
	bind_step(txn, "UPDATE contractor SET name = ?2, phone = ?3, version = version + 1 WHERE id = ?1", "itt",
		  contractor->id, contractor->name, contractor->phone);
	master_record(txn, by, kind, contractor->name, "change");
}

void contractor_remove(struct db_txn *txn, const struct contractor *contractor, const struct master_by *by)
{
	struct contractor known;
	int64_t one;

	master_expect(txn, "contractor", contractor->id, contractor->version);
	if (!txn->error)
		txn->error = contractor_find(txn->db, contractor->id, &known);
	if (!txn->error && (known.vehicles > 0 || bind_number(txn->db, &one, "SELECT 1 FROM user WHERE contractor = ?1",
							      "t", known.name) == 0))
		txn->error = -EBUSY;
	if (txn->error)
		return;
	bind_step(txn, "DELETE FROM contractor WHERE id = ?1", "i", contractor->id);
	master_record(txn, by, kind, known.name, "remove");
}

void contractor_note(struct db_txn *txn, const char *name)
{
	if (*name)
		bind_step(txn, "INSERT OR IGNORE INTO contractor (name) VALUES (?1)", "t", name);
}

static void read_row(sqlite3_stmt *row, struct contractor *out)
{
	*out = (struct contractor){.id = sqlite3_column_int64(row, 0),
				   .version = sqlite3_column_int64(row, 1),
				   .vehicles = sqlite3_column_int64(row, 4)};
	bind_copy(row, 2, out->name, sizeof(out->name));
	bind_copy(row, 3, out->phone, sizeof(out->phone));
}

int contractor_find(struct db *db, int64_t id, struct contractor *out)
{
	sqlite3_stmt *row = bind_query(db, COLUMNS "WHERE id = ?1", "i", id);
	int step;

	if (!row)
		return -EIO;
	step = sqlite3_step(row);
	if (step == SQLITE_ROW)
		read_row(row, out);
	sqlite3_finalize(row);
	return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : db_error(step);
}

int contractor_exists(struct db *db, const char *name)
{
	int64_t one;

	return bind_number(db, &one, "SELECT 1 FROM contractor WHERE name = ?1", "t", name);
}

int contractor_list(struct db *db, struct contractor **out, size_t *out_count)
{
	sqlite3_stmt *row = bind_query(db, COLUMNS "ORDER BY name", "");
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
