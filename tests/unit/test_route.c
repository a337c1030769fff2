/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/route.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "gis/geo.h"
#include "tests/support/drawn.h"

/*
 * Two ways from road 0 to road 3: over road 1, 200 m, and over road 2, 100 m and one-way.
 *
 *	     +----1----+
 *	--0--+         +--3--+
 *	     +----2----+     4 (dead end)
 */
static struct network *two_ways(int8_t oneway)
{
	const struct drawn_line lines[] = {
		{0, 2, {0, 0, 100, 0}},        {0, 3, {100, 0, 150, 86.6, 200, 0}},
		{oneway, 2, {100, 0, 200, 0}}, {0, 2, {200, 0, 300, 0}},
		{0, 2, {300, 0, 300, -50}},
	};

	return drawn_network(lines, sizeof(lines) / sizeof(lines[0]));
}

static const struct route_costs costs = {
	.per_m = 1,
	.against = 500,
	.against_per_m = 1,
	.turn_at_node = 70,
	.turn_at_end = 7,
};

static uint32_t link_of(const struct network *net, uint32_t road)
{
	return network_road(net, road)->first_link;
}

static struct route_hit search(struct route *route, uint32_t from, double rest_m, uint32_t to)
{
	struct route_hit hit = {.target = UINT32_MAX};

	route_begin(route, &costs, 1e6, 1e6);
	route_target(route, to, 5);
	route_start(route, from, rest_m, 10, 3);
	if (!route_next(route, &hit))
		hit.target = UINT32_MAX;
	return hit;
}

Test(route, takes_the_shorter_of_two_ways_and_says_which)
{
	struct network *net = two_ways(0);
	struct route *route = route_new(net);
	uint32_t between[4];
	struct route_hit hit =
		search(route, arc_of(link_of(net, 0), 1), 40, arc_of(link_of(net, 3), 1));

	cr_assert_eq(hit.target, 5);
	cr_assert_eq(hit.tag, 3);
	cr_assert_float_eq(hit.metres, 140, 0.1);
	cr_assert_float_eq(hit.cost, 150, 0.1, "a start's own cost counts too");
	cr_assert_eq(route_between(route, &hit, between, 4), 1);
	cr_assert_eq(between[0], arc_of(link_of(net, 2), 1));
	route_free(route);
	network_free(net);
}

Test(route, goes_round_rather_than_against_a_one_way)
{
	struct network *net = two_ways(-1);
	struct route *route = route_new(net);
	struct route_hit hit =
		search(route, arc_of(link_of(net, 0), 1), 40, arc_of(link_of(net, 3), 1));

	cr_assert_float_eq(hit.metres, 240, 0.1);
	route_free(route);
	network_free(net);
}

Test(route, a_turn_costs_less_at_a_dead_end_than_at_a_junction)
{
	struct network *net = two_ways(0);
	struct route *route = route_new(net);
	struct route_hit hit =
		search(route, arc_of(link_of(net, 4), 1), 50, arc_of(link_of(net, 4), -1));

	cr_assert_float_eq(hit.cost, 10 + 50 + 7, 0.1);
	hit = search(route, arc_of(link_of(net, 0), 1), 40, arc_of(link_of(net, 0), -1));
	cr_assert_float_eq(hit.cost, 10 + 40 + 70, 0.1);
	route_free(route);
	network_free(net);
}

Test(route, an_arc_ends_where_its_link_does_and_knows_what_leaves_there)
{
	struct network *net = two_ways(1);

	for (uint32_t link = 0; link < network_links(net); link++)
		for (int direction = 1; direction >= -1; direction -= 2) {
			uint32_t number = arc_of(link, direction), at = network_link(net, link)->vertices;
			const struct arc *arc = &network_arcs(net)[number];
			const struct vertex *end = network_vertices(net, link) + (direction > 0 ? at - 1 : 0);
			size_t leaving;

			cr_expect_eq(arc->leaving, network_leaving(net, arc_head(net, number), &leaving));
			cr_expect_eq(arc->leaving_count, leaving);
			cr_expect_float_eq(arc->length_m, network_link(net, link)->length_m, 0);
			cr_expect_float_eq(arc->end_x_m, end->x_m, 0);
			cr_expect_float_eq(arc->end_y_m, end->y_m, 0);
			cr_expect_eq(arc->against, link == link_of(net, 2) && direction < 0);
		}
	network_free(net);
}

Test(route, gives_up_beyond_its_bounds)
{
	struct network *net = two_ways(0);
	struct route *route = route_new(net);
	struct route_hit hit;

	route_begin(route, &costs, 1e6, 120);
	route_target(route, arc_of(link_of(net, 3), 1), 0);
	route_start(route, arc_of(link_of(net, 0), 1), 40, 0, 0);
	cr_assert_not(route_next(route, &hit), "140 m is further than 120 m");
	route_begin(route, &costs, 120, 1e6);
	route_target(route, arc_of(link_of(net, 3), 1), 0);
	route_start(route, arc_of(link_of(net, 0), 1), 40, 0, 0);
	cr_assert_not(route_next(route, &hit), "and costs more");
	route_free(route);
	network_free(net);
}

Test(route, of_several_starts_the_cheapest_reaches_a_target)
{
	struct network *net = two_ways(0);
	struct route *route = route_new(net);
	struct route_hit hit;

	route_begin(route, &costs, 1e6, 1e6);
	route_target(route, arc_of(link_of(net, 3), 1), 9);
	route_start(route, arc_of(link_of(net, 0), 1), 90, 0, 1);
	route_start(route, arc_of(link_of(net, 2), 1), 80, 20, 2);
	cr_assert(route_next(route, &hit));
	cr_assert_eq(hit.tag, 2);
	cr_assert_float_eq(hit.cost, 100, 0.1);
	cr_assert_not(route_next(route, &hit), "each target is reached once");
	route_free(route);
	network_free(net);
}

Test(route, an_aim_prunes_but_changes_nothing)
{
	struct network *net = two_ways(0);
	struct route *route = route_new(net);
	double x, y, course;
	struct route_hit hit;

	network_point(net, link_of(net, 3), 0, &x, &y, &course);
	route_begin(route, &costs, 110, 1e6);
	route_aim(route, x, y, 1);
	route_target(route, arc_of(link_of(net, 3), 1), 0);
	route_start(route, arc_of(link_of(net, 0), 1), 0, 0, 0);
	cr_assert(route_next(route, &hit));
	cr_assert_float_eq(hit.cost, 100, 0.1);
	route_begin(route, &costs, 110, 1e6);
	route_aim(route, x + 20, y, 1);
	route_target(route, arc_of(link_of(net, 3), 1), 0);
	route_start(route, arc_of(link_of(net, 0), 1), 0, 0, 0);
	cr_assert_not(route_next(route, &hit), "what it aims at lies beyond the bounds");
	route_free(route);
	network_free(net);
}

Test(route, discouraged_arcs_are_avoided_where_there_is_another_way)
{
	struct network *net = two_ways(0);
	struct route *route = route_new(net);
	struct route_hit hit;

	route_begin(route, &costs, 1e6, 1e6);
	route_target(route, arc_of(link_of(net, 3), 1), 0);
	route_discourage(route, arc_of(link_of(net, 2), 1), 3);
	route_start(route, arc_of(link_of(net, 0), 1), 0, 0, 0);
	cr_assert(route_next(route, &hit));
	cr_assert_float_eq(hit.metres, 200, 0.1);
	route_free(route);
	network_free(net);
}

Test(route, a_search_beyond_the_first_buffers_is_right)
{
	enum { N = 40 };
	struct geo_scale scale = geo_scale_at(DRAWN_LAT);
	static double lonlat[2 * N][2 * N];
	static char ids[2 * N][24];
	static struct road_source sources[2 * N];
	struct network *net = NULL;
	struct route *route;
	struct route_hit hit;
	uint32_t last;

	for (int i = 0; i < 2 * N; i++) {
		for (int k = 0; k < N; k++) {
			lonlat[i][2 * k] = DRAWN_LON + (i < N ? k : i - N) * 100 / scale.x_m_per_deg;
			lonlat[i][2 * k + 1] = DRAWN_LAT + (i < N ? i : k) * 100 / scale.y_m_per_deg;
		}
		snprintf(ids[i], sizeof(ids[i]), "%d", i);
		sources[i] = (struct road_source){
			.road = {.id = i + 1,
				 .layer = "city",
				 .source_id = ids[i],
				 .name = "",
				 .class_code = ""},
			.lonlat = lonlat[i],
			.points = N,
		};
	}
	cr_assert_eq(network_build(sources, 2 * N, &net), 0);
	route = route_new(net);
	last = network_road(net, N - 1)->first_link + N - 2;
	for (int round = 0; round < 3; round++) {
		hit = search(route, arc_of(link_of(net, 0), 1), 100, arc_of(last, 1));
		cr_assert_float_eq(hit.metres, (N - 2 + N - 1) * 100, 5, "%f", hit.metres);
	}
	route_free(route);
	network_free(net);
}
