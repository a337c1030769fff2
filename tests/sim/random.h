/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chance that repeats: xoshiro256** (Blackman and Vigna, 2018), one stream for each vehicle and
 * purpose, so that what one does never changes what another meets.  Pure but for its own state.
 */
#ifndef PLOW_TESTS_SIM_RANDOM_H
#define PLOW_TESTS_SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct sim_random {
	uint64_t state[4];
};

/* The same seed and stream give the same numbers on every machine. */
struct sim_random sim_random_of(uint64_t seed, uint64_t stream);

uint64_t sim_bits(struct sim_random *random);
double sim_range(struct sim_random *random, double low, double high); /* [low, high) */
bool sim_chance(struct sim_random *random, double share);
double sim_normal(struct sim_random *random);                   /* mean 0, deviation 1 */
double sim_exponential(struct sim_random *random, double mean); /* waiting times */

#endif
