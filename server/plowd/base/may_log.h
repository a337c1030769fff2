/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a line that anybody outside can bring about, as often as he likes, is due in the log again:
 * at most every ten seconds for each place that remembers when it was.  Any thread, its own place.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_MAY_LOG_H
#define PLOW_SERVER_PLOWD_BASE_MAY_LOG_H

#include <stdbool.h>
#include <stdint.h>

#define MAY_LOG_EVERY_MS 10000

/* *logged_ms is 0 before the first line, and now_ms after one that may be; a clock set back silences nothing. */
bool may_log(int64_t *logged_ms, int64_t now_ms);

#endif
