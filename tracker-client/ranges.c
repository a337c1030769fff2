/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/ranges.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"

void ranges_fini(struct ranges *set)
{
	free(set->at);
	*set = (struct ranges){0};
}

void ranges_clear(struct ranges *set)
{
	set->count = 0;
}

size_t ranges_seek(const struct ranges *set, uint64_t number)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->at[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool ranges_has(const struct ranges *set, uint64_t number)
{
	size_t i = ranges_seek(set, number);

	return i < set->count && set->at[i].first <= number;
}

/* Puts `put` ranges where `taken` ones stood from index i on. */
static void splice(struct ranges *set, size_t i, size_t taken, const struct wire_range *ranges,
		   size_t put)
{
	if (put > taken)
		set->at = x_grow(set->at, set->count, &set->capacity, sizeof(*set->at));
	memmove(set->at + i + put, set->at + i + taken,
		(set->count - i - taken) * sizeof(*set->at));
	memcpy(set->at + i, ranges, put * sizeof(*ranges));
	set->count = set->count - taken + put;
}

void ranges_add(struct ranges *set, uint64_t first, uint64_t last)
{
	/* A range that ends just below `first` or begins just above `last` is joined. */
	size_t i = ranges_seek(set, first > 0 ? first - 1 : 0), end = i;
	struct wire_range joined = {first, last};

	for (; end < set->count && (last == UINT64_MAX || set->at[end].first <= last + 1); end++) {
		if (set->at[end].first < joined.first)
			joined.first = set->at[end].first;
		if (set->at[end].last > joined.last)
			joined.last = set->at[end].last;
	}
	splice(set, i, end - i, &joined, 1);
}

void ranges_remove(struct ranges *set, uint64_t first, uint64_t last)
{
	size_t i = ranges_seek(set, first), end = i, left = 0;
	struct wire_range rest[2];

	while (end < set->count && set->at[end].first <= last)
		end++;
	if (end == i)
		return;
	if (set->at[i].first < first)
		rest[left++] = (struct wire_range){set->at[i].first, first - 1};
	if (set->at[end - 1].last > last)
		rest[left++] = (struct wire_range){last + 1, set->at[end - 1].last};
	splice(set, i, end - i, rest, left);
}
