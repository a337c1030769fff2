/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/silence.h"

#include <string.h>

bool silence_is(const struct silence_unit *unit, int64_t now_ms)
{
	return unit->on_shift && now_ms - unit->newest_ms > SILENCE_MS;
}

/* Whether all units on shift in an area are silent, and there is one. */
static bool area_is_silent(const struct silence_unit *units, size_t count, int64_t now_ms,
			   uint16_t area)
{
	bool has_silent = false;

	for (size_t i = 0; i < count; i++) {
		if (!units[i].on_shift || units[i].area != area)
			continue;
		if (!silence_is(&units[i], now_ms))
			return false;
		has_silent = true;
	}
	return has_silent;
}

static void doubt_area(uint16_t area, const uint16_t *area_of_link, size_t links, bool *unknown)
{
	for (size_t i = 0; i < links; i++)
		unknown[i] = unknown[i] || area_of_link[i] == area;
}

void silence_find(const struct silence_unit *units, size_t count, int64_t now_ms,
		  const uint16_t *area_of_link, size_t links, bool *unknown)
{
	memset(unknown, 0, links * sizeof(*unknown));
	for (size_t i = 0; i < count; i++) {
		if (!silence_is(&units[i], now_ms))
			continue;
		for (size_t j = 0; j < units[i].link_count; j++)
			unknown[units[i].links[j]] = true;
		if (units[i].area != UINT16_MAX &&
		    area_is_silent(units, count, now_ms, units[i].area))
			doubt_area(units[i].area, area_of_link, links, unknown);
	}
}
