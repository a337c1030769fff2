/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a program ends: the statuses of contracts.md, and the one sentence that goes with each.
 * Only for main files and commands; library modules return negative errno and never print.
 */
#ifndef PLOW_COMMON_EXITS_H
#define PLOW_COMMON_EXITS_H

#include <sysexits.h>

#include "common/attr.h"

#define PLOW_VERSION "0.1.0"

/* Prints "PROGRAM: sentence\n" to stderr and returns status, for `return fail(EX_NOINPUT, ...)`. */
int fail(int status, const char *format, ...) PLOW_PRINTF(2, 3);

/* The sysexits status that fits a negative errno: -ENOENT and -ENOKEY 66, -EBUSY and -ENOSPC 74, -EADDRINUSE 69, ... */
int exit_status_of(int error);

#endif
