/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as a datagram from anybody, as the text of a key, and as a message that a holder of the
 * key seals: it comes out as it went in, under that key alone, and not when a bit was turned.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_outside(const uint8_t *data, size_t size)
{
	uint8_t key_id[SEAL_KEY_ID_BYTES], plain[SEAL_PLAIN_MAX];
	struct seal_key key = {{0}, {2}};
	static struct wire_fixes fixes;
	static struct wire_ack ack;
	enum seal_type type;
	uint64_t number;
	size_t plain_size;

	if (seal_peek(data, size, &type, key_id) != SEAL_OK)
		return;
	memcpy(key.id, key_id, sizeof(key_id));
	if (seal_open(&key, data, size, &number, plain, &plain_size) != SEAL_OK)
		return;
	/* Only the seed inputs get here: nobody makes up a tag. */
	(void)!wire_get_fixes(plain, plain_size, &fixes);
	(void)!wire_get_ack(plain, plain_size, &ack);
}

static void try_key(const uint8_t *data, size_t size)
{
	char text[SEAL_KEY_TEXT_BYTES], again[SEAL_KEY_TEXT_BYTES];
	struct seal_key key;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (seal_key_parse(text, &key) != 0)
		return;
	seal_key_format(&key, again);
	assert(strcmp(text, again) == 0);
}

static void try_round(const uint8_t *data, size_t size)
{
	static const struct seal_key key = {{1}, {2}}, other = {{1}, {3}};
	uint8_t sealed[SEAL_DATAGRAM_MAX], plain[SEAL_PLAIN_MAX];
	enum seal_type type = data[0] & 1 ? SEAL_FIXES : SEAL_ACK;
	size_t sealed_size = seal_close(&key, type, 7, data, size, sealed);
	size_t plain_size = 0;
	uint64_t number = 0;

	assert(seal_open(&other, sealed, sealed_size, &number, plain, &plain_size) == SEAL_FORGED);
	assert(seal_open(&key, sealed, sealed_size, &number, plain, &plain_size) == SEAL_OK);
	assert(number == 7 && plain_size == size && memcmp(plain, data, size) == 0);
	sealed[data[0] % sealed_size] ^= 1;
	assert(seal_open(&key, sealed, sealed_size, &number, plain, &plain_size) != SEAL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_outside(data, size);
	try_key(data, size);
	/* The cipher is slow and not what is looked for: a part of the inputs is enough. */
	if (size > 0 && size <= SEAL_PLAIN_MAX && data[size - 1] % 64 == 0)
		try_round(data, size);
	return 0;
}
