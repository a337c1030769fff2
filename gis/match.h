/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which links has this vehicle driven?  A hidden Markov model over candidate links (Newson & Krumm
 * 2009) turns fixes into movements along links; docs/MATCHING.md explains the model and every
 * parameter.  One model serves two uses: match_trip() answers for a whole trip at once, which is
 * what is stored; match_live is fed fix by fix and answers with bounded lag, for the live map.
 *
 * Pure computation: no clock, no files, no locks.  A matcher is used by one thread at a time; any
 * number of matchers may share a network.  Nothing is allocated per fix once the buffers have grown
 * to the longest trip.
 */
#ifndef PLOW_GIS_MATCH_H
#define PLOW_GIS_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"

struct network;
struct matcher;
struct match_live;

/*
 * Everything that was chosen, not derived.  docs/MATCHING.md says how.  A cost is the negative
 * logarithm of a probability: at equal lengths, an event of cost 10 happens once in 22,000 times.
 */
struct match_params {
	/* What a position is worth. */
	double gps_sigma_m; /* the receiver's error, until its fixes have told better */
	double tail_sigmas; /* beyond so many the cost grows linearly: errors have heavy tails, */
	double far_sigmas;  /* and beyond so many slower yet, */
	double far_slope;   /* by so much a sigma */
	double evidence_m;  /* fixes so far apart count as independent of each other */
	double drift_s;     /* an error lasts about so long, */
	double drift_m;     /* or over so many metres of driving; */
	double wobble_m;    /* what changes of it at once */
	double motion_mps;  /* so far off is a measured velocity, */
	double motion_mps2; /* and the motion between two fixes, so many seconds apart squared */
	double shift_m;     /* the map lies off by about so much, where it does */
	double search_radius_m; /* how far a road may be from a fix, unless the last one was further
				 */
	double heading_cost;    /* half the cost of driving against the receiver's course at 1 m/s, */
	double heading_mps;     /* the more the faster, up to this speed */

	/* Which fixes are used. */
	double anchor_m;      /* the next one is this far from the last, at least, */
	double anchor_sigmas; /* and so many of the receiver's errors, */
	double stand_sigmas;  /* or this far from where it stood, after a long stand */

	/* What is driven between two of them. */
	double detour_m;       /* so many metres more are e times less likely, */
	double detour_share;   /* plus this share of the distance between the fixes */
	double turn_cost;      /* turning round in the middle of a link, */
	double turn_node_cost; /* at a junction, */
	double turn_end_cost;  /* at a dead end */
	double again_cost;     /* turning round again in the middle of a link, */
	double again_m;        /* so soon after the last time: whoever pushes snow does */
	double against_cost;   /* entering a one-way road from the wrong end, */
	double against_per_m;  /* and every metre there */
	double backward_per_m; /* seeming to go back without having turned */
	double off_distance_m; /* being off the roads costs what a road this far away costs, */
	double off_change;     /* and this for a motion no road explains */
	double off_cost;       /* leaving the roads, and coming back to them */
	double break_cost;     /* both at once: not having driven from one fix to the next at all */
	double max_speed_mps;  /* faster is a jump */

	/* Limits. */
	double beam;       /* what is this much costlier than the best is given up */
	double gap_s;      /* without a fix for longer, a second plausible way means no claim */
	double max_gap_s;  /* beyond it nothing is claimed between two fixes */
	double live_lag_s; /* match_live answers at most this long after a fix */
};
struct match_params match_params_default(void);

/*
 * One movement along one link, between two successive fixes that were used (or part of it, where
 * several links lie between them).  from_m > to_m when driven against the link.
 * `before` and `after` are the fixes it lies between: pointers into the caller's array for
 * match_trip(), valid only during the call for match_live.
 */
struct movement {
	const struct fix *before, *after;
	uint32_t link;
	float from_m, to_m; /* metres along the link */
	int64_t start_ms, end_ms;
	float confidence; /* 0..1 */
	bool inferred;    /* no fix lies on this link's part: a gap with one plausible way */
};

/*
 * Called for every movement, in the order driven.  match_trip() may call it with NULL once: the map
 * was found to lie beside its roads, what was told of the trip so far is void, and it is told anew.
 */
typedef void movement_cb(const struct movement *movement, void *arg);

/* What became of the fixes given. */
struct match_summary {
	uint32_t fixes;    /* given */
	uint32_t matched;  /* lie on the answer */
	uint32_t off_road; /* no road in reach */
	uint32_t jumped;   /* could not have been driven: ignored */
	uint32_t breaks;   /* places where the answer is interrupted though fixes are there */
};

struct matcher *matcher_new(const struct network *net, const struct match_params *params);
void matcher_free(struct matcher *matcher);

/*
 * Matches one trip: fixes in time order, each valid and with a known time.  Calls on_movement in
 * the order driven.  The answer depends on nothing but the arguments, the network and the
 * parameters.  Returns 0, or -EINVAL when the fixes are not in strict time order.
 */
int match_trip(struct matcher *matcher, const struct fix *fixes, size_t count,
	       movement_cb *on_movement, void *arg, struct match_summary *out) PLOW_MUST_USE;

/*
 * When the fixes that the last match_trip() ignored as jumps were taken, in their order: as many as
 * its summary says.  Valid until the matcher is used again.
 */
const int64_t *matcher_jumps_ms(const struct matcher *matcher, size_t *out_count);

/* The same model, online.  A movement is called once, when it is settled. */
struct match_live *match_live_new(const struct network *net, const struct match_params *params,
				  movement_cb *on_movement, void *arg);
void match_live_free(struct match_live *live);
/* Returns 0, or -ERANGE when the fix is not newer than the one before it: nothing changed. */
int match_live_feed(struct match_live *live, const struct fix *fix) PLOW_MUST_USE;
/* Settles what is held back, as at the end of a trip, and starts anew. */
void match_live_flush(struct match_live *live);

#endif
