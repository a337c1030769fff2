/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stretch of a road as a line: its ends, and the vertices between them.  Pure.
 */
#ifndef PLOW_GIS_CUT_H
#define PLOW_GIS_CUT_H

#include <stdint.h>

struct network;

/* Called for every point of the stretch, from from_m to to_m. */
typedef void cut_cb(double lon_deg, double lat_deg, void *arg);

/* from_m and to_m in metres along the road; from_m > to_m gives the points backwards. */
void cut_road(const struct network *net, uint32_t road, double from_m, double to_m, cut_cb *on_point,
	      void *arg);

#endif
