/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public files kept in the cab: what a town shows its residents anyway, fetched when there is
 * radio, there when there is none.  Every minute the manifest is asked for, and whatever it leads to
 * that is not in the folder yet; then the manifest is put in place, so that the folder is always
 * whole.  The roads in it are read on a worker thread.
 *
 * Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_MAP_CACHE_H
#define PLOW_TRACKER_MAP_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "tracker-client/fetch.h"

#define MAP_CACHE_WHY_BYTES 512

struct map_cache;

/* Makes the folder when it is missing.  Returns 0, or negative errno with a sentence in why. */
int map_cache_start(uv_loop_t *loop, const struct fetch_folder *from, const char *folder,
		    struct map_cache **out, char why[MAP_CACHE_WHY_BYTES]) PLOW_MUST_USE;
/* NULL is fine for all of these. */
void map_cache_stop(struct map_cache *cache); /* the loop has to run on until it is closed */
void map_cache_free(struct map_cache *cache);

/* Whether roads are known, and which one it is: as roads_at(). */
bool map_cache_has_roads(const struct map_cache *cache);
const char *map_cache_road(const struct map_cache *cache, int32_t lon_e7, int32_t lat_e7,
			   double course_deg);

#endif
