/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/network.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "gis/geo.h"

/* Lines are drawn in metres about 38.6 N 140.4 E, near Obanazawa. */
#define LON 140.4
#define LAT 38.6

static void draw(double *lonlat, const double *metres, size_t points)
{
	struct geo_scale scale = geo_scale_at(LAT);

	for (size_t i = 0; i < points; i++) {
		lonlat[2 * i] = LON + metres[2 * i] / scale.x_m_per_deg;
		lonlat[2 * i + 1] = LAT + metres[2 * i + 1] / scale.y_m_per_deg;
	}
}

/* A line of a test: its points in metres, at most 8. */
struct line {
	uint32_t points;
	double xy[16];
};

static struct network *build(const struct line *lines, size_t count)
{
	static double lonlat[64][16];
	static char ids[64][8];
	struct road_source sources[64] = {0};
	struct network *net = NULL;

	for (size_t i = 0; i < count; i++) {
		draw(lonlat[i], lines[i].xy, lines[i].points);
		snprintf(ids[i], sizeof(ids[i]), "%zu", i + 1);
		sources[i].road = (struct road){.id = (int64_t)i + 1,
						.layer = "city",
						.source_id = ids[i],
						.name = "",
						.class_code = ""};
		sources[i].lonlat = lonlat[i];
		sources[i].points = lines[i].points;
	}
	cr_assert_eq(network_build(sources, count, &net), 0);
	return net;
}

#define BUILD(...)                                                                                 \
	build((const struct line[]){__VA_ARGS__},                                                  \
	      sizeof((const struct line[]){__VA_ARGS__}) / sizeof(struct line))

/* A place of the test's drawing in the network's local metres. */
static void local(const struct network *net, double x, double y, double *out_x, double *out_y)
{
	double xy[2] = {x, y}, lonlat[2];

	draw(lonlat, xy, 1);
	network_to_local(net, lonlat[0], lonlat[1], out_x, out_y);
}

Test(network, an_empty_town_has_nothing)
{
	struct network *net = NULL;
	struct nearby near[1];

	cr_assert_eq(network_build(NULL, 0, &net), 0);
	cr_expect_eq(network_links(net), 0);
	cr_expect_eq(network_components(net), 0);
	cr_expect_eq(network_near(net, 0, 0, 50, near, 1), 0);
	cr_expect_eq(network_find_road(net, "city", "1"), NETWORK_NONE);
	cr_expect_eq(network_road_by_id(net, 1), NETWORK_NONE);
	network_free(net);
}

Test(network, lines_that_share_a_vertex_are_cut_there)
{
	struct network *net = BUILD({3, {0, 0, 100, 0, 200, 0}}, {2, {100, 0, 100, 80}});

	cr_expect_eq(network_links(net), 3);
	cr_expect_eq(network_nodes(net), 4);
	cr_expect_eq(network_components(net), 1);
	cr_expect_eq(network_road(net, 0)->links, 2);
	cr_expect_float_eq(network_link(net, 1)->from_m, 100, 0.001);
	cr_expect_eq(network_link(net, 0)->node_to, network_link(net, 2)->node_from);
	network_free(net);
}

Test(network, lines_that_cross_without_a_shared_vertex_are_a_bridge)
{
	struct network *net = BUILD({2, {0, 0, 200, 0}}, {2, {100, -50, 100, 50}});

	cr_expect_eq(network_links(net), 2);
	cr_expect_eq(network_components(net), 2);
	network_free(net);
}

Test(network, vertices_a_decimetre_apart_join_and_further_ones_do_not)
{
	struct network *net =
		BUILD({2, {0, 0, 100, 0}}, {2, {100.099, 0, 200, 0}}, {2, {0, 0.102, 0, 90}});

	cr_expect_eq(network_link(net, 0)->node_to, network_link(net, 1)->node_from);
	cr_expect_neq(network_link(net, 0)->node_from, network_link(net, 2)->node_from);
	network_free(net);
}

Test(network, near_vertices_join_wherever_the_cells_of_the_search_lie)
{
	for (int i = 0; i < 200; i++) {
		double x = i * 0.0731, y = i * 0.0517, turn = i;
		double dx = 0.0999 * cos(turn), dy = 0.0999 * sin(turn);
		struct network *net =
			BUILD({2, {x - 50, y - 50, x, y}}, {2, {x + dx, y + dy, x + 50, y - 20}});

		cr_assert_eq(network_nodes(net), 3, "place %d", i);
		network_free(net);
	}
}

Test(network, a_ring_starts_and_ends_at_one_node)
{
	struct network *net = BUILD({5, {0, 0, 100, 0, 100, 100, 0, 100, 0, 0}});
	size_t count;

	cr_expect_eq(network_links(net), 1);
	cr_expect_eq(network_link(net, 0)->node_from, network_link(net, 0)->node_to);
	network_leaving(net, 0, &count);
	cr_expect_eq(count, 2);
	network_free(net);
}

Test(network, a_line_that_touches_itself_is_cut_there)
{
	/* Like the letter P: the end meets the second vertex. */
	struct network *net = BUILD({6, {0, 0, 0, 100, 0, 200, 80, 200, 80, 100, 0, 100}});

	cr_expect_eq(network_links(net), 2);
	cr_expect_eq(network_nodes(net), 2);
	network_free(net);
}

Test(network, a_line_that_passes_twice_over_a_vertex_is_cut_twice)
{
	/* Like a fish: the crossing at (100, 0) is drawn in both strokes. */
	struct network *net = BUILD({7, {0, 0, 100, 0, 200, 50, 200, -50, 100, 0, 0, 50, 0, 60}});

	cr_expect_eq(network_links(net), 3);
	cr_expect_eq(network_link(net, 1)->node_from, network_link(net, 1)->node_to);
	network_free(net);
}

Test(network, repeated_vertices_do_not_cut_a_line)
{
	struct network *net =
		BUILD({6, {0, 0, 0, 0, 100, 0, 100, 0, 200, 0, 200, 0}}, {2, {200, 0, 300, 0}});

	cr_expect_eq(network_links(net), 2);
	cr_expect_eq(network_components(net), 1);
	cr_expect_float_eq(network_road(net, 0)->length_m, 200, 0.01);
	network_free(net);
}

Test(network, a_bend_drawn_in_tiny_steps_stays_one_link)
{
	struct network *net =
		BUILD({8, {0, 0, 50, 0, 50.05, 0, 50.1, 0, 50.15, 0, 50.2, 0, 50.25, 0, 99, 0}});

	cr_expect_eq(network_links(net), 1);
	network_free(net);
}

Test(network, a_line_without_length_is_a_link_without_length)
{
	struct network *net = BUILD({3, {5, 5, 5, 5, 5, 5}}, {2, {5, 5, 50, 5}});
	double x, y, course;

	cr_expect_eq(network_links(net), 2);
	cr_expect_eq(network_nodes(net), 2);
	cr_expect_float_eq(network_link(net, 0)->length_m, 0, 1e-9);
	network_point(net, 0, 0, &x, &y, &course);
	cr_expect(isfinite(x) && isfinite(y) && isfinite(course));
	network_free(net);
}

Test(network, links_tile_their_road)
{
	struct network *net =
		BUILD({5, {0, 0, 30, 10, 60, 0, 100, 5, 170, 0}}, {2, {60, 0, 60, 50}},
		      {2, {100, 5, 90, 90}}, {2, {30, 10, 0, 40}});
	const struct road *road = network_road(net, 0);
	double at_m = 0;

	cr_expect_eq(road->links, 4);
	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++) {
		cr_expect_float_eq(network_link(net, i)->from_m, at_m, 1e-9);
		at_m += network_link(net, i)->length_m;
	}
	cr_expect_float_eq(at_m, road->length_m, 1e-9);
	network_free(net);
}

Test(network, a_place_along_a_road_is_found_on_its_link)
{
	struct network *net = BUILD({3, {0, 0, 100, 0, 200, 0}}, {2, {100, 0, 100, 80}});
	double along_m, x, y, want_x, want_y, course;

	cr_expect_eq(network_link_at(net, 0, 130, &along_m), 1);
	cr_expect_float_eq(along_m, 30, 0.01);
	network_point(net, 1, along_m, &x, &y, &course);
	local(net, 130, 0, &want_x, &want_y);
	cr_expect_float_eq(x, want_x, 0.02);
	cr_expect_float_eq(y, want_y, 0.02);
	cr_expect_float_eq(course, 90, 0.01);
	cr_expect_eq(network_link_at(net, 0, -5, &along_m), 0);
	cr_expect_float_eq(along_m, 0, 1e-9);
	cr_expect_eq(network_link_at(net, 0, 999, &along_m), 1);
	cr_expect_float_eq(along_m, 100, 0.01);
	network_free(net);
}

Test(network, numbers_lead_back_to_what_they_name)
{
	struct network *net = BUILD({3, {0, 0, 100, 0, 200, 0}}, {2, {100, 0, 100, 80}});

	for (uint32_t i = 0; i < network_links(net); i++)
		cr_expect_eq(network_find_link(net, network_link_id(net, i)), i);
	cr_expect_eq(network_link_id(net, 1), (1 << 16) + 1);
	cr_expect_eq(network_find_link(net, (1 << 16) + 2), NETWORK_NONE);
	cr_expect_eq(network_find_link(net, -1), NETWORK_NONE);
	cr_expect_eq(network_road_by_id(net, 2), 1);
	cr_expect_eq(network_road_by_id(net, 3), NETWORK_NONE);
	cr_expect_eq(network_find_road(net, "city", "2"), 1);
	cr_expect_eq(network_find_road(net, "cit", "y2"), NETWORK_NONE);
	network_free(net);
}

Test(network, the_nearest_point_of_each_link_comes_nearest_first)
{
	struct network *net =
		BUILD({3, {0, 0, 100, 0, 200, 0}}, {2, {100, 0, 100, 80}}, {2, {0, 300, 200, 300}});
	struct nearby near[8];
	double x, y;
	size_t count;

	local(net, 120, 10, &x, &y);
	count = network_near(net, x, y, 50, near, 8);
	cr_assert_eq(count, 3);
	cr_expect_eq(near[0].link, 1);
	cr_expect_float_eq(near[0].distance_m, 10, 0.02);
	cr_expect_float_eq(near[0].along_m, 20, 0.02);
	cr_expect_float_eq(near[0].course_deg, 90, 0.1);
	cr_expect_eq(near[1].link, 2);
	cr_expect_float_eq(near[1].distance_m, 20, 0.02);
	cr_expect_eq(near[2].link, 0);
	cr_expect_eq(network_near(net, x, y, 50, near, 2), 2);
	cr_expect_eq(near[1].link, 2);
	cr_expect_eq(network_near(net, x, y, 9.9, near, 8), 0);
	network_free(net);
}

/* Every link by its definition, without the grid. */
static size_t near_slowly(const struct network *net, double x, double y, double radius,
			  double *best)
{
	size_t count = 0;

	for (uint32_t i = 0; i < network_links(net); i++) {
		const struct vertex *v = network_vertices(net, i);
		double least = INFINITY;

		for (uint32_t k = 0; k + 1 < network_link(net, i)->vertices; k++) {
			double distance;

			geo_project(v[k].x_m, v[k].y_m, v[k + 1].x_m, v[k + 1].y_m, x, y,
				    &distance);
			least = fmin(least, distance);
		}
		if (least <= radius)
			count++;
		best[i] = least;
	}
	return count;
}

Test(network, the_grid_finds_what_looking_at_every_link_finds)
{
	struct line lines[60] = {0};
	struct nearby near[64];
	struct network *net;
	double best[512];

	srand(7);
	for (size_t i = 0; i < 60; i++) {
		lines[i].points = 2 + (uint32_t)i % 3;
		for (uint32_t k = 0; k < 2 * lines[i].points; k++)
			lines[i].xy[k] = rand() % 2000 - 1000 + (i == 7 ? 30000 : 0);
	}
	net = build(lines, 60);
	for (int i = 0; i < 500; i++) {
		double x = rand() % 2400 - 1200, y = rand() % 2400 - 1200,
		       radius = rand() % 150 + 0.5;
		size_t count = network_near(net, x, y, radius, near, 64);

		cr_assert_eq(count, near_slowly(net, x, y, radius, best));
		for (size_t k = 0; k < count; k++) {
			cr_assert_float_eq(near[k].distance_m, best[near[k].link], 0.01);
			cr_assert(k == 0 || near[k].distance_m >= near[k - 1].distance_m);
		}
	}
	network_free(net);
}

Test(network, a_box_holds_the_links_it_meets)
{
	struct network *net =
		BUILD({3, {0, 0, 100, 0, 200, 0}}, {2, {100, 0, 100, 80}}, {2, {0, 300, 200, 300}});
	uint32_t links[8];
	double x0, y0, x1, y1;

	local(net, 150, -5, &x0, &y0);
	local(net, 180, 350, &x1, &y1);
	cr_expect_eq(network_in_box(net, x0, y0, x1, y1, links, 8), 2);
	cr_expect_eq(links[0], 1);
	cr_expect_eq(links[1], 3);
	cr_expect_eq(network_in_box(net, x0, y0, x1, y1, links, 1), 1);
	network_free(net);
}

Test(network, degrees_and_metres_lead_back_to_each_other)
{
	struct network *net = BUILD({2, {0, 0, 1000, 0}});
	double x, y, lon, lat;

	network_to_local(net, 140.41, 38.62, &x, &y);
	network_to_degrees(net, x, y, &lon, &lat);
	cr_expect_float_eq(lon, 140.41, 1e-12);
	cr_expect_float_eq(lat, 38.62, 1e-12);
	network_free(net);
}

Test(network, a_stray_road_does_not_move_the_middle)
{
	struct network *net =
		BUILD({2, {0, 0, 100, 0}}, {2, {0, 50, 100, 50}}, {2, {-3000000, 0, -3000100, 0}});
	double x, y;

	local(net, 0, 0, &x, &y);
	cr_expect(hypot(x, y) < 1000);
	network_free(net);
}

Test(network, what_is_no_line_is_refused)
{
	double good[4] = {140, 38, 140.001, 38}, far[4] = {140, 38, 181, 38},
	       nan[4] = {140, NAN, 141, 38};
	double jump[4] = {140, 38, 150, 38};
	struct road road = {.id = 1, .layer = "l", .source_id = "1", .name = "", .class_code = ""};
	struct network *net;

	cr_expect_eq(network_build(&(struct road_source){road, good, 1}, 1, &net), -EINVAL);
	cr_expect_null(net);
	cr_expect_eq(network_build(&(struct road_source){road, far, 2}, 1, &net), -EINVAL);
	cr_expect_eq(network_build(&(struct road_source){road, nan, 2}, 1, &net), -EINVAL);
	cr_expect_eq(network_build(&(struct road_source){road, jump, 2}, 1, &net), -EINVAL);
	road.id = -1;
	cr_expect_eq(network_build(&(struct road_source){road, good, 2}, 1, &net), -EINVAL);
}

Test(network, is_freed_when_the_last_holder_lets_go)
{
	struct network *net = BUILD({2, {0, 0, 100, 0}});
	struct network *other = network_hold(net);

	network_free(net);
	cr_expect_eq(network_links(other), 1);
	network_free(other);
}
