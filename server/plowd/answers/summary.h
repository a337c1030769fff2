/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often links were cleared in any span of time, a season as well: from the totals of whole
 * nights, and exactly from the stored passes at its edges.  Reader thread.
 */
#ifndef PLOW_SERVER_PLOWD_ANSWERS_SUMMARY_H
#define PLOW_SERVER_PLOWD_ANSWERS_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct json;
struct network;

#define SUMMARY_LINKS_MAX 20000

/* Passes over the middle of a link at from_ms <= time < to_ms. */
struct summary_question {
	const struct network *net;
	const uint32_t *links;
	size_t count;
	int64_t network_revision;
	int64_t from_ms, to_ms;
};

/* Writes one row a link and direction that had a pass.  Returns 0 or negative errno with db_why()
 * set. */
int summary_show(struct db *db, struct json *json,
		 const struct summary_question *question) PLOW_MUST_USE;

#endif
