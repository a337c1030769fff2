/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the current window's spans, corrections, snow and silence add up to for every link: 未,
 * 作業中, 一部, 完了, 再降雪, 不明.  The rule's numbers are data of the road class
 * (server/plowd/coverage/rule.h). Matcher thread only.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_TALLY_H
#define PLOW_SERVER_PLOWD_COVERAGE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/coverage.h"
#include "server/plowd/live/board.h"

struct area_map;
struct db;
struct db_txn;
struct network;
struct rule_book;
struct tally;

/*
 * Reads rules, corrections and the snow since snow_from_ms.  The network must outlive it, the areas
 * are copied.  NULL with db_why() set.
 */
struct tally *tally_new(struct db *db, const struct network *net, const struct area_map *areas,
			int64_t snow_from_ms);
void tally_free(struct tally *tally);

/* The states pages have seen, of an earlier tally over the same network: changes are told against
 * them. */
void tally_adopt(struct tally *tally, const struct link_state *states);

void tally_put(struct tally *tally, struct coverage_key key, const struct span *spans,
	       size_t count);
void tally_drop(struct tally *tally, int64_t vehicle_id, int64_t first_trip, int64_t last_trip);

/* Reads the corrections, or the snow, anew.  Returns 0 or negative errno with db_why() set. */
int tally_read_corrections(struct tally *tally, struct db *db) PLOW_MUST_USE;
int tally_read_snow(struct tally *tally, struct db *db) PLOW_MUST_USE;
/* Likewise the classes' rules; nothing happens when they are as before. */
int tally_read_rules(struct tally *tally, struct db *db) PLOW_MUST_USE;

const struct rule_book *tally_rules(const struct tally *tally);

/* Says of which links nobody can know (server/plowd/coverage/silence.h): one a link, copied. */
void tally_set_unknown(struct tally *tally, const bool *unknown);
const uint16_t *tally_areas(const struct tally *tally); /* the area of each link */

/*
 * Looks again at the links of roads that were touched, and at those that were 作業中; gives those
 * whose state is another than at the last call.  The array is the tally's, good until the next
 * call.
 */
const struct link_change *tally_changes(struct tally *tally, int64_t now_ms, size_t *out_count);

/* The states as of the last tally_changes(), one a link. */
const struct link_state *tally_states(const struct tally *tally);

/* Writes the roads whose state changed since the last time into road_state. */
void tally_store(struct tally *tally, struct db_txn *txn);

#endif
