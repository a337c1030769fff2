/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rematch changes in passes that were stored before.  A trip that merely grew at its end is
 * no change; neither is a new trip that is newer than all that was stored.  Matcher thread.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_REVISE_H
#define PLOW_SERVER_PLOWD_COVERAGE_REVISE_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct network;
struct revision;
struct track_trip;
struct vehicle;

/* One rematch: the trips of a vehicle that begin within [from_ms, to_ms]. */
struct revise_question {
	struct db *db;
	const struct network *net;
	int64_t network_revision;
	const struct vehicle *vehicle;
	int64_t from_ms, to_ms;
	int64_t settled_ms;             /* up to this the vehicle's trips were stored */
	const struct track_trip *trips; /* those that changed */
	size_t trip_count;
	const int64_t *starts_ms; /* of all of them */
	size_t start_count;
};

/*
 * Before the new trips are stored: what will have come and gone, perhaps nothing; out->passes is to
 * be freed.  Returns 0 or negative errno with db_why() set.
 */
int revise(const struct revise_question *question, struct revision *out) PLOW_MUST_USE;

#endif
