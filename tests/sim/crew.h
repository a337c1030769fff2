/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two people in a cab decide: drive out, clear every street of the part in both
 * directions, the nearest uncleared one next, turn or back out at dead ends, push a heap aside by
 * going back and forth, refuel, rest, go home, and set out again when snow goes on falling.
 *
 * A crew gives its motion legs ahead of time and belongs to one thread.  The same seed and network
 * give the same night.
 */
#ifndef PLOW_TESTS_SIM_CREW_H
#define PLOW_TESTS_SIM_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/plan.h"
#include "tests/sim/random.h"

struct crew;
struct motion;
struct network;
struct route;

/* A machine and how it is driven. */
struct machine {
	const char *class_code; /* as in gis/work.h */
	double work_mps, transfer_mps;
	bool has_sensor; /* a blade sensor, whose word goes before the button's */
};

/* The i-th vehicle's machine; main roads get the fast ones. */
struct machine machine_of(size_t vehicle, bool on_main_roads);

/* What a crew is to do.  Everything pointed to must outlive it. */
struct crew_task {
	const struct network *net;
	struct route *route; /* may be shared by all crews of a thread */
	const uint32_t *links;
	size_t count;
	struct yard yard;
	struct machine machine;
	bool begins_at_work; /* stands in its part when the night begins, not in its yard */
};

struct crew *crew_new(const struct crew_task *task, struct sim_random random);
void crew_free(struct crew *crew);

/* The crew's vehicle; belongs to the crew. */
struct motion *crew_motion(const struct crew *crew);

/* Drives on.  now_s is the time since the night began. */
void crew_step(struct crew *crew, double now_s, double seconds);

/* Street directions of the part still to be cleared in this round, and rounds finished. */
size_t crew_left(const struct crew *crew);
unsigned crew_rounds(const struct crew *crew);

#endif
