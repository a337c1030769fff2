/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a replay needs of a span of time: where every vehicle was (thinned, server/plowd/answers/thin.h),
 * and when the status of which link changed.  Reader thread.
 *
 * The vehicles come in pages: a page ends after REPLAY_FIXES fixes were read or REPLAY_POINTS are
 * kept, at a whole slice of time, and says from when the next one goes on.  So memory and the time
 * of one request are bounded, however many vehicles, whatever the rate of their receivers.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_REPLAY_H
#define PLOW_SERVER_PLOWD_ANSWERS_REPLAY_H

#include <stdint.h>

#include "common/attr.h"
#include "server/vehicles.h"

struct caller;
struct db;
struct json;
struct network;

#define REPLAY_LONGEST_MS INT64_C(86400000)
#define REPLAY_SLICE_MS INT64_C(300000)
#define REPLAY_FIXES 300000
#define REPLAY_POINTS 100000

struct replay_question {
	const struct caller *caller; /* his vehicles alone */
	int64_t from_ms, to_ms;
	char code[VEHICLE_CODE_BYTES]; /* "": all */
};

/*
 * Writes REPLAY.  Returns 0, -ENOENT when he sees no vehicle of the code, or another negative errno
 * with db_why() set.
 */
int replay_show(struct db *db, struct json *json,
		const struct replay_question *question) PLOW_MUST_USE;

/*
 * Writes REPLAY_ROADS: the statuses of links by the rules of the live board, as they followed from
 * the passes of [from_ms, to_ms) alone, looked at every REPLAY_STEP_MS; snow and silence are not
 * played again.  Returns 0 or negative errno with db_why() set.
 */
#define REPLAY_STEP_MS INT64_C(15000)
int replay_roads_show(struct db *db, struct json *json, const struct network *net,
		      int64_t from_ms, int64_t to_ms) PLOW_MUST_USE;

#endif
