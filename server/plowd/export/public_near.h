/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies beside a depot: there, who came or went would tell of people, so positions are hidden
 * and passes told late.  Immutable once loaded.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_NEAR_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_NEAR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"

#define PUBLIC_NEAR_M 200.0

struct db;
struct network;
struct public_near;

/* Returns 0 or negative errno with db_why() set. */
int public_near_load(struct db *db, const struct network *net, struct public_near **out) PLOW_MUST_USE;
void public_near_free(struct public_near *near);

/* Whether any of the link, or the point (local metres), lies within PUBLIC_NEAR_M (and more_m) of a
 * depot. */
bool public_near_link(const struct public_near *near, uint32_t link);
bool public_near_point(const struct public_near *near, double x_m, double y_m, double more_m);

#endif
