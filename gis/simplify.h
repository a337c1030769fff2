/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves out the points of a line that lie within a tolerance of what remains (Douglas & Peucker
 * 1973).  Pure; allocates a stack of its own.
 */
#ifndef PLOW_GIS_SIMPLIFY_H
#define PLOW_GIS_SIMPLIFY_H

#include <stdbool.h>
#include <stddef.h>

/* xy: 2 * count coordinates; sets keep[i] for every point that stays, always the ends. */
void simplify(const double *xy, size_t count, double tolerance, bool *keep);

#endif
