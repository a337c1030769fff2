/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the matcher counts in: the roads as they are now, and the window of time, which begins with the
 * open operation, else with the day.  When either changes, everything since it began is counted anew.
 * What people say besides is taken in here as well: corrections, snow, rules.
 *
 *	struct window window = {.shared = {...}, .outbox = outbox};
 *	each round: window_follow(), then window_hear() once the fixes are in
 *	at the end: window_fini()
 *
 * Matcher thread only.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_WINDOW_H
#define PLOW_SERVER_PLOWD_COVERAGE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "common/attr.h"
#include "server/corrections.h"
#include "server/operations.h"
#include "server/plowd/coverage/areas.h"
#include "server/plowd/coverage/follow.h"
#include "server/plowd/coverage/follows.h"

struct outbox;

struct window {
	struct follow_parts shared; /* the window's own: net, matcher, tally, revision, window_ms */
	struct outbox *outbox;      /* is told of new roads and operations */
	struct follows follows;
	struct operation operation; /* id 0: none is open */

	/* For window.c alone. */
	struct area_map areas;
	bool is_begun; /* whole: what failed half-way is begun again */
	struct corrections_mark corrections; /* those the tally has */
	int64_t snow;                        /* likewise */
};

/*
 * Looks whether roads, operation or day are others, and takes in new vehicles.  *out_anew: the count
 * has begun anew.  Returns 0 or negative errno: then it is tried again; shared.tally may be NULL.
 */
int window_follow(struct window *window, bool *out_anew) PLOW_MUST_USE;

/* Takes in corrections, snow and rules that were added, taken back or told anew. */
int window_hear(struct window *window) PLOW_MUST_USE;

/* Frees what is the window's own. */
void window_fini(struct window *window);

#endif
