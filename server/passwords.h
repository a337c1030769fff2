/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords and the tokens of sessions and links.  Passwords are kept as argon2id (libsodium's
 * crypto_pwhash_str, its "interactive" cost): a tenth of a second and 64 MiB each, so never on a
 * loop.  Tokens are 256 random bits, so their hash needs no salt and no slowness.  Any thread.
 */
#ifndef PLOW_SERVER_PASSWORDS_H
#define PLOW_SERVER_PASSWORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"

#define PASSWORD_CHARACTERS_MIN 8
#define PASSWORD_BYTES 257 /* with the NUL; longer ones are refused */
#define PASSWORD_HASH_BYTES 128

#define TOKEN_BYTES 44 /* as text, with the NUL */
#define TOKEN_HASH_BYTES 32

/* What is wrong with a password for the user of a name, as a sentence, or NULL. */
const char *password_fault(const char *password, const char *name);

/* Returns 0 or -ENOMEM. */
int password_hash(const char *password, char out[PASSWORD_HASH_BYTES]) PLOW_MUST_USE;

/*
 * Whether the password is the one of the hash.  hash NULL, for a user that is not there: false,
 * after the same work.
 */
bool password_verify(const char *hash, const char *password);

void token_new(char out[TOKEN_BYTES]);
void token_hash(const char *token, uint8_t out[TOKEN_HASH_BYTES]);

#endif
