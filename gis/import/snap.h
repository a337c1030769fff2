/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins a map that was drawn line by line, where ends only nearly meet.
 */
#ifndef PLOW_GIS_IMPORT_SNAP_H
#define PLOW_GIS_IMPORT_SNAP_H

struct import;

/*
 * Each end of a line that meets no other line is moved to the nearest vertex of another line within
 * options->snap_m, or else to the foot on the nearest other line within it, which gets a vertex
 * there. The lines are taken in the order of the file.  Counts in import->snapped.
 */
void snap_lines(struct import *import);

#endif
