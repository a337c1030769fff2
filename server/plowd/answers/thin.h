/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixes of one vehicle that a replay needs.  A fix is kept where what the vehicle does changes,
 * where the time to the last kept one would exceed THIN_JOIN_MS, and where the straight way between
 * kept ones, driven evenly, would be further than THIN_M from where a dropped fix says the vehicle
 * was at its time.  So whoever moves a marker evenly between kept fixes at most THIN_JOIN_MS apart
 * is never further off at the time of any fix, and kept fixes further apart had nothing between
 * them.  One pass, nothing allocated.  Pure.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_THIN_H
#define PLOW_SERVER_PLOWD_ANSWERS_THIN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fix.h"
#include "server/plowd/live/doing.h"

#define THIN_JOIN_MS 30000
#define THIN_M 4.0

struct thin_point {
	int64_t time_ms;
	int32_t lon_e7, lat_e7;
	struct doing doing; /* from here to the next */
};
typedef void thin_cb(const struct thin_point *point, void *arg);

struct thin {
	const struct work_class *class_of_vehicle;
	struct fix last;      /* not yet decided upon */
	bool has_last, has_kept;
	struct thin_point kept; /* the newest kept one */
	/* The speeds on the two axes, in 1e-7 degrees per ms, that pass by every fix since. */
	double lon_least, lon_most, lat_least, lat_most;
};

void thin_init(struct thin *thin, const struct work_class *class_of_vehicle);
/* The next fix, later than the one before; calls for what is kept, at most once. */
void thin_add(struct thin *thin, const struct fix *fix, thin_cb *on_point, void *arg);
/* The last fix is kept as well, if there was any. */
void thin_end(struct thin *thin, thin_cb *on_point, void *arg);

#endif
