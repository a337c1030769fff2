/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of numbers kept as ascending ranges that never touch: which fixes still have to be sent,
 * which were sent at least once.  Few ranges hold many numbers, as fixes come and go in rows.
 */
#ifndef PLOW_TRACKER_RANGES_H
#define PLOW_TRACKER_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"

struct ranges {
	struct wire_range *at; /* ascending */
	size_t count, capacity;
};

void ranges_fini(struct ranges *set); /* and {0} is the empty set */
void ranges_clear(struct ranges *set);

void ranges_add(struct ranges *set, uint64_t first, uint64_t last);
void ranges_remove(struct ranges *set, uint64_t first, uint64_t last);
bool ranges_has(const struct ranges *set, uint64_t number);

/* The index of the first range whose end is not below number; count when there is none. */
size_t ranges_seek(const struct ranges *set, uint64_t number);

#endif
