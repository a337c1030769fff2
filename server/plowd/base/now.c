/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/now.h"

#include "common/clock.h"

int64_t now_ms(const struct now *now)
{
	return now->by_fixes ? atomic_load(&now->newest_fix_ms) : wall_clock_ms();
}

void now_saw_fix(struct now *now, int64_t fix_time_ms)
{
	int64_t newest_ms = atomic_load(&now->newest_fix_ms);

	while (fix_time_ms > newest_ms &&
	       !atomic_compare_exchange_weak(&now->newest_fix_ms, &newest_ms, fix_time_ms))
		;
}
