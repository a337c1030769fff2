/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closures (通行止め) as residents are told of them: what is said in three languages, from when to when
 * and where; not who wrote it.  Unlike all else these are told at once: they are a warning, and no
 * vehicle is in them.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_CLOSURES_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_CLOSURES_H

#include <stdint.h>

#include "common/attr.h"

struct db;
struct json;

/* Writes {"closures":[{"id","text":{...},"from","end","geometry"}]}: those that end after a time. */
int public_show_closures(struct json *json, struct db *db, int64_t now_ms) PLOW_MUST_USE;

#endif
