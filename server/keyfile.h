/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The town's key in DB.key, which wraps every vehicle's sealing key at rest (XChaCha20-Poly1305,
 * the vehicle key's id as additional data).  The file has mode 0600 and is not part of a backup.
 */
#ifndef PLOW_SERVER_KEYFILE_H
#define PLOW_SERVER_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/seal.h"

#define KEYFILE_BYTES 32
#define KEYFILE_WRAPPED_BYTES (24 + SEAL_SECRET_BYTES + 16)

struct keyfile {
	uint8_t secret[KEYFILE_BYTES];
};

/*
 * Reads DB.key, or makes it when it is missing and `make` is set.  Returns 0, -ENOENT, -EBADMSG when
 * it is no such key, or the system's error.
 */
int keyfile_open(const char *db_path, bool make, struct keyfile *out) PLOW_MUST_USE;

bool keyfile_exists(const char *db_path);

void keyfile_wrap(const struct keyfile *keyfile, const struct seal_key *key,
		  uint8_t out[KEYFILE_WRAPPED_BYTES]);
/* Fills in the secret of a key whose id is set. Returns 0 or -EBADMSG. */
int keyfile_unwrap(const struct keyfile *keyfile, const uint8_t wrapped[KEYFILE_WRAPPED_BYTES],
		   struct seal_key *key) PLOW_MUST_USE;

#endif
