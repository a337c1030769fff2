/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vehicles and keys the loop knows: what the database says, read again within a quarter of a
 * second after anybody changed it, and the numbers already seen under each key.  Loop thread; the
 * reading runs on a worker thread.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_REGISTRY_H
#define PLOW_SERVER_PLOWD_INTAKE_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "common/seal.h"
#include "server/plowd/intake/copies.h"
#include "server/vehicles.h"

struct registry;

struct registry_key {
	int64_t vehicle_id;
	struct seal_key key;
	int64_t good_until_ms;
	struct seal_window window;
	struct copies copies;
	int64_t clone_logged_ms; /* server/plowd/base/may_log.h */
};

/* Called after vehicles or keys were read again. */
typedef void registry_changed_cb(const struct vehicle *vehicles, size_t count, void *arg);

/*
 * Reads the database for the first time at once, then watches it.  Returns 0 or negative errno with
 * a sentence in why.
 */
int registry_start(uv_loop_t *loop, const char *db_path, registry_changed_cb *on_change, void *arg,
		   struct registry **out, char *why, size_t why_size) PLOW_MUST_USE;
void registry_stop(struct registry *registry); /* frees itself when the loop has let go of it */

struct registry_key *registry_find(struct registry *registry, const uint8_t key_id[SEAL_KEY_ID_BYTES]);

/* A datagram under this key was good: the vehicle's rotated keys are not any more. */
void registry_used(struct registry *registry, const struct registry_key *key, int64_t now_ms);

/* The vehicle of a code, or NULL; also when it is retired. */
const struct vehicle *registry_vehicle(const struct registry *registry, const char *code);
/* The vehicle of a key, or NULL. */
const struct vehicle *registry_owner(const struct registry *registry, const struct registry_key *key);
/* The vehicle whose token this is, or NULL. */
const struct vehicle *registry_by_token(const struct registry *registry, const char *token);

#endif
