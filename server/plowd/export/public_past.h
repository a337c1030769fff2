/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The town as it stood at a moment in the past, from the stored record alone: what was done, which
 * operation was open, how far it had come.  Residents are told nothing else, so nothing newer than
 * the moment can be in what they are told, also after a restart.
 *
 * Beside depots another, earlier moment counts.  Moves forward cheaply: of the trips only those are
 * read again that changed or were not over.  One thread at a time.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_PAST_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"

struct board;
struct db;
struct network;
struct public_near;
struct public_past;

struct public_moment {
	int64_t at_ms;
	int64_t near_ms; /* beside depots; not after at_ms */
	int64_t wall_ms; /* the same by the clock on the wall, which people's entries bear */
};

struct public_past *public_past_new(struct db *db); /* the connection must outlive it */
void public_past_free(struct public_past *past);

/*
 * Moves to a moment.  The network is held while it is the same.  Returns 0 or negative errno with
 * db_why() set; then it has no moment, and the next call begins anew.
 */
int public_past_move(struct public_past *past, struct network *net, int64_t revision,
		     struct public_moment moment) PLOW_MUST_USE;

/* Good until the next move. */
struct board *public_past_board(const struct public_past *past);
const struct public_near *public_past_near(const struct public_past *past);

/* The newest time that may be told of a link. */
int64_t public_past_limit_ms(const struct public_past *past, uint32_t link);

#endif
