/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of past nights: which operational days have fixes, and one vehicle's night with what
 * it did when and what it drove.  Reader thread; a day of fixes is read hour by hour, so that
 * memory does not grow with the rate of a receiver.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_NIGHTS_H
#define PLOW_SERVER_PLOWD_ANSWERS_NIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/drive.h"
#include "server/day.h"
#include "server/plowd/answers/timeline.h"
#include "server/vehicles.h"

struct bytes;
struct caller;
struct db;
struct json;
struct network;

/* Keeps those of the vehicles that somebody sees, in their order; returns how many. */
size_t night_vehicles(const struct caller *caller, struct vehicle *vehicles, size_t count);

struct nights_question {
	const struct caller *caller; /* his vehicles alone */
	int64_t before_ms; /* days that begin before it */
	size_t limit;
};
/* Writes [NIGHT], the newest first.  Returns 0 or negative errno with db_why() set. */
int nights_show(struct db *db, struct json *json,
		const struct nights_question *question) PLOW_MUST_USE;

/* A vehicle's night; starts from {0}. */
struct night {
	struct vehicle vehicle;
	char day[DAY_NAME_BYTES];
	int64_t from_ms, to_ms;
	struct timeline timeline;
	struct span_list drive; /* in the order driven */
	double driven_m, worked_m;
	struct match_summary fixes; /* of the trips that began in it */
};
/* Fills in the rest of a night whose vehicle, day, from_ms and to_ms are set. */
int night_load(struct db *db, const struct network *net, struct night *night) PLOW_MUST_USE;
void night_free(struct night *night);

/* Writes VEHICLE_NIGHT, or its segments as CSV. */
void night_show(struct json *json, const struct network *net, const struct night *night);
void night_write_csv(struct bytes *text, const struct network *net, const struct night *night);

#endif
