/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vehicles the matcher follows: one follow each, made when a vehicle is registered and kept until
 * the window or the roads change.  Matcher thread only.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_FOLLOWS_H
#define PLOW_SERVER_PLOWD_COVERAGE_FOLLOWS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct follow;
struct follow_parts;

/* Zeroed is empty. */
struct follows {
	struct follow **list;
	size_t count;
};

void follows_forget(struct follows *follows);
struct follow *follows_find(const struct follows *follows, int64_t vehicle_id); /* or NULL */

/*
 * Takes in vehicles that are new, with what they did in the window, and who was taken out of service or
 * brought back.  parts must outlive them.  Returns 0 or negative errno: then it is tried again.
 */
int follows_take_in(struct follows *follows, const struct follow_parts *parts) PLOW_MUST_USE;

#endif
