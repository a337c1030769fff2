/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing: each datagram between cab and server is encrypted and authenticated with the vehicle's
 * key by libsodium's XChaCha20-Poly1305 (docs/PROTOCOL.md says byte for byte how).
 *
 * Pure functions but for random numbers; any thread.  Call seal_init() once in main().
 */
#ifndef PLOW_COMMON_SEAL_H
#define PLOW_COMMON_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define SEAL_DATAGRAM_MAX 1200 /* UDP payload that needs no fragments */
#define SEAL_OVERHEAD 52       /* header 12, nonce 24, tag 16 */
#define SEAL_PLAIN_MAX (SEAL_DATAGRAM_MAX - SEAL_OVERHEAD)
#define SEAL_KEY_ID_BYTES 8
#define SEAL_SECRET_BYTES 32
#define SEAL_KEY_TEXT_BYTES 64 /* "mk1." and 54 base64url characters, with the NUL */

enum seal_type { SEAL_FIXES = 1, SEAL_ACK = 2 };

struct seal_key {
	uint8_t id[SEAL_KEY_ID_BYTES];
	uint8_t secret[SEAL_SECRET_BYTES];
};

enum seal_verdict {
	SEAL_OK = 0,
	SEAL_SHORT,    /* fewer bytes than an empty message has, or more than 1,200 */
	SEAL_NOT_OURS, /* other magic */
	SEAL_BAD_VERSION,
	SEAL_BAD_TYPE,
	SEAL_FORGED, /* the tag does not fit */
};

int seal_init(void) PLOW_MUST_USE;
void seal_key_new(struct seal_key *out);

/* The key as text for a key file, and back. Returns 0 or -EINVAL. */
void seal_key_format(const struct seal_key *key, char out[SEAL_KEY_TEXT_BYTES]);
int seal_key_parse(const char *text, struct seal_key *out) PLOW_MUST_USE;

/*
 * The type and key id of a datagram, for looking the key up before opening it.  Nothing of it is
 * authenticated yet; the outputs are written only with SEAL_OK.
 */
enum seal_verdict seal_peek(const uint8_t *datagram, size_t size, enum seal_type *out_type,
			    uint8_t out_key_id[SEAL_KEY_ID_BYTES]);

/*
 * Seals size bytes under a number.  out has room for size + SEAL_OVERHEAD bytes.
 * Returns the datagram's size.
 */
size_t seal_close(const struct seal_key *key, enum seal_type type, uint64_t number,
		  const uint8_t *plain, size_t size, uint8_t *out);

/*
 * The same under a whole nonce, number and random bytes, so that the test vectors can be made.
 * Everybody else must not: under one key no nonce may come twice.
 */
#define SEAL_NONCE_BYTES 24
size_t seal_close_with(const struct seal_key *key, enum seal_type type,
		       const uint8_t nonce[SEAL_NONCE_BYTES], const uint8_t *plain, size_t size,
		       uint8_t *out);

/* Opens a datagram; the outputs are written only with SEAL_OK.  out_plain has room for
 * SEAL_PLAIN_MAX bytes. */
enum seal_verdict seal_open(const struct seal_key *key, const uint8_t *datagram, size_t size,
			    uint64_t *out_number, uint8_t *out_plain, size_t *out_size);

/* The numbers already seen under one key: the highest, and the 1,024 below it. */
#define SEAL_WINDOW_BITS 1024
struct seal_window {
	uint64_t highest;
	uint64_t seen[SEAL_WINDOW_BITS / 64];
};
/* A window in which every number up to `highest` counts as seen. */
struct seal_window seal_window_after(uint64_t highest);
/* Marks a number, 1 or more; returns 0, or -EEXIST when it was seen or is too old to tell. */
int seal_window_mark(struct seal_window *window, uint64_t number) PLOW_MUST_USE;

#endif
