/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two copies of one unit's disk report under one key?  A unit gives its spool a new id whenever
 * it opens it and only ever goes on to higher numbers: an id that another has taken over from never
 * comes back under a higher number, unless there are two units.  In place, allocates nothing.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_COPIES_H
#define PLOW_SERVER_PLOWD_INTAKE_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#define COPIES_FORMER 4

/* Start with {0}. */
struct copies {
	uint64_t spool_id;              /* that reports now; 0: none yet */
	uint64_t highest;               /* number it came with */
	uint64_t former[COPIES_FORMER]; /* that it, and others before, took over from; 0: none */
};

/* A good datagram came; true when a former spool is back: there are two. */
bool copies_meet(struct copies *copies, uint64_t spool_id, uint64_t number);

#endif
