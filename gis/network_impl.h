/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a struct network is made of: for gis/network*.c only.
 */
#ifndef PLOW_GIS_NETWORK_IMPL_H
#define PLOW_GIS_NETWORK_IMPL_H

#include <stdatomic.h>

#include "gis/network.h"
#include "gis/network_grid.h"

struct network {
	atomic_uint holders;

	double lon0_deg, lat0_deg; /* the middle: local (0, 0) */
	double x_m_per_deg, y_m_per_deg;

	struct road *roads;
	uint32_t road_count;
	struct link *links;
	uint32_t link_count;
	struct vertex *vertices; /* each link's own, one link after the other */
	char *strings;

	uint32_t node_count;
	uint32_t *leaving_first; /* node_count + 1 */
	struct leaving *leaving;
	struct arc *arcs;
	size_t components;

	uint32_t *by_id;     /* roads in the order of their ids */
	uint32_t *by_source; /* open addressing over (layer, source id); NETWORK_NONE is free */
	uint32_t by_source_mask;

	struct grid grid;
};

/* Fills by_id and by_source once the roads are in place. */
void network_index_roads(struct network *net);

#endif
