/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/may_log.h"

bool may_log(int64_t *logged_ms, int64_t now_ms)
{
	if (*logged_ms != 0 && now_ms >= *logged_ms && now_ms - *logged_ms < MAY_LOG_EVERY_MS)
		return false;
	*logged_ms = now_ms;
	return true;
}
