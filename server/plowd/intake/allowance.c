/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/allowance.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "common/fix.h"

/* One vehicle's of one trust. */
struct purse {
	int64_t vehicle_id;
	uint8_t trust;
	uint64_t left;
	uint64_t filled_ms; /* up to when what fills it is in `left` */
};

struct allowance {
	struct purse *purses; /* two a vehicle at most */
	size_t count, capacity;
};

struct allowance *allowance_new(void)
{
	return x_calloc(1, sizeof(struct allowance));
}

void allowance_free(struct allowance *allowance)
{
	free(allowance->purses);
	free(allowance);
}

static struct purse *find(struct allowance *allowance, int64_t vehicle_id, uint8_t trust, uint64_t now_ms)
{
	for (size_t i = 0; i < allowance->count; i++) {
		struct purse *purse = &allowance->purses[i];

		if (purse->vehicle_id == vehicle_id && purse->trust == trust)
			return purse;
	}
	allowance->purses =
		x_grow(allowance->purses, allowance->count, &allowance->capacity, sizeof(struct purse));
	allowance->purses[allowance->count] = (struct purse){vehicle_id, trust, ALLOWANCE_MOST, now_ms};
	return &allowance->purses[allowance->count++];
}

static void fill(struct purse *purse, uint64_t now_ms)
{
	uint64_t ms_a_fix = 1000 / (purse->trust == TRUST_LISTED ? ALLOWANCE_LISTED_A_SECOND : ALLOWANCE_A_SECOND);
	uint64_t more = (now_ms - purse->filled_ms) / ms_a_fix;

	purse->filled_ms += more * ms_a_fix;
	purse->left += more;
	if (purse->left > ALLOWANCE_MOST)
		purse->left = ALLOWANCE_MOST;
}

bool allowance_take(struct allowance *allowance, int64_t vehicle_id, uint8_t trust, size_t count,
		    uint64_t now_ms)
{
	struct purse *purse;

	if (trust != TRUST_PLAIN && trust != TRUST_LISTED)
		return true;
	purse = find(allowance, vehicle_id, trust, now_ms);
	fill(purse, now_ms);
	if (purse->left < count)
		return false;
	purse->left -= count;
	return true;
}
