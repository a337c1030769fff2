/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/simplify.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"

struct part {
	size_t first, last;
};

/* The point of a part that lies farthest from its chord. */
static size_t farthest(const double *xy, struct part part, double *out_distance)
{
	const double *a = &xy[part.first * 2], *b = &xy[part.last * 2];
	size_t found = part.first;

	*out_distance = -1;
	for (size_t i = part.first + 1; i < part.last; i++) {
		double distance;

		geo_project(a[0], a[1], b[0], b[1], xy[i * 2], xy[i * 2 + 1], &distance);
		if (distance > *out_distance) {
			*out_distance = distance;
			found = i;
		}
	}
	return found;
}

void simplify(const double *xy, size_t count, double tolerance, bool *keep)
{
	struct part *stack = x_malloc((count + 1) * sizeof(*stack));
	size_t depth = 0;

	memset(keep, 0, count * sizeof(*keep));
	if (count > 0)
		keep[0] = keep[count - 1] = true;
	if (count > 2)
		stack[depth++] = (struct part){0, count - 1};
	while (depth > 0) {
		struct part part = stack[--depth];
		double distance;
		size_t middle = farthest(xy, part, &distance);

		if (distance <= tolerance)
			continue;
		keep[middle] = true;
		if (middle - part.first > 1)
			stack[depth++] = (struct part){part.first, middle};
		if (part.last - middle > 1)
			stack[depth++] = (struct part){middle, part.last};
	}
	free(stack);
}
