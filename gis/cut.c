/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/cut.h"

#include "gis/network.h"

struct cut {
	const struct network *net;
	cut_cb *on_point;
	void *arg;
};

static void report(const struct cut *cut, double x_m, double y_m)
{
	double lon_deg, lat_deg;

	network_to_degrees(cut->net, x_m, y_m, &lon_deg, &lat_deg);
	cut->on_point(lon_deg, lat_deg, cut->arg);
}

static void report_at(const struct cut *cut, uint32_t road, double at_m)
{
	double along_m, x_m, y_m, course_deg;
	uint32_t link = network_link_at(cut->net, road, at_m, &along_m);

	network_point(cut->net, link, along_m, &x_m, &y_m, &course_deg);
	report(cut, x_m, y_m);
}

/* The vertices of one link strictly between two places along its road, in the order of direction. */
static void report_vertices(const struct cut *cut, uint32_t index, double from_m, double to_m)
{
	const struct link *link = network_link(cut->net, index);
	const struct vertex *vertices = network_vertices(cut->net, index);
	uint32_t last = link->vertices - 1;
	int is_backward = from_m > to_m;
	double low_m = is_backward ? to_m : from_m, high_m = is_backward ? from_m : to_m;

	/* A node's vertex belongs to the link before it. */
	for (uint32_t i = 0; i <= last; i++) {
		const struct vertex *vertex = &vertices[is_backward ? last - i : i];
		double at_m = link->from_m + vertex->along_m;

		if ((is_backward ? i < last : i > 0) && at_m > low_m + 0.005 && at_m < high_m - 0.005)
			report(cut, vertex->x_m, vertex->y_m);
	}
}

void cut_road(const struct network *net, uint32_t road, double from_m, double to_m, cut_cb *on_point,
	      void *arg)
{
	const struct road *which = network_road(net, road);
	struct cut cut = {net, on_point, arg};

	report_at(&cut, road, from_m);
	for (uint32_t i = 0; i < which->links; i++) {
		uint32_t place = from_m > to_m ? which->links - 1 - i : i;

		report_vertices(&cut, which->first_link + place, from_m, to_m);
	}
	report_at(&cut, road, to_m);
}
