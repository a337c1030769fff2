/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as it stands outside the seal, as what a holder of the key put behind it, and bare.
 * Nothing crashes, and whatever is accepted is exactly what this side would have written.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_fixes(const uint8_t *data, size_t size)
{
	struct wire_fixes message;
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t taken = 0, written;

	if (wire_get_fixes(data, size, &message) != 0)
		return;
	assert(message.count > 0 && message.count <= WIRE_FIXES_MAX);
	written = wire_put_fixes(&message, bytes, sizeof(bytes), &taken);
	assert(taken == message.count);
	assert(written == size && memcmp(bytes, data, size) == 0);
}

static void try_ack(const uint8_t *data, size_t size)
{
	struct wire_ack ack;
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t written;

	if (wire_get_ack(data, size, &ack) != 0)
		return;
	assert(ack.count <= WIRE_RANGES_MAX);
	written = wire_put_ack(&ack, bytes, sizeof(bytes));
	assert(written == size && memcmp(bytes, data, size) == 0);
}

/* Whoever holds a key may seal anything: it comes out as it went in, and only under that key. */
static void try_behind_seal(const uint8_t *data, size_t size)
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
	try_fixes(plain, plain_size);
	try_ack(plain, plain_size);
	sealed[data[0] % sealed_size] ^= 1;
	assert(seal_open(&key, sealed, sealed_size, &number, plain, &plain_size) != SEAL_OK);
}

static void try_outside(const uint8_t *data, size_t size)
{
	uint8_t key_id[SEAL_KEY_ID_BYTES], plain[SEAL_PLAIN_MAX];
	struct seal_key key = {{0}, {2}};
	enum seal_type type;
	uint64_t number;
	size_t plain_size;

	if (seal_peek(data, size, &type, key_id) != SEAL_OK)
		return;
	memcpy(key.id, key_id, sizeof(key_id));
	(void)seal_open(&key, data, size, &number, plain, &plain_size);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_outside(data, size);
	try_key(data, size);
	if (size > SEAL_PLAIN_MAX)
		return 0;
	try_fixes(data, size);
	try_ack(data, size);
	/* The cipher is slow and not what is looked for: a part of the inputs is enough. */
	if (size > 0 && data[size - 1] % 16 == 0)
		try_behind_seal(data, size);
	return 0;
}
