/* SPDX-License-Identifier: Apache-2.0 */
#include "server/passwords.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "common/utf8.h"

static_assert(PASSWORD_HASH_BYTES >= crypto_pwhash_STRBYTES, "a hash fits");

static size_t characters(const char *text)
{
	size_t count = 0;

	while (*text) {
		text += utf8_length(text);
		count++;
	}
	return count;
}

const char *password_fault(const char *password, const char *name)
{
	if (strlen(password) >= PASSWORD_BYTES || !utf8_is_clean(password))
		return "A password is text in UTF-8 without control characters, of at most 256 bytes.";
	if (characters(password) < PASSWORD_CHARACTERS_MIN)
		return "The password is too short: it needs at least 8 characters; several words are "
		       "good.";
	if (strcasecmp(password, name) == 0)
		return "The password must not be the name.";
	return NULL;
}

int password_hash(const char *password, char out[PASSWORD_HASH_BYTES])
{
	return crypto_pwhash_str(out, password, strlen(password),
				 crypto_pwhash_OPSLIMIT_INTERACTIVE,
				 crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0
		       ? 0
		       : -ENOMEM;
}

bool password_verify(const char *hash, const char *password)
{
	char unused[PASSWORD_HASH_BYTES];
	bool is_hashed;

	if (hash)
		return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
	is_hashed = password_hash(password, unused) == 0;
	(void)is_hashed;
	return false;
}

void token_new(char out[TOKEN_BYTES])
{
	uint8_t bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(out, TOKEN_BYTES, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void token_hash(const char *token, uint8_t out[TOKEN_HASH_BYTES])
{
	crypto_generichash(out, TOKEN_HASH_BYTES, (const uint8_t *)token, strlen(token), NULL, 0);
}
