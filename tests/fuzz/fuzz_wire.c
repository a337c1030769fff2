/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as what a holder of the key put behind the seal: fixes one way, an acknowledgement the
 * other.  Whatever is accepted is exactly what this side would have written.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_fixes(const uint8_t *data, size_t size)
{
	static struct wire_fixes message;
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t taken = 0, written;

	if (wire_get_fixes(data, size, &message) != 0)
		return;
	assert(message.count > 0 && message.count <= WIRE_FIXES_MAX);
	assert(message.oldest_seq >= 1 && message.fixes[0].seq >= message.oldest_seq);
	assert(message.fixes[message.count - 1].seq <= message.newest_seq);
	for (size_t i = 0; i < message.count; i++)
		assert(wire_fix_is_sendable(&message.fixes[i].fix));
	written = wire_put_fixes(&message, bytes, sizeof(bytes), &taken);
	assert(taken == message.count);
	assert(written == size && memcmp(bytes, data, size) == 0);
}

static void try_ack(const uint8_t *data, size_t size)
{
	static struct wire_ack ack;
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t written;

	if (wire_get_ack(data, size, &ack) != 0)
		return;
	assert(ack.count <= WIRE_RANGES_MAX);
	written = wire_put_ack(&ack, bytes, sizeof(bytes));
	assert(written == size && memcmp(bytes, data, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > SEAL_PLAIN_MAX)
		return 0;
	try_fixes(data, size);
	try_ack(data, size);
	return 0;
}
