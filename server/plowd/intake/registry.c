/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/registry.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "server/plowd/base/now.h"

#define LOOK_EVERY_MS 250

/* What one reading of the database found. */
struct reading {
	int error;
	bool is_new;
	struct vehicle *vehicles;
	size_t vehicle_count;
	struct vehicle_key *keys;
	size_t key_count;
};

struct registry {
	uv_timer_t timer;
	uv_work_t work;
	bool is_reading, is_stopping, is_timer_closed;
	registry_changed_cb *on_change;
	void *arg;

	struct vehicle *vehicles; /* by id */
	size_t vehicle_count;
	struct registry_key *keys; /* by key id */
	size_t key_count;

	/* Touched by the worker thread while is_reading, by the loop otherwise. */
	struct db *db;
	sqlite3_stmt *version;
	int64_t seen_version;
	struct reading reading;
};

static int compare_ids(const void *a, const void *b)
{
	const struct registry_key *left = a, *right = b;

	return memcmp(left->key.id, right->key.id, SEAL_KEY_ID_BYTES);
}

struct registry_key *registry_find(struct registry *registry, const uint8_t key_id[SEAL_KEY_ID_BYTES])
{
	struct registry_key wanted;

	if (registry->key_count == 0)
		return NULL;
	memcpy(wanted.key.id, key_id, SEAL_KEY_ID_BYTES);
	return bsearch(&wanted, registry->keys, registry->key_count, sizeof(wanted), compare_ids);
}

void registry_used(struct registry *registry, const struct registry_key *key, int64_t now_ms)
{
	if (key->good_until_ms != INT64_MAX)
		return; /* itself a rotated one */
	for (size_t i = 0; i < registry->key_count; i++) {
		struct registry_key *other = &registry->keys[i];

		if (other->vehicle_id == key->vehicle_id && other != key && other->good_until_ms > now_ms)
			other->good_until_ms = now_ms;
	}
}

const struct vehicle *registry_vehicle(const struct registry *registry, const char *code)
{
	for (size_t i = 0; i < registry->vehicle_count; i++) {
		if (strcmp(registry->vehicles[i].code, code) == 0)
			return registry->vehicles[i].is_retired ? NULL : &registry->vehicles[i];
	}
	return NULL;
}

const struct vehicle *registry_owner(const struct registry *registry, const struct registry_key *key)
{
	for (size_t i = 0; i < registry->vehicle_count; i++) {
		if (registry->vehicles[i].id == key->vehicle_id)
			return &registry->vehicles[i];
	}
	return NULL;
}

/* How long it takes says nothing of how much of a hash was right, nor whose it was. */
const struct vehicle *registry_by_token(const struct registry *registry, const char *token)
{
	uint8_t hash[VEHICLE_TOKEN_HASH_BYTES];
	const struct vehicle *found = NULL;

	vehicle_hash_token(token, hash);
	for (size_t i = 0; i < registry->vehicle_count; i++) {
		const struct vehicle *vehicle = &registry->vehicles[i];

		if (sodium_memcmp(hash, vehicle->token_hash, sizeof(hash)) == 0 && vehicle->has_token)
			found = vehicle;
	}
	return found;
}

/*
 * The window of a key that is known goes on, and its end never moves away: the datagram that retired
 * it may not be committed yet.  A new key starts after what was committed.
 */
static struct registry_key take_key(struct registry *registry, const struct vehicle_key *key)
{
	const struct registry_key *known = registry_find(registry, key->key.id);
	struct registry_key next = {
		.vehicle_id = key->vehicle_id,
		.key = key->key,
		.good_until_ms = key->good_until_ms,
		.window = known ? known->window : seal_window_after(key->highest_number),
	};

	if (known) {
		next.copies = known->copies;
		next.clone_logged_ms = known->clone_logged_ms;
	}
	if (known && known->good_until_ms < next.good_until_ms)
		next.good_until_ms = known->good_until_ms;
	return next;
}

static void forget_keys(struct registry_key *keys, size_t count)
{
	if (keys)
		sodium_memzero(keys, count * sizeof(*keys));
	free(keys);
}

static void take_keys(struct registry *registry, const struct vehicle_key *keys, size_t count)
{
	struct registry_key *next = x_calloc(count, sizeof(*next));

	for (size_t i = 0; i < count; i++)
		next[i] = take_key(registry, &keys[i]);
	forget_keys(registry->keys, registry->key_count);
	registry->keys = next;
	registry->key_count = count;
}

/* The reading becomes what the loop knows. */
static void take_reading(struct registry *registry)
{
	struct reading *reading = &registry->reading;

	if (reading->error || !reading->is_new)
		return;
	free(registry->vehicles);
	registry->vehicles = reading->vehicles;
	registry->vehicle_count = reading->vehicle_count;
	take_keys(registry, reading->keys, reading->key_count);
	if (reading->keys)
		sodium_memzero(reading->keys, reading->key_count * sizeof(*reading->keys));
	free(reading->keys);
	*reading = (struct reading){0};
	registry->on_change(registry->vehicles, registry->vehicle_count, registry->arg);
}

static int read_version(struct registry *registry, int64_t *out)
{
	int step = sqlite3_step(registry->version);

	if (step == SQLITE_ROW)
		*out = sqlite3_column_int64(registry->version, 0);
	sqlite3_reset(registry->version);
	return step == SQLITE_ROW ? 0 : db_error(step);
}

/* Reads again when anybody committed since (PRAGMA data_version).  Worker thread. */
static void read_database(struct registry *registry)
{
	struct reading *reading = &registry->reading;
	int64_t version = 0;

	*reading = (struct reading){.error = read_version(registry, &version)};
	if (reading->error || version == registry->seen_version)
		return;
	reading->error = vehicle_list(registry->db, &reading->vehicles, &reading->vehicle_count);
	if (!reading->error)
		reading->error = vehicle_keys(registry->db, &reading->keys, &reading->key_count);
	if (reading->error) {
		free(reading->vehicles);
		free(reading->keys);
		return;
	}
	reading->is_new = true;
	registry->seen_version = version;
}

static void on_work(uv_work_t *work)
{
	read_database(work->data);
}

static void free_if_let_go(struct registry *registry)
{
	if (!registry->is_timer_closed || registry->is_reading)
		return;
	sqlite3_finalize(registry->version);
	db_close(registry->db);
	free(registry->vehicles);
	forget_keys(registry->keys, registry->key_count);
	free(registry);
}

static void after_work(uv_work_t *work, int status)
{
	struct registry *registry = work->data;

	registry->is_reading = false;
	if (registry->is_stopping) {
		free(registry->reading.vehicles);
		free(registry->reading.keys);
	} else if (status == 0) {
		take_reading(registry);
	}
	free_if_let_go(registry);
}

static void on_timer(uv_timer_t *timer)
{
	struct registry *registry = timer->data;

	if (!registry->is_reading)
		registry->is_reading = uv_queue_work(timer->loop, &registry->work, on_work, after_work) == 0;
}

int registry_start(uv_loop_t *loop, const char *db_path, registry_changed_cb *on_change, void *arg,
		   struct registry **out, char *why, size_t why_size)
{
	struct registry *registry = x_calloc(1, sizeof(*registry));
	int error = db_open(db_path, DB_READ, &registry->db);

	registry->on_change = on_change;
	registry->arg = arg;
	registry->seen_version = -1;
	if (!error) {
		registry->version = db_prepare(registry->db, "PRAGMA data_version");
		error = registry->version ? 0 : -EIO;
	}
	if (!error) {
		read_database(registry);
		error = registry->reading.error;
	}
	if (error) {
		snprintf(why, why_size, "%s", *db_why(registry->db) ? db_why(registry->db) : "DB.key cannot be read");
		registry->is_timer_closed = true;
		free_if_let_go(registry);
		return error;
	}
	take_reading(registry);
	uv_timer_init(loop, &registry->timer);
	registry->timer.data = registry->work.data = registry;
	uv_timer_start(&registry->timer, on_timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
	*out = registry;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct registry *registry = handle->data;

	registry->is_timer_closed = true;
	free_if_let_go(registry);
}

void registry_stop(struct registry *registry)
{
	registry->is_stopping = true;
	uv_close((uv_handle_t *)&registry->timer, on_closed);
}
