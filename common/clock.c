/* SPDX-License-Identifier: Apache-2.0 */
#include "common/clock.h"

static struct timespec read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now;
}

int64_t wall_clock_us(void)
{
	struct timespec now = read_clock(CLOCK_REALTIME);

	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

int64_t wall_clock_ms(void)
{
	return wall_clock_us() / 1000;
}

int64_t steady_clock_ms(void)
{
	struct timespec now = read_clock(CLOCK_MONOTONIC);

	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

struct timespec steady_clock_after(int delay_ms)
{
	struct timespec at = read_clock(CLOCK_MONOTONIC);

	at.tv_nsec += delay_ms % 1000 * 1000000L;
	at.tv_sec += delay_ms / 1000 + at.tv_nsec / 1000000000L;
	at.tv_nsec %= 1000000000L;
	return at;
}
