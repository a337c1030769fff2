/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wall clock, for times of receipt and of deeds (how old or late a fix is follows from its own
 * time), and the one that nobody sets, for waiting and for how long something takes.  Any thread.
 */
#ifndef PLOW_COMMON_CLOCK_H
#define PLOW_COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Unix time in milliseconds. */
int64_t wall_clock_ms(void);
int64_t wall_clock_us(void);

/* Milliseconds since some moment; never set back. */
int64_t steady_clock_ms(void);
/* The moment of that clock in so many milliseconds, for pthread_cond_timedwait() with CLOCK_MONOTONIC. */
struct timespec steady_clock_after(int delay_ms);

#endif
