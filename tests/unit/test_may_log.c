/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/may_log.h"

#include <criterion/criterion.h>

#define NOW_MS INT64_C(1768500000000)

Test(may_log, says_it_at_once_and_then_every_ten_seconds)
{
	int64_t logged_ms = 0;

	cr_assert(may_log(&logged_ms, NOW_MS));
	cr_assert_not(may_log(&logged_ms, NOW_MS));
	cr_assert_not(may_log(&logged_ms, NOW_MS + MAY_LOG_EVERY_MS - 1));
	cr_assert(may_log(&logged_ms, NOW_MS + MAY_LOG_EVERY_MS));
	cr_assert_not(may_log(&logged_ms, NOW_MS + MAY_LOG_EVERY_MS + 1));
}

Test(may_log, is_not_silenced_by_a_clock_that_is_set_back)
{
	int64_t logged_ms = 0;

	cr_assert(may_log(&logged_ms, NOW_MS));
	cr_assert(may_log(&logged_ms, NOW_MS - 3600000));
	cr_assert_not(may_log(&logged_ms, NOW_MS - 3600000 + 1));
}
