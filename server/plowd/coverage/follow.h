/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Follows one vehicle: its newest fixes online, for spans that are provisional, and its changed
 * trips whole, for spans that are stored and take the provisional ones' place.  Matcher thread
 * only.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_FOLLOW_H
#define PLOW_SERVER_PLOWD_COVERAGE_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "server/day.h"
#include "server/vehicles.h"

struct db;
struct fix_reader;
struct follow;
struct matcher;
struct network;
struct now;
struct silence_unit;
struct stats;
struct tally;
struct writer;

/* What all followed vehicles share; it changes with the network and the window. */
struct follow_parts {
	struct db *db; /* for reading */
	struct fix_reader *reader;
	struct writer *writer;
	struct stats *stats;
	struct now *now;
	struct network *net;
	struct matcher *matcher;
	struct tally *tally;
	int64_t network_revision;
	int64_t window_ms; /* spans before it are stored, but not tallied */
	const struct day_rule *day;
};

struct follow *follow_new(const struct vehicle *vehicle, const struct follow_parts *parts);
void follow_free(struct follow *follow);

/* A stale span of time of the vehicle, as the table stale has it. */
struct follow_stale {
	int64_t from_ms, to_ms, changes;
};

/* Puts the stored spans of the window into the tally. Returns 0 or negative errno. */
int follow_load(struct follow *follow) PLOW_MUST_USE;

/* Feeds the fixes that came since the last time to the online match. */
int follow_online(struct follow *follow) PLOW_MUST_USE;

/* Where the vehicle is, by the online match: a link or NETWORK_NONE. */
uint32_t follow_link(const struct follow *follow);

/* What the vehicle's silence would mean (server/plowd/coverage/silence.h). */
void follow_unit(const struct follow *follow, struct silence_unit *out);

/* Whether the stale time concerns what was stored already, not only what is newer. */
bool follow_is_late(const struct follow *follow, const struct follow_stale *stale);

/* Matches the trips the stale time touches, stores those that changed, and clears the mark. */
int follow_rematch(struct follow *follow, const struct follow_stale *stale) PLOW_MUST_USE;

/* The monotonic time of the last rematch, 0 before the first. */
uint64_t follow_rematched_ns(const struct follow *follow);
int64_t follow_vehicle_id(const struct follow *follow);
/* Out of service nobody waits for it: it is on no shift. */
void follow_retire(struct follow *follow, bool is_retired);

#endif
