/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/copies.h"

#include <string.h>

static bool was_here(const struct copies *copies, uint64_t spool_id)
{
	for (int i = 0; i < COPIES_FORMER; i++) {
		if (spool_id != 0 && copies->former[i] == spool_id)
			return true;
	}
	return false;
}

bool copies_meet(struct copies *copies, uint64_t spool_id, uint64_t number)
{
	bool is_back;

	if (number <= copies->highest)
		return false; /* late on its way, whosever it is */
	copies->highest = number;
	if (spool_id == copies->spool_id)
		return false;
	is_back = was_here(copies, spool_id);
	memmove(&copies->former[1], &copies->former[0], (COPIES_FORMER - 1) * sizeof(copies->former[0]));
	copies->former[0] = copies->spool_id;
	copies->spool_id = spool_id;
	return is_back;
}
