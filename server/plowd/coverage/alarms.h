/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One alarm for each silence: who is silent in its shift is held against the alarms that are open, and
 * what differs is stored.  Nothing is remembered between two looks but in the database, so that a
 * restart neither forgets an alarm nor raises it twice.  Matcher thread.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_ALARMS_H
#define PLOW_SERVER_PLOWD_COVERAGE_ALARMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct silence_unit;
struct writer;

/* Returns 0 or negative errno: then the next look tries again. */
int alarms_look(struct db *db, struct writer *writer, const struct silence_unit *units,
		size_t count, int64_t now_ms, bool *out_changed) PLOW_MUST_USE;

#endif
