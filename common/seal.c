/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

/*
 * A datagram is   "Mi" version type | key id 8 | number 8 | random 16 | ciphertext | tag 16
 *                 \_ additional data ________/ \_ nonce 24 _________/
 * The type is authenticated, so an acknowledgement can never be passed off as fixes.
 */
enum {
	MAGIC_0 = 'M',
	MAGIC_1 = 'i',
	VERSION = 1,
	AT_VERSION = 2,
	AT_TYPE = 3,
	AT_KEY_ID = 4,
	HEADER_BYTES = AT_KEY_ID + SEAL_KEY_ID_BYTES,
	NUMBER_BYTES = 8,
	AT_CIPHERTEXT = HEADER_BYTES + SEAL_NONCE_BYTES,
	TAG_BYTES = 16,
};

_Static_assert(AT_CIPHERTEXT + TAG_BYTES == SEAL_OVERHEAD, "the parts of a datagram");
_Static_assert(SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");
_Static_assert(SEAL_SECRET_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");

static const char KEY_PREFIX[] = "mk1.";
static const char KEY_ALPHABET[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
#define KEY_PREFIX_LENGTH (sizeof(KEY_PREFIX) - 1)
#define KEY_BYTES (SEAL_KEY_ID_BYTES + SEAL_SECRET_BYTES)
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

_Static_assert(KEY_PREFIX_LENGTH + sodium_base64_ENCODED_LEN(KEY_BYTES, BASE64) <=
		       SEAL_KEY_TEXT_BYTES,
	       "key text");

int seal_init(void)
{
	return sodium_init() < 0 ? -EIO : 0;
}

void seal_key_new(struct seal_key *out)
{
	randombytes_buf(out->id, sizeof(out->id));
	randombytes_buf(out->secret, sizeof(out->secret));
}

void seal_key_format(const struct seal_key *key, char out[SEAL_KEY_TEXT_BYTES])
{
	uint8_t bytes[KEY_BYTES];

	memcpy(bytes, key->id, SEAL_KEY_ID_BYTES);
	memcpy(bytes + SEAL_KEY_ID_BYTES, key->secret, SEAL_SECRET_BYTES);
	memcpy(out, KEY_PREFIX, KEY_PREFIX_LENGTH);
	sodium_bin2base64(out + KEY_PREFIX_LENGTH, SEAL_KEY_TEXT_BYTES - KEY_PREFIX_LENGTH, bytes,
			  sizeof(bytes), BASE64);
	sodium_memzero(bytes, sizeof(bytes));
}

int seal_key_parse(const char *text, struct seal_key *out)
{
	uint8_t bytes[KEY_BYTES];
	size_t length = strnlen(text, SEAL_KEY_TEXT_BYTES);
	size_t size = 0;

	if (length == SEAL_KEY_TEXT_BYTES || strncmp(text, KEY_PREFIX, KEY_PREFIX_LENGTH) != 0)
		return -EINVAL;
	/* libsodium 1.0.18 takes some bytes beyond ASCII for letters. */
	if (strspn(text + KEY_PREFIX_LENGTH, KEY_ALPHABET) != length - KEY_PREFIX_LENGTH)
		return -EINVAL;
	if (sodium_base642bin(bytes, sizeof(bytes), text + KEY_PREFIX_LENGTH,
			      length - KEY_PREFIX_LENGTH, NULL, &size, NULL, BASE64) != 0 ||
	    size != sizeof(bytes))
		return -EINVAL;
	memcpy(out->id, bytes, SEAL_KEY_ID_BYTES);
	memcpy(out->secret, bytes + SEAL_KEY_ID_BYTES, SEAL_SECRET_BYTES);
	sodium_memzero(bytes, sizeof(bytes));
	return 0;
}

enum seal_verdict seal_peek(const uint8_t *datagram, size_t size, enum seal_type *out_type,
			    uint8_t out_key_id[SEAL_KEY_ID_BYTES])
{
	if (size < SEAL_OVERHEAD || size > SEAL_DATAGRAM_MAX)
		return SEAL_SHORT;
	if (datagram[0] != MAGIC_0 || datagram[1] != MAGIC_1)
		return SEAL_NOT_OURS;
	if (datagram[AT_VERSION] != VERSION)
		return SEAL_BAD_VERSION;
	if (datagram[AT_TYPE] != SEAL_FIXES && datagram[AT_TYPE] != SEAL_ACK)
		return SEAL_BAD_TYPE;
	*out_type = (enum seal_type)datagram[AT_TYPE];
	memcpy(out_key_id, datagram + AT_KEY_ID, SEAL_KEY_ID_BYTES);
	return SEAL_OK;
}

size_t seal_close_with(const struct seal_key *key, enum seal_type type,
		       const uint8_t nonce[SEAL_NONCE_BYTES], const uint8_t *plain, size_t size,
		       uint8_t *out)
{
	unsigned long long sealed = 0;

	out[0] = MAGIC_0;
	out[1] = MAGIC_1;
	out[AT_VERSION] = VERSION;
	out[AT_TYPE] = (uint8_t)type;
	memcpy(out + AT_KEY_ID, key->id, SEAL_KEY_ID_BYTES);
	memcpy(out + HEADER_BYTES, nonce, SEAL_NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + AT_CIPHERTEXT, &sealed, plain, size, out,
						   HEADER_BYTES, NULL, nonce, key->secret);
	return AT_CIPHERTEXT + (size_t)sealed;
}

size_t seal_close(const struct seal_key *key, enum seal_type type, uint64_t number,
		  const uint8_t *plain, size_t size, uint8_t *out)
{
	uint8_t nonce[SEAL_NONCE_BYTES];

	for (int i = 0; i < NUMBER_BYTES; i++)
		nonce[i] = (uint8_t)(number >> (8 * (NUMBER_BYTES - 1 - i)));
	randombytes_buf(nonce + NUMBER_BYTES, sizeof(nonce) - NUMBER_BYTES);
	return seal_close_with(key, type, nonce, plain, size, out);
}

enum seal_verdict seal_open(const struct seal_key *key, const uint8_t *datagram, size_t size,
			    uint64_t *out_number, uint8_t *out_plain, size_t *out_size)
{
	const uint8_t *nonce = datagram + HEADER_BYTES;
	uint8_t key_id[SEAL_KEY_ID_BYTES];
	enum seal_type type;
	enum seal_verdict verdict = seal_peek(datagram, size, &type, key_id);
	unsigned long long opened = 0;
	uint64_t number = 0;

	if (verdict != SEAL_OK)
		return verdict;
	if (memcmp(key_id, key->id, sizeof(key_id)) != 0 ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out_plain, &opened, NULL, datagram + AT_CIPHERTEXT, size - AT_CIPHERTEXT,
		    datagram, HEADER_BYTES, nonce, key->secret) != 0)
		return SEAL_FORGED;
	for (int i = 0; i < NUMBER_BYTES; i++)
		number = number << 8 | nonce[i];
	*out_number = number;
	*out_size = (size_t)opened;
	return SEAL_OK;
}

/*
 * `highest` itself counts as seen; the 1,024 numbers below it have one bit each, at their number
 * modulo the window, so that nothing is ever shifted.
 */
static void window_put(struct seal_window *window, uint64_t number, uint64_t bit)
{
	uint64_t at = number % SEAL_WINDOW_BITS;

	window->seen[at / 64] &= ~(UINT64_C(1) << (at % 64));
	window->seen[at / 64] |= bit << (at % 64);
}

static uint64_t window_get(const struct seal_window *window, uint64_t number)
{
	uint64_t at = number % SEAL_WINDOW_BITS;

	return window->seen[at / 64] >> (at % 64) & 1;
}

struct seal_window seal_window_after(uint64_t highest)
{
	struct seal_window window = {.highest = highest};

	memset(window.seen, 0xff, sizeof(window.seen));
	return window;
}

int seal_window_mark(struct seal_window *window, uint64_t number)
{
	uint64_t highest = window->highest;

	if (number <= highest) {
		if (number == highest || highest - number > SEAL_WINDOW_BITS ||
		    window_get(window, number))
			return -EEXIST;
		window_put(window, number, 1);
		return 0;
	}
	if (number - highest > SEAL_WINDOW_BITS) {
		memset(window->seen, 0, sizeof(window->seen));
	} else {
		window_put(window, highest, 1);
		for (uint64_t n = highest + 1; n < number; n++)
			window_put(window, n, 0);
	}
	window->highest = number;
	return 0;
}
