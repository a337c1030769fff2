/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/drawn.h"

#include <assert.h>
#include <stdio.h>

#include "gis/geo.h"
#include "gis/network.h"

struct network *drawn_network(const struct drawn_line *lines, size_t count)
{
	struct geo_scale scale = geo_scale_at(DRAWN_LAT);
	double lonlat[DRAWN_LINES_MOST][2 * DRAWN_POINTS_MOST];
	char ids[DRAWN_LINES_MOST][24];
	struct road_source sources[DRAWN_LINES_MOST] = {0};
	struct network *net = NULL;
	int error;

	assert(count <= DRAWN_LINES_MOST);

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < lines[i].points; k++) {
			lonlat[i][2 * k] = DRAWN_LON + lines[i].xy[2 * k] / scale.x_m_per_deg;
			lonlat[i][2 * k + 1] = DRAWN_LAT + lines[i].xy[2 * k + 1] / scale.y_m_per_deg;
		}
		snprintf(ids[i], sizeof(ids[i]), "%zu", i);
		sources[i].road = (struct road){.id = (int64_t)i + 1,
						.layer = "city",
						.source_id = ids[i],
						.name = "",
						.class_code = "",
						.oneway = lines[i].oneway};
		sources[i].lonlat = lonlat[i];
		sources[i].points = lines[i].points;
	}
	error = network_build(sources, count, &net);
	assert(!error);
	return net;
}
