/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_places.h"

#include <math.h>

#include "gis/match_model.h"

#define CANDIDATES_MOST 24
_Static_assert(LATTICE_STATES_MOST == 2 * CANDIDATES_MOST + 1,
	       "both directions, and off the roads");
/* Roads are looked for further away where the last fix was already far from its own. */
#define RADIUS_SHARE 1.5
#define RADIUS_MORE_M 30
#define RADIUS_MOST 3 /* of search_radius_m */

/* The vertex before a point of a link; there is another one after it. */
static const struct vertex *vertex_before(const struct network *net, uint32_t link, double along_m)
{
	const struct vertex *v = network_vertices(net, link);
	uint32_t low = 0, high = network_link(net, link)->vertices - 1;

	while (low + 1 < high) {
		uint32_t middle = (low + high) / 2;

		if ((double)v[middle].along_m <= along_m)
			low = middle;
		else
			high = middle;
	}
	return &v[low];
}

void places_point(const struct network *net, uint32_t link, double along_m, double *out_x_m,
		  double *out_y_m)
{
	const struct vertex *v = vertex_before(net, link, along_m);
	double length = (double)v[1].along_m - (double)v[0].along_m;
	double share = length > 0 ? fmin(1, fmax(0, (along_m - (double)v[0].along_m) / length)) : 0;

	*out_x_m = (double)v[0].x_m + share * ((double)v[1].x_m - (double)v[0].x_m);
	*out_y_m = (double)v[0].y_m + share * ((double)v[1].y_m - (double)v[0].y_m);
}

void places_ahead(const struct network *net, uint32_t arc, double at_m, double *out_x,
		  double *out_y)
{
	bool forward = arc_is_forward(arc);
	double along_m = forward ? at_m : arc_length_m(net, arc) - at_m;
	const struct vertex *v = vertex_before(net, arc_link(arc), along_m);
	double x = (double)v[1].x_m - (double)v[0].x_m, y = (double)v[1].y_m - (double)v[0].y_m;
	double length = sqrt(x * x + y * y) * (forward ? 1 : -1);

	*out_x = length != 0 ? x / length : 0;
	*out_y = length != 0 ? y / length : 0;
}

/* Both directions of a link near the fix.  Returns how many places that is. */
static size_t add_link(const struct places_question *question, const struct nearby *near,
		       struct place *out)
{
	const struct lattice *lattice = question->lattice;
	const struct sighting *at = question->at;
	double length = network_link(lattice->net, near->link)->length_m;
	double emission =
		model_emission(&lattice->params, lattice->sigma_m, (double)near->distance_m);
	double x, y, heading;

	places_point(lattice->net, near->link, (double)near->along_m, &x, &y);
	for (int direction = 1; direction >= -1; direction -= 2) {
		double course = (double)near->course_deg + (direction < 0 ? 180 : 0);
		double along = (double)near->along_m;
		struct place *place = direction > 0 ? &out[0] : &out[1];

		heading = model_heading(&lattice->params, &at->fix, course);
		*place = (struct place){
			.arc = arc_of(near->link, direction),
			.at_m = direction < 0 ? length - along : along,
			.distance_m = (double)near->distance_m,
			.error_x_m = at->x_m - x,
			.error_y_m = at->y_m - y,
			.cost = question->weight * emission + heading,
			.measured = model_has_course(&at->fix) &&
				    heading < lattice->params.heading_cost,
		};
	}
	return 2;
}

size_t places_find(const struct places_question *question, struct place *out, double *out_radius_m)
{
	const struct network *net = question->lattice->net;
	const struct match_params *params = &question->lattice->params;
	const struct sighting *at = question->at;
	struct nearby near[CANDIDATES_MOST];
	double most_m = RADIUS_MOST * params->search_radius_m;
	double radius_m = fmax(params->search_radius_m,
			       fmin(most_m, RADIUS_SHARE * question->last_m + RADIUS_MORE_M));
	size_t links = network_near(net, at->x_m, at->y_m, radius_m, near, CANDIDATES_MOST);
	size_t count = 0;

	if (links == 0)
		links = network_near(net, at->x_m, at->y_m, most_m, near, CANDIDATES_MOST);
	*out_radius_m = links > 0 ? (double)near[links - 1].distance_m + 1 : 0;
	for (size_t i = 0; i < links; i++)
		count += add_link(question, &near[i], &out[count]);
	out[count] = (struct place){.arc = ARC_NONE, .cost = question->weight * model_off(params)};
	return count + 1;
}
