/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The town's roads as the unit knows them from the public files it keeps: which road is it that a
 * piece of way lies on?  Enough for the driver's summary; what was cleared is the server's to say.
 *
 * roads_load() reads files and is for a worker thread; what it made never changes, for any thread.
 */
#ifndef PLOW_TRACKER_ROADS_H
#define PLOW_TRACKER_ROADS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

#define ROADS_SEGMENTS_MAX 400000
#define ROADS_REACH_M 20.0 /* further off a road is not meant */

struct roads;

/*
 * Reads manifest.json of a folder and the tiles it leads to.  A file that is damaged, as by a power
 * cut, is removed, so that it is fetched again.  Returns 0, or -ENOENT, -EBADMSG.
 */
int roads_load(const char *folder, struct roads **out) PLOW_MUST_USE;
void roads_free(struct roads *roads);

size_t roads_segments(const struct roads *roads);

/*
 * The name of the road at a place that runs in this direction or its opposite, "" for one without a
 * name; NULL when there is none within reach.
 */
const char *roads_at(const struct roads *roads, int32_t lon_e7, int32_t lat_e7, double course_deg);

#endif
