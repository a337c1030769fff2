/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evidence behind a link: the stored passes over it, each with whose it was, what says that it
 * was work, and the fixes of its time.  Reader thread.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_PASSES_H
#define PLOW_SERVER_PLOWD_ANSWERS_PASSES_H

#include <stdint.h>

#include "common/attr.h"

struct caller;
struct db;
struct json;
struct network;

#define PASSES_MAX 200

/* [from_ms, to_ms): when its road was entered. */
struct passes_question {
	const struct network *net;
	uint32_t link;
	int64_t from_ms, to_ms;
	const struct caller *caller; /* of vehicles that are not his he sees the work, not the code */
};

/* Writes [PASS], the newest first.  Returns 0 or negative errno with db_why() set. */
int passes_show(struct db *db, struct json *json,
		const struct passes_question *question) PLOW_MUST_USE;

#endif
