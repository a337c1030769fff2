/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a vehicle did between one fix and the next, for the record of a night.  Work is what the
 * coverage counts as work (gis/drive.h), the other states are those of the live map
 * (gis/work.h); what the live map called silent or off is a gap or off from its first moment here,
 * since a record knows how long it lasted.  Pure.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_DOING_H
#define PLOW_SERVER_PLOWD_LIVE_DOING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fix.h"

struct work_class;

enum doing_state { DOING_WORK, DOING_TRANSFER, DOING_WAITING, DOING_GAP, DOING_OFF };
#define DOING_STATES 5

struct doing {
	uint8_t state;  /* enum doing_state */
	char work;      /* work code, 'U' where nobody says one */
	uint8_t source; /* enum work_source; WORK_SOURCE_NONE in a gap */
};

/* From `before` until `after`; the same fix twice: at that moment. */
struct doing doing_between(const struct work_class *class_of_vehicle, const struct fix *before,
			   const struct fix *after);
bool doing_is_same(const struct doing *a, const struct doing *b);

const char *doing_name(enum doing_state state);

#endif
