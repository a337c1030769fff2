/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trips as they are stored: the track as a line for QGIS, what was driven as spans.  Replaced whole
 * when a trip's fixes, the roads or the model changed; a digest tells whether they did.
 */
#ifndef PLOW_SERVER_TRACKS_H
#define PLOW_SERVER_TRACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"
#include "gis/drive.h"
#include "gis/match.h"

struct db;
struct db_txn;
struct network;
struct vehicle;

#define TRACK_DIGEST_BYTES 16

struct track_digest {
	uint8_t bytes[TRACK_DIGEST_BYTES];
};

/* Over everything a trip's spans follow from. */
struct track_digest track_digest(const struct fix *fixes, size_t count, const struct vehicle *vehicle,
				 int64_t network_revision);

/* A trip ready to be stored. */
struct track_trip {
	const struct vehicle *vehicle;
	const struct network *net;
	const char *day;          /* the operational day it belongs to */
	struct track_digest digest;
	const struct fix *fixes;
	size_t count;
	struct span_list spans;
	struct match_summary summary;
	int64_t *jumps_ms; /* the fixes that were ignored: summary.jumped of them */
};

/*
 * Matches the trip's fixes: fills in spans, summary and jumps.  Returns as match_trip() does.
 */
int track_match(struct track_trip *trip, struct matcher *matcher,
		const struct drive_params *params) PLOW_MUST_USE;
/* Frees what track_match() filled in. */
void track_trip_fini(struct track_trip *trip);

/* Stores a trip in place of the one that began at the same time, if any. */
void track_put(struct db_txn *txn, const struct track_trip *trip);

/* Removes a vehicle's tracks that begin within [from_ms, to_ms] but at none of the starts given. */
void track_remove_others(struct db_txn *txn, int64_t vehicle_id, int64_t from_ms, int64_t to_ms,
			 const int64_t *starts_ms, size_t count);

/* Whether the stored trip that began at start_ms has this digest. */
bool track_is_current(struct db *db, int64_t vehicle_id, int64_t start_ms, const struct track_digest *digest);

/*
 * Appends the stored spans of the trip that began at start_ms; roads that are gone are passed over.
 * Returns 0 or negative errno with db_why() set.
 */
int track_spans(struct db *db, const struct network *net, int64_t vehicle_id, int64_t start_ms,
		struct span_list *out) PLOW_MUST_USE;

/* The same of all spans a vehicle began to drive in [from_ms, to_ms), in the order driven. */
int track_spans_between(struct db *db, const struct network *net, int64_t vehicle_id,
			int64_t from_ms, int64_t to_ms, struct span_list *out) PLOW_MUST_USE;

/* A trip that began so long before a time may still go on in it. */
#define TRACK_LONGEST_MS INT64_C(86400000)

/*
 * What became of a vehicle's fixes in the trips that began in [from_ms, to_ms): how many could be
 * matched, lay off the roads, jumped.  Returns 0 or negative errno with db_why() set.
 */
int track_summary(struct db *db, int64_t vehicle_id, int64_t from_ms, int64_t to_ms,
		  struct match_summary *out) PLOW_MUST_USE;

/*
 * When the fixes of a vehicle within [from_ms, to_ms] were taken that its trips ignored as jumps, in
 * their order.  *out and *out_count are NULL and 0 before; *out is the caller's to free, whatever is
 * returned: 0, or negative errno with db_why() set.
 */
int track_jumps(struct db *db, int64_t vehicle_id, int64_t from_ms, int64_t to_ms, int64_t **out,
		size_t *out_count) PLOW_MUST_USE;

#endif
