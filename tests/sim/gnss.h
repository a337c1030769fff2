/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver in the cab: turns where the vehicle truly is into what the receiver says.
 *
 * Its error wanders, as a real one does: each axis is a first-order Gauss-Markov process (Gelb,
 * Applied Optimal Estimation, 1974, section 3.8) that forgets in 30 to 60 s, plus a little white
 * noise; a reflected signal now and then throws it aside.  In narrow valleys it errs more and sees
 * fewer satellites, in tunnels it says nothing.  Pure but for its own random numbers.
 */
#ifndef PLOW_TESTS_SIM_GNSS_H
#define PLOW_TESTS_SIM_GNSS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/fix.h"
#include "tests/sim/motion.h"
#include "tests/sim/random.h"

struct network;

struct gnss {
	struct sim_random random;
	double sigma_m, memory_s;
	double east_m, north_m, up_m; /* the wandering error, in units of sigma */
	double scale;                 /* of the sky: 1 open, more in a valley */
	double silent_until_s, next_outage_s;
	double silences_s, next_silence_s;
};

/*
 * sigma_m: the error's deviation on each axis under open sky.  silences_s: about so often it says
 * nothing for 30 to 200 s (a loose aerial, snow on it); 0: never.
 */
struct gnss gnss_of(struct sim_random random, double sigma_m, double silences_s);

/* What the receiver hears at a place. */
struct sky {
	bool is_valley, is_tunnel;
};

/*
 * Measures at now_s seconds into the night, `since_s` after the measurement before.  Fills in all
 * but time and work.  Returns false when the receiver has no fix.
 */
bool gnss_measure(struct gnss *gnss, const struct network *net, const struct place *place,
		  struct sky sky, double now_s, double since_s, struct fix *out);

#endif
