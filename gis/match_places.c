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

struct place_point places_point(const struct network *net, uint32_t link, double along_m)
{
	const struct vertex *v = network_vertices(net, link);
	uint32_t low = 0, high = network_link(net, link)->vertices - 1;
	struct place_point point;
	double length;

	while (low + 1 < high) {
		uint32_t middle = (low + high) / 2;

		if ((double)v[middle].along_m <= along_m)
			low = middle;
		else
			high = middle;
	}
	point = (struct place_point){.x_m = (double)v[low].x_m, .y_m = (double)v[low].y_m};
	length = (double)v[high].along_m - (double)v[low].along_m;
	if (length <= 0)
		return point;
	along_m = fmin(length, fmax(0, along_m - (double)v[low].along_m));
	point.ahead_x = ((double)v[high].x_m - (double)v[low].x_m) / length;
	point.ahead_y = ((double)v[high].y_m - (double)v[low].y_m) / length;
	point.x_m += along_m * point.ahead_x;
	point.y_m += along_m * point.ahead_y;
	return point;
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
	struct place_point point =
		places_point(lattice->net, near->link, (double)near->along_m);
	double heading;

	for (int direction = 1; direction >= -1; direction -= 2) {
		double course = (double)near->course_deg + (direction < 0 ? 180 : 0);
		double along = (double)near->along_m;
		struct place *place = direction > 0 ? &out[0] : &out[1];

		heading = model_heading(&lattice->params, &at->fix, course);
		*place = (struct place){
			.arc = arc_of(near->link, direction),
			.at_m = direction < 0 ? length - along : along,
			.distance_m = (double)near->distance_m,
			.error_x_m = at->x_m - point.x_m,
			.error_y_m = at->y_m - point.y_m,
			.ahead_x = direction * point.ahead_x,
			.ahead_y = direction * point.ahead_y,
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
