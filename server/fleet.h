/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a vehicle after it was registered (server/vehicles.h): it changes its name, class or
 * contractor, it is removed, or retired when it has sent something, and it can come back.  Sticky
 * steps of a transaction; on the caller's connection and thread.
 */
#ifndef PLOW_SERVER_FLEET_H
#define PLOW_SERVER_FLEET_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"
#include "server/vehicles.h"

struct master_by;

/* A vehicle with what is known of its keys; never a key. */
struct fleet_vehicle {
	struct vehicle vehicle;
	int64_t created_ms, retired_ms; /* 0: not retired */
	int64_t key_made_ms;            /* of the newest key that is not revoked; 0: there is none */
	bool is_rotating;               /* the one before is still good, until the new one is used */
	bool has_fixes;
};

/*
 * Changes name, class, contractor and the blade's width.  -ENOENT, -ESTALE, -EPERM for one that is
 * retired.  Another class or width is another meaning of its fixes: then everything is counted anew, as
 * after an import.
 */
void fleet_change(struct db_txn *txn, const struct vehicle *vehicle, const struct master_by *by);

/*
 * Removes one that never sent anything; any other is retired: its keys are revoked, its fixes stay.
 * -ENOENT, -ESTALE, -EPERM for one that is retired already.
 */
void fleet_remove(struct db_txn *txn, const struct vehicle *vehicle, const struct master_by *by,
		  bool *out_retired);

/* Back in use, with a new key.  -ENOENT, -EPERM for one that is not retired. */
void fleet_restore(struct db_txn *txn, const char *code, const struct master_by *by, struct seal_key *out_key);

/* Calls back for each by code, or for the one of a code. */
typedef void fleet_cb(const struct fleet_vehicle *found, void *arg);
int fleet_each(struct db *db, const char *only_code, fleet_cb *found, void *arg) PLOW_MUST_USE;

#endif
