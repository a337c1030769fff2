/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much is kept of what nobody proved to have sent: plain NMEA and phones without a token (trust 0),
 * plain NMEA from listed networks (trust 1).  Who knows a vehicle's code could fill the disk under it.
 * So a vehicle has an allowance of each of the two, which fills up again twice as fast as a receiver
 * speaks, and for listed networks as fast as any receiver does, since theirs count; a router's backlog of a whole
 * day fits.  What is believed (trust above 1) needs none.
 *
 * One thread.  Remembers each vehicle it was asked about, and nothing over a restart.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_ALLOWANCE_H
#define PLOW_SERVER_PLOWD_INTAKE_ALLOWANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALLOWANCE_MOST 100000 /* fixes: a day of one a second, and some */
#define ALLOWANCE_A_SECOND UINT64_C(2)
#define ALLOWANCE_LISTED_A_SECOND UINT64_C(10)

struct allowance;

struct allowance *allowance_new(void);
void allowance_free(struct allowance *allowance);

/* Takes for `count` fixes, all or none; false: there is not so much left.  now_ms of a clock nobody sets. */
bool allowance_take(struct allowance *allowance, int64_t vehicle_id, uint8_t trust, size_t count,
		    uint64_t now_ms);

#endif
