/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has to hold of a layer as a whole before it may replace another.
 */
#ifndef PLOW_GIS_IMPORT_CHECK_H
#define PLOW_GIS_IMPORT_CHECK_H

#include "common/attr.h"

struct import;

/* Every id occurs once. Returns 0 or EX_DATAERR with import->why naming both features. */
int check_ids(struct import *import) PLOW_MUST_USE;

/* Cuts the roads into a network of their own and counts its links and pieces. */
int check_network(struct import *import) PLOW_MUST_USE;

#endif
