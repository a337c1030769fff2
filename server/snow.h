/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snow depths in the database, and what they say of a cleared road: since when passes still count.
 *
 * A station whose name is that of an area speaks for that area; the others speak together for all
 * areas without a station of their own.  On the caller's connection and thread.
 */
#ifndef PLOW_SERVER_SNOW_H
#define PLOW_SERVER_SNOW_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;

#define SNOW_DEPTH_MAX_CM 2000.0
#define SNOW_STATION_BYTES 64

struct snow_observation {
	int64_t id;
	char station[SNOW_STATION_BYTES];
	int64_t time_ms;
	double depth_cm;
	int64_t made_ms; /* when it was told, and by whom: a user, or "" */
	char made_by[SNOW_STATION_BYTES];
};

/* What is wrong with an observation, as a sentence, or NULL. */
const char *snow_fault(const struct snow_observation *observation);

/* Stores one in place of what the station said of the same time; sets its id. */
void snow_add(struct db_txn *txn, struct snow_observation *observation);

/* Those of [from_ms, to_ms), the newest first, at most `most`. Returns how many or negative errno.
 */
int snow_list(struct db *db, int64_t from_ms, int64_t to_ms, struct snow_observation *out,
	      size_t most) PLOW_MUST_USE;

/* A number that changes with every observation. */
int snow_mark(struct db *db, int64_t *out) PLOW_MUST_USE;

/* Observations by station and time. */
struct snow_table;
struct snow_table *snow_table_new(const char *const *areas,
				  size_t area_count); /* names are copied */
void snow_table_free(struct snow_table *table);
void snow_table_put(struct snow_table *table, const char *station, int64_t time_ms,
		    double depth_cm);
/* Puts all from from_ms on. Returns 0 or negative errno with db_why() set. */
int snow_table_load(struct snow_table *table, struct db *db, int64_t from_ms) PLOW_MUST_USE;

/*
 * Since when the depth has risen by less than trigger_cm: a pass from then on counts, an earlier
 * one is snowed over.  INT64_MIN: every pass counts.  area: an index, or any other number for none.
 */
int64_t snow_fresh_since(const struct snow_table *table, size_t area, double trigger_cm);

/*
 * How much the depth has risen since a time, at most: from what was known then, or a lower depth
 * after, to a later one.  Returns 0, or -ENOENT when no station speaks for the area or none has
 * spoken since.
 */
int snow_risen(const struct snow_table *table, size_t area, int64_t since_ms, double *out_cm);

#endif
