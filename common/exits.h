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

/* The end of every --help; the manual pages say the same. */
#define EXITS_HELP                                                                                 \
	"Exit status: 0 done, 64 usage, 65 bad input data or not a database, 66 no such file,\n"   \
	"69 in use or not reachable, 70 own fault, 73 cannot create, 74 I/O error or disk full,\n" \
	"77 refused, 78 configuration.\n"

/* Prints "PROGRAM: sentence\n" to stderr and returns status, for `return fail(EX_NOINPUT, ...)`. */
int fail(int status, const char *format, ...) PLOW_PRINTF(2, 3);

/* The sysexits status that fits a negative errno: -ENOENT and -ENOKEY 66, -EBUSY and -EADDRINUSE 69, -ENOSPC 74, ... */
int exit_status_of(int error);

#endif
