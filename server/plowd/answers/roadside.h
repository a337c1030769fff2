/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a caller asks of a road beside its passes: in which area it lies, by when its class is to be
 * done, how much it snowed since.  Copied on the loop thread, written on a reader's.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_ROADSIDE_H
#define PLOW_SERVER_PLOWD_ANSWERS_ROADSIDE_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct board;
struct db;
struct json;

struct roadside {
	char (*areas)[64]; /* of the whole town, since snow stations may bear their names */
	size_t area_count, area;
	const char *class_code;
	int64_t last_ms; /* the last pass, or 0 */
};

/* class_code must live as long as out. */
void roadside_copy(const struct board *board, uint32_t link, const char *class_code, int64_t last_ms,
		   struct roadside *out);
void roadside_fini(struct roadside *roadside);

/* Writes `area`, `finish_by` and `snow_since_cm`.  Returns 0 or negative errno with db_why() set. */
int roadside_show(struct db *db, struct json *json, const struct roadside *roadside) PLOW_MUST_USE;

#endif
