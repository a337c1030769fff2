/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wall clock, for times of receipt and of deeds; how old or late a fix is follows from its own
 * time.  Any thread.
 */
#ifndef PLOW_COMMON_CLOCK_H
#define PLOW_COMMON_CLOCK_H

#include <stdint.h>

/* Unix time in milliseconds. */
int64_t wall_clock_ms(void);

#endif
