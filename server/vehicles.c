/* SPDX-License-Identifier: Apache-2.0 */
#include "server/vehicles.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "gis/work.h"
#include "server/bind.h"
#include "server/contractors.h"
#include "server/keyfile.h"

#define ROTATION_MS (INT64_C(72) * 3600 * 1000)
#define COLUMNS                                                                                                  \
	"SELECT id, code, name, class, contractor, token_hash, version, retired_ms, "                            \
	"blade_width_m FROM vehicle "

bool vehicle_code_is_good(const char *code)
{
	size_t length = strlen(code);

	return length >= 1 && length < VEHICLE_CODE_BYTES &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static int explain_keyfile(struct db *db, int error)
{
	return db_explain(db, error, "%s.key cannot be used: %s; put the town's copy there", db_path(db),
			  error == -EBADMSG ? "it is damaged or cut off" : strerror(-error));
}

/* DB.key, made with the first key; with keys that are wrapped by a lost one, another would be of no use. */
static int open_keyfile(struct db *db, struct keyfile *out)
{
	bool is_lost = !keyfile_exists(db_path(db));
	sqlite3_stmt *stmt = is_lost ? db_prepare(db, "SELECT 1 FROM vehicle_key LIMIT 1") : NULL;
	bool has_keys = stmt && sqlite3_step(stmt) == SQLITE_ROW;
	int error;

	sqlite3_finalize(stmt);
	if (is_lost && !stmt)
		return -EIO;
	if (has_keys)
		return db_explain(db, -ENOKEY,
				  "there is no %s.key, by which the keys of the vehicles so far are wrapped; put the "
				  "town's copy there, or see \"DB.key is lost\" in docs/OPERATIONS.md",
				  db_path(db));
	error = keyfile_open(db_path(db), true, out);
	return error ? explain_keyfile(db, error) : 0;
}

/* Makes a key and writes it wrapped; a sticky step like the others. */
static void put_key(struct db_txn *txn, int64_t vehicle_id, struct seal_key *out_key)
{
	uint8_t wrapped[KEYFILE_WRAPPED_BYTES];
	struct keyfile keyfile;

	if (txn->error)
		return;
	txn->error = open_keyfile(txn->db, &keyfile);
	if (txn->error)
		return;
	seal_key_new(out_key);
	keyfile_wrap(&keyfile, out_key, wrapped);
	sodium_memzero(&keyfile, sizeof(keyfile));
	bind_step(txn,
		  "INSERT INTO vehicle_key (key_id, vehicle_id, wrapped, created_ms) VALUES (?1, ?2, ?3, ?4)", "bibi",
		  out_key->id, (int)sizeof(out_key->id), vehicle_id, wrapped, (int)sizeof(wrapped), wall_clock_ms());
}

/* A number is never given twice: fixes of one that was removed may still be on their way. */
static int64_t next_id(struct db_txn *txn)
{
	int64_t id = 0;

	if (!txn->error)
		txn->error = bind_number(
			txn->db, &id,
			"SELECT max((SELECT coalesce(max(id), 0) FROM vehicle), coalesce((SELECT "
			"CAST(value AS INTEGER) FROM setting WHERE key = '" VEHICLE_LAST_SETTING "'), 0)) + 1",
			"");
	return id;
}

void vehicle_add_step(struct db_txn *txn, const struct vehicle *vehicle, struct seal_key *out_key)
{
	int64_t id;

	if (!txn->error && (!vehicle_code_is_good(vehicle->code) || !work_class_is_known(vehicle->class_code) ||
			    vehicle->blade_width_cm > VEHICLE_BLADE_MAX_CM))
		txn->error = -EINVAL;
	id = next_id(txn);
	bind_step(txn,
		  "INSERT INTO vehicle (id, code, name, class, contractor, created_ms, blade_width_m) "
		  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0))",
		  "ittttir", id, vehicle->code, vehicle->name, vehicle->class_code, vehicle->contractor,
		  wall_clock_ms(), vehicle->blade_width_cm / 100.0);
	contractor_note(txn, vehicle->contractor);
	put_key(txn, id, out_key);
}

int vehicle_add(struct db *db, const struct vehicle *vehicle, struct seal_key *out_key)
{
	struct db_txn txn = db_txn_begin(db);

	vehicle_add_step(&txn, vehicle, out_key);
	return db_txn_end(&txn);
}

/* The vehicle of a code, unless it is retired. */
static void expect(struct db_txn *txn, const char *code, struct vehicle *out)
{
	if (!txn->error)
		txn->error = vehicle_find(txn->db, code, out);
	if (!txn->error && out->is_retired)
		txn->error = -EPERM;
}

void vehicle_rotate_step(struct db_txn *txn, const char *code, struct seal_key *out_key)
{
	struct vehicle vehicle = {0};

	expect(txn, code, &vehicle);
	bind_step(txn,
		  "UPDATE vehicle_key SET good_until_ms = min(coalesce(good_until_ms, ?2), ?2) "
		  "WHERE vehicle_id = ?1 AND revoked_ms IS NULL",
		  "ii", vehicle.id, wall_clock_ms() + ROTATION_MS);
	put_key(txn, vehicle.id, out_key);
}

int vehicle_rotate(struct db *db, const char *code, struct seal_key *out_key)
{
	struct db_txn txn = db_txn_begin(db);

	vehicle_rotate_step(&txn, code, out_key);
	return db_txn_end(&txn);
}

void vehicle_revoke_step(struct db_txn *txn, const char *code)
{
	struct vehicle vehicle = {0};

	if (!txn->error)
		txn->error = vehicle_find(txn->db, code, &vehicle);
	bind_step(txn, "UPDATE vehicle_key SET revoked_ms = ?2 WHERE vehicle_id = ?1 AND revoked_ms IS NULL",
		  "ii", vehicle.id, wall_clock_ms());
	bind_step(txn, "UPDATE vehicle SET token_hash = NULL WHERE id = ?1", "i", vehicle.id);
}

int vehicle_revoke(struct db *db, const char *code)
{
	struct db_txn txn = db_txn_begin(db);

	vehicle_revoke_step(&txn, code);
	return db_txn_end(&txn);
}

/* A token is 256 random bits, so its hash needs no salt and no slowness. */
void vehicle_hash_token(const char *token, uint8_t out[VEHICLE_TOKEN_HASH_BYTES])
{
	crypto_generichash(out, VEHICLE_TOKEN_HASH_BYTES, (const uint8_t *)token, strlen(token), NULL, 0);
}

void vehicle_token_step(struct db_txn *txn, const char *code, char out_token[VEHICLE_TOKEN_BYTES])
{
	uint8_t token[32], hash[VEHICLE_TOKEN_HASH_BYTES];
	struct vehicle vehicle = {0};

	expect(txn, code, &vehicle);
	randombytes_buf(token, sizeof(token));
	sodium_bin2base64(out_token, VEHICLE_TOKEN_BYTES, token, sizeof(token),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	vehicle_hash_token(out_token, hash);
	bind_step(txn, "UPDATE vehicle SET token_hash = ?1 WHERE id = ?2", "bi", hash, (int)sizeof(hash),
		  vehicle.id);
}

int vehicle_token(struct db *db, const char *code, char out_token[VEHICLE_TOKEN_BYTES])
{
	struct db_txn txn = db_txn_begin(db);

	vehicle_token_step(&txn, code, out_token);
	return db_txn_end(&txn);
}

static void read_vehicle(sqlite3_stmt *stmt, struct vehicle *out)
{
	out->id = sqlite3_column_int64(stmt, 0);
	bind_copy(stmt, 1, out->code, sizeof(out->code));
	bind_copy(stmt, 2, out->name, sizeof(out->name));
	bind_copy(stmt, 3, out->class_code, sizeof(out->class_code));
	bind_copy(stmt, 4, out->contractor, sizeof(out->contractor));
	out->blade_width_cm = (uint32_t)lround(sqlite3_column_double(stmt, 8) * 100);
	memset(out->token_hash, 0, sizeof(out->token_hash));
	out->has_token = sqlite3_column_bytes(stmt, 5) == sizeof(out->token_hash);
	if (out->has_token)
		memcpy(out->token_hash, sqlite3_column_blob(stmt, 5), sizeof(out->token_hash));
	out->version = sqlite3_column_int64(stmt, 6);
	out->is_retired = sqlite3_column_type(stmt, 7) != SQLITE_NULL;
}

int vehicle_find(struct db *db, const char *code, struct vehicle *out)
{
	sqlite3_stmt *stmt = bind_query(db, COLUMNS "WHERE code = ?", "t", code);
	int step;

	if (!stmt)
		return -EIO;
	step = sqlite3_step(stmt);
	if (step == SQLITE_ROW)
		read_vehicle(stmt, out);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -ENOENT : db_error(step);
}

int vehicle_list(struct db *db, struct vehicle **out, size_t *out_count)
{
	sqlite3_stmt *stmt =
		db_prepare(db, COLUMNS "ORDER BY id");
	size_t capacity = 0;
	int step;

	*out = NULL;
	*out_count = 0;
	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		*out = x_grow(*out, *out_count, &capacity, sizeof(**out));
		read_vehicle(stmt, *out + (*out_count)++);
	}
	sqlite3_finalize(stmt);
	return db_error(step);
}

/* Returns false for a row that is no key of ours: damaged, or wrapped by another DB.key. */
static bool read_key(sqlite3_stmt *stmt, const struct keyfile *keyfile, struct vehicle_key *out)
{
	const void *wrapped = sqlite3_column_blob(stmt, 1);

	if (sqlite3_column_bytes(stmt, 0) != SEAL_KEY_ID_BYTES ||
	    sqlite3_column_bytes(stmt, 1) != KEYFILE_WRAPPED_BYTES)
		return false;
	memcpy(out->key.id, sqlite3_column_blob(stmt, 0), SEAL_KEY_ID_BYTES);
	out->vehicle_id = sqlite3_column_int64(stmt, 2);
	out->good_until_ms = sqlite3_column_type(stmt, 3) == SQLITE_NULL ? INT64_MAX :
									     sqlite3_column_int64(stmt, 3);
	out->highest_number = (uint64_t)sqlite3_column_int64(stmt, 4);
	return keyfile_unwrap(keyfile, wrapped, &out->key) == 0;
}

int vehicle_keys(struct db *db, struct vehicle_key **out, size_t *out_count)
{
	struct keyfile keyfile;
	sqlite3_stmt *stmt;
	size_t capacity = 0;
	int step, error = keyfile_open(db_path(db), false, &keyfile);

	*out = NULL;
	*out_count = 0;
	if (error)
		return error == -ENOENT ? 0 : explain_keyfile(db, error);
	/* A revoked key stays so when the clock is set back to before it was revoked. */
	stmt = db_prepare(db, "SELECT key_id, wrapped, vehicle_id, iif(revoked_ms IS NULL, good_until_ms, 0), "
			      "highest_number FROM vehicle_key ORDER BY key_id");
	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		*out = x_grow(*out, *out_count, &capacity, sizeof(**out));
		*out_count += read_key(stmt, &keyfile, *out + *out_count);
	}
	sqlite3_finalize(stmt);
	sodium_memzero(&keyfile, sizeof(keyfile));
	return db_error(step);
}

int vehicle_keys_closed(struct db *db, uint64_t *out)
{
	struct vehicle_key *keys = NULL;
	size_t count = 0;
	int64_t good = 0, now_ms = wall_clock_ms();
	int error = vehicle_keys(db, &keys, &count);

	if (!error)
		error = bind_number(db, &good,
				    "SELECT count(*) FROM vehicle_key WHERE revoked_ms IS NULL AND "
				    "coalesce(good_until_ms, ?1 + 1) > ?1",
				    "i", now_ms);
	for (size_t i = 0; i < count; i++)
		good -= keys[i].good_until_ms > now_ms;
	free(keys);
	*out = good > 0 ? (uint64_t)good : 0;
	return error;
}
