/* SPDX-License-Identifier: Apache-2.0 */
/* Small road networks for unit tests, drawn in metres. */
#ifndef PLOW_TESTS_SUPPORT_DRAWN_H
#define PLOW_TESTS_SUPPORT_DRAWN_H

#include <stddef.h>
#include <stdint.h>

struct network;

/* Where 0, 0 is. */
#define DRAWN_LON 140.4
#define DRAWN_LAT 38.6
#define DRAWN_LINES_MOST 32
#define DRAWN_POINTS_MOST 8

struct drawn_line {
	int8_t oneway;
	uint32_t points;
	double xy[2 * DRAWN_POINTS_MOST]; /* metres east and north */
};

/* Each line is a road of the layer "city", with its number in the list as its id.  The caller frees it. */
struct network *drawn_network(const struct drawn_line *lines, size_t count);

/* DRAWN({0, 2, {0, 0, 100, 0}}, …) */
#define DRAWN(...)                                                                                 \
	drawn_network((const struct drawn_line[]){__VA_ARGS__},                                    \
		      sizeof((const struct drawn_line[]){__VA_ARGS__}) /                           \
			      sizeof(struct drawn_line))

#endif
