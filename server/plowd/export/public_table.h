/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of roads with their state, in words: a file for each district, and one table of all for
 * other programs.  Pure; from the roads and a board of the same network.
 */
#ifndef PLOW_SERVER_PLOWD_EXPORT_PUBLIC_TABLE_H
#define PLOW_SERVER_PLOWD_EXPORT_PUBLIC_TABLE_H

#include <stddef.h>

struct board;
struct bytes;
struct json;
struct public_roads;

#define PUBLIC_ROUND_S 300 /* times of passes are rounded down to it */

/* The groups of the district that begins at `first`: how many. */
size_t public_district_size(const struct public_roads *roads, size_t first);

/* Writes {"area","roads":[...]} of so many groups from `first` on. */
void public_show_district(struct json *json, const struct public_roads *roads,
			  const struct board *board, size_t first, size_t count);

/* Writes CSV, RFC 4180 in UTF-8, with a line of names. */
void public_write_csv(struct bytes *out, const struct public_roads *roads, const struct board *board);

#endif
