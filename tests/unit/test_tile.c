/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "gis/bytes.h"
#include "gis/network.h"
#include "gis/tile.h"

#define NEAR(a, b, by)                                                                             \
	cr_assert(fabs((a) - (b)) <= (by), "%.9f is not %.9f", (double)(a), (double)(b))

Test(tile, knows_where_a_tile_of_the_web_map_lies)
{
	/* 14/14580/6305 holds 140.3633 E 38.2404 N: x = (lon + 180) / 360 * 2^14, and its edges
	 * follow. */
	struct tile tile = {14, 14580, 6305};
	struct tile_box box = tile_box(tile, 0);

	NEAR(box.west_deg, 14580 * 360.0 / 16384 - 180, 1e-12);
	NEAR(box.east_deg, 14581 * 360.0 / 16384 - 180, 1e-12);
	NEAR(tile_project(tile, box.west_deg, box.north_deg).x, 0, 1e-6);
	NEAR(tile_project(tile, box.west_deg, box.north_deg).y, 0, 1e-5);
	NEAR(tile_project(tile, box.east_deg, box.south_deg).x, 4096, 1e-6);
	NEAR(tile_project(tile, box.east_deg, box.south_deg).y, 4096, 1e-5);
}

Test(tile, has_the_equator_and_greenwich_in_the_middle_of_the_world)
{
	NEAR(tile_project((struct tile){8, 128, 128}, 0, 0).x, 0, 1e-9);
	NEAR(tile_project((struct tile){8, 128, 128}, 0, 0).y, 0, 1e-9);
	/* The world's upper edge: atan(sinh(pi)). */
	NEAR(tile_project((struct tile){8, 0, 0}, -180, 85.0511287798066).y, 0, 1e-6);
}

Test(tile, refuses_zooms_and_places_that_do_not_exist)
{
	cr_assert(tile_is_valid((struct tile){8, 255, 255}));
	cr_assert_not(tile_is_valid((struct tile){7, 0, 0}));
	cr_assert_not(tile_is_valid((struct tile){17, 0, 0}));
	cr_assert_not(tile_is_valid((struct tile){8, 256, 0}));
	cr_assert_not(tile_is_valid((struct tile){8, 0, -1}));
}

struct clip_row {
	double ax, ay, bx, by;
	bool inside;
	double out_ax, out_ay, out_bx, out_by;
};

Test(tile, cuts_segments_at_the_edge_of_the_buffer)
{
	static const struct clip_row rows[] = {
		{0, 0, 100, 100, true, 0, 0, 100, 100},
		{-1000, 50, 5000, 50, true, -64, 50, 4160, 50},
		{50, -1000, 50, 50, true, 50, -64, 50, 50},
		{-1000, 5000, 5000, 5000, false, 0, 0, 0, 0},
		{-100, 0, 0, -100, true, -64, -36, -36, -64},
		{-200, 0, 0, -200, false, 0, 0, 0, 0},
		{4160, 10, 4160, 20, true, 4160, 10, 4160, 20},
		{4161, 10, 4161, 20, false, 0, 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct clip_row *row = &rows[i];
		struct tile_point a = {row->ax, row->ay}, b = {row->bx, row->by};

		cr_assert_eq(tile_clip(&a, &b), row->inside, "row %zu", i);
		if (!row->inside)
			continue;
		NEAR(a.x, row->out_ax, 1e-9);
		NEAR(a.y, row->out_ay, 1e-9);
		NEAR(b.x, row->out_bx, 1e-9);
		NEAR(b.y, row->out_by, 1e-9);
	}
}

Test(tile, simplifies_within_the_tolerance_and_keeps_the_ends)
{
	struct tile_point points[] = {{0, 0}, {10, 0.1}, {20, -0.4}, {30, 9}, {40, 0}, {50, 0}};
	struct tile_point pair[] = {{0, 0}, {0, 0}};

	cr_assert_eq(tile_simplify(points, 6, 0.5), 5);
	NEAR(points[0].x, 0, 0);
	NEAR(points[1].x, 20, 0);
	NEAR(points[2].x, 30, 0);
	NEAR(points[4].x, 50, 0);
	cr_assert_eq(tile_simplify(pair, 2, 0.5), 2);
}

static struct network *crossroads(void)
{
	static const double east[] = {140.40, 38.60, 140.41, 38.60, 140.42, 38.60};
	static const double north[] = {140.41, 38.59, 140.41, 38.60, 140.41, 38.61};
	const struct road_source sources[] = {
		{.road = {.id = 1,
			  .layer = "l",
			  .source_id = "a",
			  .name = "東西",
			  .class_code = "main"},
		 .lonlat = east,
		 .points = 3},
		{.road = {.id = 2,
			  .layer = "l",
			  .source_id = "b",
			  .name = "南北",
			  .class_code = "side",
			  .flags = ROAD_BRIDGE},
		 .lonlat = north,
		 .points = 3},
	};
	struct network *net;

	cr_assert_eq(network_build(sources, 2, &net), 0);
	return net;
}

/* How many features a tile's one layer has. */
static size_t count_features(const struct bytes *tile)
{
	size_t at = 0, count = 0, size;

	if (tile->size == 0)
		return 0;
#define READ_VARINT(out)                                                                           \
	do {                                                                                       \
		out = 0;                                                                           \
		for (int shift = 0;; shift += 7) {                                                 \
			out |= (size_t)(tile->data[at] & 0x7F) << shift;                           \
			if (!(tile->data[at++] & 0x80))                                            \
				break;                                                             \
		}                                                                                  \
	} while (0)
	cr_assert_eq(tile->data[at++], 3 << 3 | 2);
	READ_VARINT(size);
	cr_assert_eq(size, tile->size - at);
	while (at < tile->size) {
		uint8_t key = tile->data[at++];

		READ_VARINT(size);
		count += key == (2 << 3 | 2);
		if ((key & 7) == 2)
			at += size;
	}
#undef READ_VARINT
	return count;
}

static struct tile tile_of(int z, double lon_deg, double lat_deg)
{
	struct tile_point place = tile_project((struct tile){z, 0, 0}, lon_deg, lat_deg);

	return (struct tile){z, (int)floor(place.x / TILE_EXTENT),
			     (int)floor(place.y / TILE_EXTENT)};
}

Test(tile, holds_the_links_that_meet_it_and_no_others)
{
	struct network *net = crossroads();
	struct bytes tile = {0};

	tile_roads(net, tile_of(12, 140.41, 38.60), &tile);
	cr_assert_eq(count_features(&tile), 4);
	tile.size = 0;
	tile_roads(net, tile_of(16, 140.401, 38.60), &tile);
	cr_assert_eq(count_features(&tile), 1);
	tile.size = 0;
	tile_roads(net, tile_of(16, 140.46, 38.60), &tile);
	cr_assert_eq(tile.size, 0);
	bytes_free(&tile);
	network_free(net);
}

Test(tile, is_the_same_bytes_each_time)
{
	struct network *net = crossroads();
	struct bytes first = {0}, second = {0};

	tile_roads(net, tile_of(13, 140.41, 38.60), &first);
	tile_roads(net, tile_of(13, 140.41, 38.60), &second);
	cr_assert_eq(first.size, second.size);
	cr_assert_eq(memcmp(first.data, second.data, first.size), 0);
	bytes_free(&first);
	bytes_free(&second);
	network_free(net);
}
