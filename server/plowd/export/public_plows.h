/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where plows were at work at a moment, as residents may see it: from matched spans alone, so every
 * place is on a road, in steps of ten metres, and without anything that tells one plow from another
 * or the same one of a moment later.  Nothing is told beside depots, of one that stands, drives
 * without working or works on a road that is not ours.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_PLOWS_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_PLOWS_H

#include <stdint.h>

#include "common/attr.h"

struct db;
struct json;
struct network;
struct public_near;

/* Writes {"plows":[[lon,lat,course_deg],...]} from west to east. With db_why() set. */
int public_show_plows(struct json *json, struct db *db, const struct network *net,
		      const struct public_near *near, int64_t at_ms) PLOW_MUST_USE;

#endif
