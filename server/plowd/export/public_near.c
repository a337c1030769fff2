/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/export/public_near.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"

struct depot {
	double x_m, y_m;
};

struct public_near {
	bool *is_near; /* one a link */
	struct depot *depots;
	size_t count, capacity;
};

static void mark_links(struct public_near *near, const struct network *net, const struct depot *depot)
{
	size_t links = network_links(net);
	struct nearby *found = x_calloc(links, sizeof(*found));
	size_t count = network_near(net, depot->x_m, depot->y_m, PUBLIC_NEAR_M, found, links);

	for (size_t i = 0; i < count; i++)
		near->is_near[found[i].link] = true;
	free(found);
}

int public_near_load(struct db *db, const struct network *net, struct public_near **out)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT ST_X(geom), ST_Y(geom) FROM depots");
	struct public_near *near;
	int step;

	if (!stmt)
		return -EIO;
	near = x_calloc(1, sizeof(*near));
	near->is_near = x_calloc(network_links(net), sizeof(*near->is_near));
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct depot depot;

		network_to_local(net, sqlite3_column_double(stmt, 0), sqlite3_column_double(stmt, 1),
				 &depot.x_m, &depot.y_m);
		near->depots =
			x_grow(near->depots, near->count, &near->capacity, sizeof(*near->depots));
		near->depots[near->count++] = depot;
		mark_links(near, net, &depot);
	}
	sqlite3_finalize(stmt);
	if (db_error(step)) {
		public_near_free(near);
		return db_error(step);
	}
	*out = near;
	return 0;
}

void public_near_free(struct public_near *near)
{
	if (!near)
		return;
	free(near->is_near);
	free(near->depots);
	free(near);
}

bool public_near_link(const struct public_near *near, uint32_t link)
{
	return near->is_near[link];
}

bool public_near_point(const struct public_near *near, double x_m, double y_m, double more_m)
{
	for (size_t i = 0; i < near->count; i++) {
		if (hypot(x_m - near->depots[i].x_m, y_m - near->depots[i].y_m) <= PUBLIC_NEAR_M + more_m)
			return true;
	}
	return false;
}
