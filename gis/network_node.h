/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where do lines meet?  Vertices of different lines, or of far parts of one line, that lie within
 * NODE_REACH_M of each other are one place; a place that two visits share, and each end of a line,
 * is a node.  Being near is passed on: A near B and B near C makes all three one place, so that the
 * answer does not depend on the order of the lines.  Part of building a network; pure.
 */
#ifndef PLOW_GIS_NETWORK_NODE_H
#define PLOW_GIS_NETWORK_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define NODE_REACH_M 0.1

/* All vertices of all lines, one line after the other. */
struct node_lines {
	size_t lines;
	const uint32_t *first; /* lines + 1: where each line's vertices start */
	const double *lonlat;  /* 2 for each vertex, degrees */
	const double *along_m; /* of each vertex, from the start of its line */
};

/*
 * Returns for each vertex the node at which its line is to be cut, or NETWORK_NONE where it runs
 * on; the first and last vertex of a line are always cut.  Nodes are numbered 0, 1, ... in the
 * order of their first cut.  The caller frees the array.
 */
uint32_t *node_vertices(const struct node_lines *lines, uint32_t *out_nodes) PLOW_MUST_USE;

#endif
