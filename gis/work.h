/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a vehicle at work?  A sensor says so, before the driver's button, before the unit's work
 * state, before inference from the speed its class works at (contracts.md, Meaning).  Pure.
 */
#ifndef PLOW_GIS_WORK_H
#define PLOW_GIS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"

/* A machine class and the speeds at which it clears snow. */
struct work_class {
	const char *code;
	double min_mps, max_mps; /* min > max: this class never clears by itself */
};

/* The class of a code; an unknown code is `any`, which works whenever it moves. */
const struct work_class *work_class_find(const char *code);
bool work_class_is_known(const char *code);

struct work_verdict {
	bool at_work;
	uint8_t source; /* enum work_source */
	char code;      /* what work; 'A' where only a sensor or the speed says so */
};

/* The verdict on one fix, at a speed (negative: unknown, then no inference says "at work"). */
struct work_verdict work_judge(const struct fix *fix, const struct work_class *class_of_vehicle,
			       double speed_mps);

/*
 * What a vehicle does: one rule for the live map and for the record of a night.  Who stands is at
 * work only where somebody says so; a speed alone never does.
 */
enum work_activity { ACTIVITY_WORK, ACTIVITY_TRANSFER, ACTIVITY_WAITING };
enum work_activity work_activity(const struct work_verdict *verdict, double speed_mps);

const char *work_source_name(enum work_source source);

#endif
