/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coverage from the stored fixes, never from a cache: reads, cuts into trips, matches, adds up.
 * `plowctl coverage`, the API's /coverage and the matcher's checks all come through here, so there
 * is one answer.  Runs on the caller's connection and thread.
 */
#ifndef PLOW_SERVER_RECOMPUTE_H
#define PLOW_SERVER_RECOMPUTE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/attr.h"

struct coverage;
struct db;
struct network;
struct vehicle;

/* A whole coverage and what it refers to. */
struct recomputed {
	struct network *net;
	struct coverage *coverage;
	struct vehicle *vehicles; /* by id */
	size_t vehicle_count;
};

/* Computes the coverage of [from_ms, to_ms). Returns 0 or negative errno with db_why() set. */
int recompute(struct db *db, int64_t from_ms, int64_t to_ms, struct recomputed *out) PLOW_MUST_USE;
void recomputed_free(struct recomputed *recomputed);

/*
 * Writes it as contracts.md says (Coverage): CSV, or GeoJSON with the same properties and the
 * stretch as a LineString.  Returns 0 or -EIO.
 */
int recomputed_write_csv(const struct recomputed *recomputed, FILE *to) PLOW_MUST_USE;
int recomputed_write_geojson(const struct recomputed *recomputed, FILE *to) PLOW_MUST_USE;

#endif
