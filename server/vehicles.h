/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registered vehicles and their keys in the database.  Each function runs on the caller's
 * connection and thread; failures are negative errno with the sentence in db_why().
 *
 * Sealing keys are wrapped at rest by the town's key in DB.key (mode 0600), made with the first
 * vehicle: whoever has only the database file, or a backup of it, cannot forge a fix.
 */
#ifndef PLOW_SERVER_VEHICLES_H
#define PLOW_SERVER_VEHICLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/seal.h"

struct db;
struct db_txn;

#define VEHICLE_CODE_BYTES 33
#define VEHICLE_TOKEN_HASH_BYTES 32
#define VEHICLE_BLADE_MAX_CM 1000

struct vehicle {
	int64_t id;
	char code[VEHICLE_CODE_BYTES]; /* 1..32 of A-Z a-z 0-9 . _ - */
	char name[64], class_code[24], contractor[64];
	uint32_t blade_width_cm; /* what one pass sweeps; 0: not known */
	int64_t version; /* counts its changes (server/masters.h) */
	bool is_retired; /* its fixes stay and count; it sends no more and is not shown */
	bool has_token;
	uint8_t token_hash[VEHICLE_TOKEN_HASH_BYTES]; /* vehicle_hash_token() of it */
};

/* The row of `setting` with the highest number of a vehicle that was removed. */
#define VEHICLE_LAST_SETTING "vehicle_last"

/* A key, good or not any more. */
struct vehicle_key {
	int64_t vehicle_id;
	struct seal_key key;
	int64_t good_until_ms;   /* INT64_MAX: no end; in the past once revoked */
	uint64_t highest_number; /* numbers up to it were committed */
};

bool vehicle_code_is_good(const char *code);

/*
 * Registers a vehicle with its first key.  Returns 0, -EINVAL for a code of other characters, an
 * unknown class or a blade wider than VEHICLE_BLADE_MAX_CM, -EEXIST when the code is taken, -ENOKEY
 * when DB.key is lost though there are keys.  Each of these is also a sticky step of a transaction.
 */
int vehicle_add(struct db *db, const struct vehicle *vehicle, struct seal_key *out_key) PLOW_MUST_USE;
void vehicle_add_step(struct db_txn *txn, const struct vehicle *vehicle, struct seal_key *out_key);

/*
 * A new key; the old one stays good until the new one's first datagram, at most 72 h.  -ENOENT,
 * -ENOKEY, and -EPERM for one that is retired, as below.
 */
int vehicle_rotate(struct db *db, const char *code, struct seal_key *out_key) PLOW_MUST_USE;
void vehicle_rotate_step(struct db_txn *txn, const char *code, struct seal_key *out_key);

/* No key or token of the vehicle is good any more. */
int vehicle_revoke(struct db *db, const char *code) PLOW_MUST_USE;
void vehicle_revoke_step(struct db_txn *txn, const char *code);

/* A new token for HTTPS requests; only its hash is stored. */
#define VEHICLE_TOKEN_BYTES 48
int vehicle_token(struct db *db, const char *code, char out_token[VEHICLE_TOKEN_BYTES]) PLOW_MUST_USE;
void vehicle_token_step(struct db_txn *txn, const char *code, char out_token[VEHICLE_TOKEN_BYTES]);
void vehicle_hash_token(const char *token, uint8_t out[VEHICLE_TOKEN_HASH_BYTES]);

/* Finds one. -ENOENT. */
int vehicle_find(struct db *db, const char *code, struct vehicle *out) PLOW_MUST_USE;

/* All vehicles by id, and all keys by id; arrays to be freed by the caller. */
int vehicle_list(struct db *db, struct vehicle **out, size_t *out_count) PLOW_MUST_USE;
int vehicle_keys(struct db *db, struct vehicle_key **out, size_t *out_count) PLOW_MUST_USE;

/* How many keys that are still good do not open with DB.key: their units are refused. */
int vehicle_keys_closed(struct db *db, uint64_t *out) PLOW_MUST_USE;

#endif
