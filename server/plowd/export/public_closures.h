/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closures (通行止め) as residents are told of them: what is said in three languages, from when to when
 * and where; not who wrote it.  A new one is told with the delay of everything else; one that was told is
 * corrected or taken back at once, so that no warning stands that is known to be wrong
 * (docs/decisions/0010-closures-wait-too.md).
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_CLOSURES_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_CLOSURES_H

#include <stdint.h>

#include "common/attr.h"

struct db;
struct json;

/* Writes {"closures":[{"id","text":{...},"from","end","geometry"}]}: those that end after one time and
 * were made until another, by the clock on the wall. */
int public_show_closures(struct json *json, struct db *db, int64_t end_after_ms,
			 int64_t made_until_ms) PLOW_MUST_USE;

#endif
