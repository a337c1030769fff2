/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operational day (除雪日): from noon to noon of the town unless set otherwise, so that one
 * night is one day.  Days are named by the date on which they begin.  After day_rule_use() any
 * thread may ask.
 */
#ifndef PLOW_SERVER_DAY_H
#define PLOW_SERVER_DAY_H

#include <stdint.h>

#include "common/attr.h"

struct db;

struct day_rule {
	char timezone[64];
	int start_minute; /* after midnight, town time */
};

#define DAY_NAME_BYTES 11 /* "2027-01-15" */

/* Returns 0, or -EINVAL for an unknown zone or a time that is not HH:MM. */
int day_rule_read(const char *timezone, const char *day_start, struct day_rule *out) PLOW_MUST_USE;
/* The town's own, from its settings. */
int day_rule_load(struct db *db, struct day_rule *out) PLOW_MUST_USE;

/*
 * Makes the town's time zone the process's (TZ).  Once, in main() or at a command's start, before
 * there are threads: a process serves one town.
 */
void day_rule_use(const struct day_rule *rule);

/* The day a time belongs to: its name, and when it began. */
void day_of(const struct day_rule *rule, int64_t time_ms, char out_name[DAY_NAME_BYTES],
	    int64_t *out_start_ms);

/* The first time after another at which the town's clock shows so many minutes after midnight. */
int64_t day_next(int64_t after_ms, int minute);

/*
 * When the day of a name begins and ends.  Returns 0, or -EINVAL when it is no date as "2027-01-15".
 */
int day_bounds(const struct day_rule *rule, const char *name, int64_t *out_from_ms,
	       int64_t *out_to_ms) PLOW_MUST_USE;

#endif
