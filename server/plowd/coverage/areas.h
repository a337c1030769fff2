/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which area (地区・工区) each link lies in: by the middle of the link.  Matcher thread.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_AREAS_H
#define PLOW_SERVER_PLOWD_COVERAGE_AREAS_H

#include "common/attr.h"
#include "server/plowd/coverage/outbox.h"

struct db;
struct network;

/* Returns 0 or negative errno with db_why() set; free with area_map_free(). */
int areas_load(struct db *db, const struct network *net, struct area_map *out) PLOW_MUST_USE;

#endif
