/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What plowd means by "now" (--clock): the wall clock, or the newest accepted fix's time, so that a
 * recorded night can be replayed and every rule about age and silence works as it did then.
 *
 * Any thread.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_NOW_H
#define PLOW_SERVER_PLOWD_BASE_NOW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct now {
	bool by_fixes;
	_Atomic int64_t newest_fix_ms; /* 0 before the first */
};

/* The current time; by_fixes and before the first fix: 0. */
int64_t now_ms(const struct now *now);

/* Tells of an accepted fix; only the newest counts. */
void now_saw_fix(struct now *now, int64_t fix_time_ms);

#endif
