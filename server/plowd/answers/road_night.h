/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who drove along a road in a span of time: the lines of the 除雪作業グラフ, time by distance.
 * Reader thread.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_ROAD_NIGHT_H
#define PLOW_SERVER_PLOWD_ANSWERS_ROAD_NIGHT_H

#include <stdint.h>

#include "common/attr.h"

struct caller;
struct db;
struct json;
struct network;

#define ROAD_NIGHT_MOST 20000 /* stretches; later ones are left out and it says so */

struct road_night_question {
	const struct caller *caller; /* his vehicles alone */
	const struct network *net;
	uint32_t road;
	int64_t from_ms, to_ms;
};
/* Writes ROAD_NIGHT.  Returns 0 or negative errno with db_why() set. */
int road_night_show(struct db *db, struct json *json,
		    const struct road_night_question *question) PLOW_MUST_USE;

#endif
