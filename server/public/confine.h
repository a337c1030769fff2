/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes away from the process, for good, every file but those of one folder, which it may read: so
 * that a fault in serving residents cannot become a look into the town's database.  Linux's
 * Landlock; before any thread is started.
 */
#ifndef PLOW_SERVER_PUBLIC_CONFINE_H
#define PLOW_SERVER_PUBLIC_CONFINE_H

#include "common/attr.h"

/* Returns 0; -ENOSYS, -EOPNOTSUPP or -EPERM where Landlock is not to be had; another negative errno. */
int confine_to(const char *folder) PLOW_MUST_USE;

#endif
