/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who clears what: shares the roads out among the vehicles, each a compact part of about the same
 * length, and names the place each one starts from.  Pure; the same network gives the same plan.
 */
#ifndef PLOW_TESTS_SIM_PLAN_H
#define PLOW_TESTS_SIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct network;
struct plan;

/* A vehicle's yard, as a place on the road before it. */
struct yard {
	uint32_t link;
	double along_m;
};

/*
 * Plans for so many vehicles.  depots holds 2 * count degrees (longitude, latitude) and may be
 * empty. Only carriageways that hang together are planned.  Returns NULL when there is no road at
 * all.
 */
struct plan *plan_new(const struct network *net, size_t vehicles, const double *depots,
		      size_t count);
void plan_free(struct plan *plan);

const uint32_t *plan_links(const struct plan *plan, size_t vehicle, size_t *out_count);
struct yard plan_yard(const struct plan *plan, size_t vehicle);
/* The vehicle's part is mostly roads of the nation or the prefecture. */
bool plan_is_main(const struct plan *plan, size_t vehicle);

/* The link lies where the sky is narrow: a valley with few roads. */
bool plan_is_valley(const struct plan *plan, uint32_t link);

#endif
