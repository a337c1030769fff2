/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road network in memory: roads as they were imported, cut into links where they meet.
 *
 * A road is one line feature of a source file.  Where two lines share a vertex (within 0.1 m) there
 * is a node, and every road is cut there into links; lines that cross without a shared vertex are a
 * bridge.  All layers are cut together, so that a city's own roads join the national road of another
 * file.  The cutting happens here, on loading: the database holds whole roads only, and there is
 * one truth about what joins what.
 *
 * A network never changes after network_build(); any number of threads may read it.  Positions are
 * local metres (x east, y north) about the middle of the roads, good for matching over a
 * prefecture; metres along roads and links are ellipsoidal and exact.
 */
#ifndef PLOW_GIS_NETWORK_H
#define PLOW_GIS_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define NETWORK_NONE UINT32_MAX

enum road_admin { ADMIN_TOWN = 0, ADMIN_NATION, ADMIN_PREFECTURE, ADMIN_PRIVATE, ADMIN_EXPRESSWAY };

enum road_flag { ROAD_BRIDGE = 1, ROAD_TUNNEL = 2, ROAD_SIDEWALK = 4 };

/* One imported line.  Strings belong to the network, are never NULL and may be empty. */
struct road {
	int64_t id; /* roads.id: kept for a (layer, source id) when a layer is imported again */
	const char *layer, *source_id, *name, *class_code;
	double length_m;       /* ellipsoidal, of the whole line */
	float width_m;         /* 0 unknown */
	int8_t oneway;         /* 1 along the geometry only, -1 against it only, 0 both ways */
	uint8_t admin;         /* enum road_admin */
	uint8_t flags;         /* enum road_flag */
	uint32_t first_link, links; /* its links, in order along the geometry */
};

/* A road's piece between two nodes.  Direction +1 runs along the road's geometry. */
struct link {
	uint32_t road;
	uint32_t node_from, node_to;
	uint32_t first_vertex, vertices; /* network_vertices() */
	double from_m;                   /* where it starts, in metres along its road */
	double length_m;
};

struct vertex {
	float x_m, y_m;   /* local metres */
	float along_m;    /* from the start of the link */
};

/* A link leaving a node: direction 1 leaves by its start, -1 by its end.  One-ways not considered. */
struct leaving {
	uint32_t link;
	int32_t direction;
};

/* A link driven one way: all that a search for ways looks at, at every step.  Numbers: gis/route.h. */
struct arc {
	double length_m;
	float end_x_m, end_y_m;        /* local metres */
	const struct leaving *leaving; /* at its end; one of them leads back */
	uint32_t leaving_count;
	bool against; /* it runs against a one-way road */
};

/* A point on a link near somewhere. */
struct nearby {
	uint32_t link;
	float along_m;    /* from the start of the link */
	float distance_m;
	float course_deg; /* of the link there, in its own direction */
};

/* What network_build() takes for each road; `lonlat` holds 2 * points degrees. */
struct road_source {
	struct road road;      /* length_m, first_link, links are computed */
	const double *lonlat;
	uint32_t points;       /* >= 2 */
};

struct network;

/*
 * Builds a network over the roads, which are copied.  Roads of equal (layer, source_id) must not
 * occur.  Returns 0, -EINVAL for a line of fewer than two points or a coordinate out of range.
 */
int network_build(const struct road_source *sources, size_t count, struct network **out) PLOW_MUST_USE;
void network_free(struct network *net);

/* A network several threads hold: network_free() frees it when the last holder lets go. */
struct network *network_hold(struct network *net);

size_t network_roads(const struct network *net);
size_t network_links(const struct network *net);
size_t network_nodes(const struct network *net);
const struct road *network_road(const struct network *net, uint32_t road);
const struct link *network_link(const struct network *net, uint32_t link);
const struct vertex *network_vertices(const struct network *net, uint32_t link);
const struct leaving *network_leaving(const struct network *net, uint32_t node, size_t *out_count);
const struct arc *network_arcs(const struct network *net); /* two for each link, one after the other */

/* The number of pieces no road connects; one-ways not considered. */
size_t network_components(const struct network *net);

/* A link's lasting number for the outside (map tiles, API): road id and place in the road. */
int64_t network_link_id(const struct network *net, uint32_t link);
uint32_t network_find_link(const struct network *net, int64_t link_id); /* or NETWORK_NONE */
uint32_t network_find_road(const struct network *net, const char *layer, const char *source_id);
uint32_t network_road_by_id(const struct network *net, int64_t road_id); /* or NETWORK_NONE */

/* The link at a place along a road, and the place along that link. */
uint32_t network_link_at(const struct network *net, uint32_t road, double at_m, double *out_along_m);

void network_to_local(const struct network *net, double lon_deg, double lat_deg, double *x_m,
		      double *y_m);
void network_to_degrees(const struct network *net, double x_m, double y_m, double *lon_deg,
			double *lat_deg);

/* The point of a link at along_m, and the link's course there in its own direction. */
void network_point(const struct network *net, uint32_t link, double along_m, double *x_m,
		   double *y_m, double *course_deg);

/*
 * The nearest point of every link within radius_m, nearest first, at most `most`.  Allocates
 * nothing.  Returns how many.
 */
size_t network_near(const struct network *net, double x_m, double y_m, double radius_m,
		    struct nearby *out, size_t most);

/* Links whose bounding box meets the box, in local metres, each once, at most `most`. */
size_t network_in_box(const struct network *net, double min_x, double min_y, double max_x,
		      double max_y, uint32_t *out, size_t most);

#endif
