/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distances and angles on the ellipsoid, for lines a town is made of.  Pure functions, any thread.
 *
 * Within a few kilometres the ellipsoid is flat enough to measure with its two radii of curvature
 * (meridian M, prime vertical N; Snyder, Map Projections, USGS PP 1395, eqs. 4-18..4-20), which
 * agrees with the geodesic to better than 1e-6 for segments below 10 km.
 */
#ifndef PLOW_GIS_GEO_H
#define PLOW_GIS_GEO_H

#include <stdint.h>

#include "common/attr.h"

/* Metres per degree of longitude and latitude at a latitude, WGS 84 / GRS 80. */
struct geo_scale {
	double x_m_per_deg, y_m_per_deg;
};
struct geo_scale geo_scale_at(double lat_deg);

/* Ellipsoidal distance of two near points, in metres. */
double geo_distance_m(double lon_a_deg, double lat_a_deg, double lon_b_deg, double lat_b_deg);

/* Course of the vector (x east, y north) in degrees from north, clockwise, [0, 360). */
double geo_course_deg(double x_m, double y_m);

/* The angle between two courses, 0..180. */
double geo_turn_deg(double a_deg, double b_deg);

/*
 * Projects point p on the segment a..b (all in local metres).  Returns the share 0..1 of the segment
 * at which the nearest point lies and stores the distance to it.
 */
double geo_project(double ax, double ay, double bx, double by, double px, double py,
		   double *out_distance_m);

#endif
