/* SPDX-License-Identifier: Apache-2.0 */
#include "server/day.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gis/db.h"

/* A name of the time zone database, never a path out of it. */
static int check_zone(const char *timezone)
{
	char path[128];
	size_t length = strlen(timezone);

	if (length == 0 || length >= sizeof(((struct day_rule *)0)->timezone) || timezone[0] == '/' ||
	    strstr(timezone, "..") ||
	    strspn(timezone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") != length)
		return -EINVAL;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", timezone);
	return strcmp(timezone, "UTC") == 0 || access(path, R_OK) == 0 ? 0 : -EINVAL;
}

int day_rule_read(const char *timezone, const char *day_start, struct day_rule *out)
{
	unsigned int hour, minute;
	char rest;

	if (sscanf(day_start, "%2u:%2u%c", &hour, &minute, &rest) != 2 || hour > 23 || minute > 59 ||
	    check_zone(timezone))
		return -EINVAL;
	snprintf(out->timezone, sizeof(out->timezone), "%s", timezone);
	out->start_minute = (int)(hour * 60 + minute);
	return 0;
}

int day_rule_load(struct db *db, struct day_rule *out)
{
	char timezone[64], day_start[16];
	int error = db_setting(db, "timezone", timezone, sizeof(timezone));

	if (!error)
		error = db_setting(db, "day_start", day_start, sizeof(day_start));
	return error ? error : day_rule_read(timezone, day_start, out);
}

void day_rule_use(const struct day_rule *rule)
{
	setenv("TZ", rule->timezone, 1);
	tzset();
}

static int64_t start_on(const struct day_rule *rule, struct tm date)
{
	date.tm_hour = rule->start_minute / 60;
	date.tm_min = rule->start_minute % 60;
	date.tm_sec = 0;
	date.tm_isdst = -1;
	return (int64_t)mktime(&date) * 1000;
}

void day_of(const struct day_rule *rule, int64_t time_ms, char out_name[DAY_NAME_BYTES],
	    int64_t *out_start_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm date;

	localtime_r(&seconds, &date);
	*out_start_ms = start_on(rule, date);
	if (*out_start_ms > time_ms) {
		date.tm_mday--;
		*out_start_ms = start_on(rule, date);
		seconds = (time_t)(*out_start_ms / 1000);
		localtime_r(&seconds, &date);
	}
	strftime(out_name, DAY_NAME_BYTES, "%Y-%m-%d", &date);
}

int64_t day_next(int64_t after_ms, int minute)
{
	time_t seconds = (time_t)(after_ms / 1000);
	struct day_rule rule = {.start_minute = minute};
	struct tm date;
	int64_t next_ms;

	localtime_r(&seconds, &date);
	next_ms = start_on(&rule, date);
	if (next_ms > after_ms)
		return next_ms;
	date.tm_mday++;
	return start_on(&rule, date);
}

int day_bounds(const struct day_rule *rule, const char *name, int64_t *out_from_ms,
	       int64_t *out_to_ms)
{
	struct tm date = {0};
	char again[DAY_NAME_BYTES];
	const char *end = strptime(name, "%Y-%m-%d", &date);

	if (!end || *end || strlen(name) != DAY_NAME_BYTES - 1)
		return -EINVAL;
	*out_from_ms = start_on(rule, date);
	day_of(rule, *out_from_ms, again, out_from_ms);
	date.tm_mday++;
	*out_to_ms = start_on(rule, date);
	return strcmp(again, name) == 0 ? 0 : -EINVAL; /* no 31st of February */
}
