/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/geo.h"

#include <math.h>

#define GRS80_A_M 6378137.0
#define GRS80_E2 0.00669438002290 /* first eccentricity squared */
#define RADIANS (M_PI / 180.0)

struct geo_scale geo_scale_at(double lat_deg)
{
	double s = sin(lat_deg * RADIANS);
	double w2 = 1.0 - GRS80_E2 * s * s;
	double w = sqrt(w2);

	return (struct geo_scale){
		.x_m_per_deg = GRS80_A_M / w * cos(lat_deg * RADIANS) * RADIANS,
		.y_m_per_deg = GRS80_A_M * (1.0 - GRS80_E2) / (w2 * w) * RADIANS,
	};
}

double geo_distance_m(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg)
{
	struct geo_scale scale = geo_scale_at((lat_a_deg + lat_b_deg) / 2);

	return hypot((lon_b_deg - lon_a_deg) * scale.x_m_per_deg,
		     (lat_b_deg - lat_a_deg) * scale.y_m_per_deg);
}

double geo_course_deg(double x_m, double y_m)
{
	double course = atan2(x_m, y_m) / RADIANS;

	return course < 0 ? course + 360.0 : course;
}

double geo_turn_deg(double a_deg, double b_deg)
{
	double turn = fmod(fabs(a_deg - b_deg), 360.0);

	return turn > 180.0 ? 360.0 - turn : turn;
}

double geo_project(double ax, double ay, double bx, double by, double px, double py,
		   double *out_distance_m)
{
	double dx = bx - ax, dy = by - ay;
	double square = dx * dx + dy * dy;
	double share = square > 0 ? ((px - ax) * dx + (py - ay) * dy) / square : 0;

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	*out_distance_m = hypot(px - (ax + share * dx), py - (ay + share * dy));
	return share;
}
