/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/parts.h"

#include <math.h>
#include <stdbool.h>

#include "gis/drive.h"
#include "gis/network.h"

void span_parts(const struct network *net, const struct span *span, span_part_cb *on_part, void *arg)
{
	const struct road *road = network_road(net, span->road);
	double low_m = fmin(span->from_m, span->to_m), high_m = fmax(span->from_m, span->to_m);

	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++) {
		const struct link *link = network_link(net, i);
		bool is_last = i + 1 == road->first_link + road->links;
		double from_m = i == road->first_link ? low_m : fmax(low_m, link->from_m);
		double to_m = is_last ? high_m : fmin(high_m, link->from_m + link->length_m);
		struct span part;

		if (to_m <= from_m)
			continue;
		part = span_part(span, from_m, to_m);
		on_part(i, &part, arg);
	}
}
