/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/random.h"

#include <math.h>

/* Splitmix64 spreads a seed over the state, as the authors of xoshiro ask for. */
static uint64_t spread(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

struct sim_random sim_random_of(uint64_t seed, uint64_t stream)
{
	struct sim_random random;
	uint64_t mixed = seed;

	mixed = spread(&mixed) ^ (stream * UINT64_C(0xd1342543de82ef95));
	for (int i = 0; i < 4; i++)
		random.state[i] = spread(&mixed);
	return random;
}

static uint64_t rotl(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t sim_bits(struct sim_random *random)
{
	uint64_t *s = random->state;
	uint64_t result = rotl(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotl(s[3], 45);
	return result;
}

static double uniform(struct sim_random *random)
{
	return (double)(sim_bits(random) >> 11) * 0x1p-53;
}

double sim_range(struct sim_random *random, double low, double high)
{
	return low + (high - low) * uniform(random);
}

bool sim_chance(struct sim_random *random, double share)
{
	return uniform(random) < share;
}

double sim_normal(struct sim_random *random)
{
	double radius = sqrt(-2.0 * log(1.0 - uniform(random)));

	return radius * cos(2.0 * M_PI * uniform(random));
}

double sim_exponential(struct sim_random *random, double mean)
{
	return -mean * log(1.0 - uniform(random));
}
