/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fleet.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/clock.h"
#include "server/bind.h"
#include "server/masters.h"

static const char kind[] = "vehicle";

/* The row as it is; -ESTALE unless it is as it was seen. */
static void expect(struct db_txn *txn, const char *code, int64_t version, struct vehicle *out)
{
	if (!txn->error)
		txn->error = vehicle_find(txn->db, code, out);
	if (!txn->error && out->is_retired)
		txn->error = -EPERM;
	if (!txn->error && out->version != version)
		txn->error = -ESTALE;
}

void fleet_change(struct db_txn *txn, const struct vehicle *vehicle, const struct master_by *by)
{
	struct vehicle known = {0};

	expect(txn, vehicle->code, vehicle->version, &known);
	bind_step(txn,
		  "UPDATE vehicle SET name = ?2, class = ?3, contractor = ?4, blade_width_m = nullif(?5, 0), "
		  "version = version + 1 WHERE id = ?1",
		  "itttr", known.id, vehicle->name, vehicle->class_code, vehicle->contractor,
		  vehicle->blade_width_cm / 100.0);
	master_record(txn, by, kind, vehicle->code, "change");
	if (!txn->error && (strcmp(known.class_code, vehicle->class_code) != 0 ||
			    known.blade_width_cm != vehicle->blade_width_cm))
		master_touch_network(txn);
}

/* Whether anything it sent is kept: fixes, doubtful ones, or what was acknowledged. */
static bool has_sent(struct db_txn *txn, int64_t id)
{
	int64_t sent = 1;

	if (!txn->error)
		txn->error = bind_number(txn->db, &sent,
					 "SELECT EXISTS (SELECT 1 FROM fix WHERE vehicle_id = ?1) OR "
					 "EXISTS (SELECT 1 FROM quarantine WHERE vehicle_id = ?1) OR "
					 "EXISTS (SELECT 1 FROM spool_range WHERE vehicle_id = ?1)",
					 "i", id);
	return sent != 0;
}

static void erase(struct db_txn *txn, int64_t id)
{
	bind_step(txn,
		  "INSERT INTO setting (key, value) VALUES ('" VEHICLE_LAST_SETTING "', ?1) ON CONFLICT (key) "
		  "DO UPDATE SET value = max(CAST(value AS INTEGER), ?1)",
		  "i", id);
	bind_step(txn, "DELETE FROM vehicle_key WHERE vehicle_id = ?1", "i", id);
	bind_step(txn, "DELETE FROM vehicle WHERE id = ?1", "i", id);
}

void fleet_remove(struct db_txn *txn, const struct vehicle *vehicle, const struct master_by *by,
		  bool *out_retired)
{
	struct vehicle known = {0};

	expect(txn, vehicle->code, vehicle->version, &known);
	*out_retired = has_sent(txn, known.id);
	master_record(txn, by, kind, vehicle->code, *out_retired ? "retire" : "remove");
	if (!*out_retired) {
		erase(txn, known.id);
		return;
	}
	vehicle_revoke_step(txn, vehicle->code);
	bind_step(txn, "UPDATE vehicle SET retired_ms = ?2, version = version + 1 WHERE id = ?1", "ii", known.id,
		  by->time_ms);
}

void fleet_restore(struct db_txn *txn, const char *code, const struct master_by *by, struct seal_key *out_key)
{
	struct vehicle known = {0};

	if (!txn->error)
		txn->error = vehicle_find(txn->db, code, &known);
	if (!txn->error && !known.is_retired)
		txn->error = -EPERM;
	bind_step(txn, "UPDATE vehicle SET retired_ms = NULL, version = version + 1 WHERE id = ?1", "i", known.id);
	vehicle_rotate_step(txn, code, out_key);
	master_record(txn, by, kind, code, "restore");
}

static void read_row(sqlite3_stmt *row, struct fleet_vehicle *out)
{
	struct vehicle *vehicle = &out->vehicle;

	*out = (struct fleet_vehicle){.created_ms = sqlite3_column_int64(row, 7),
				      .retired_ms = sqlite3_column_int64(row, 8),
				      .key_made_ms = sqlite3_column_int64(row, 9),
				      .is_rotating = sqlite3_column_int(row, 10) > 1,
				      .has_fixes = sqlite3_column_int(row, 11) != 0};
	vehicle->id = sqlite3_column_int64(row, 0);
	vehicle->version = sqlite3_column_int64(row, 1);
	bind_copy(row, 2, vehicle->code, sizeof(vehicle->code));
	bind_copy(row, 3, vehicle->name, sizeof(vehicle->name));
	bind_copy(row, 4, vehicle->class_code, sizeof(vehicle->class_code));
	bind_copy(row, 5, vehicle->contractor, sizeof(vehicle->contractor));
	vehicle->has_token = sqlite3_column_int(row, 6) != 0;
	vehicle->is_retired = out->retired_ms != 0;
	vehicle->blade_width_cm = (uint32_t)lround(sqlite3_column_double(row, 12) * 100);
}

int fleet_each(struct db *db, const char *only_code, fleet_cb *found, void *arg)
{
	sqlite3_stmt *row = bind_query(
		db,
		"SELECT id, version, code, name, class, contractor, token_hash IS NOT NULL, created_ms, "
		"coalesce(retired_ms, 0), (SELECT coalesce(max(created_ms), 0) FROM vehicle_key AS k WHERE "
		"k.vehicle_id = vehicle.id AND revoked_ms IS NULL), (SELECT count(*) FROM vehicle_key AS k WHERE "
		"k.vehicle_id = vehicle.id AND revoked_ms IS NULL AND coalesce(good_until_ms, ?2) >= ?2), "
		"EXISTS (SELECT 1 FROM fix WHERE vehicle_id = vehicle.id), blade_width_m FROM vehicle "
		"WHERE ?1 = '' OR code = ?1 ORDER BY code",
		"ti", only_code, wall_clock_ms());
	int step;

	if (!row)
		return -EIO;
	while ((step = sqlite3_step(row)) == SQLITE_ROW) {
		struct fleet_vehicle vehicle;

		read_row(row, &vehicle);
		found(&vehicle, arg);
	}
	sqlite3_finalize(row);
	return db_error(step);
}
