/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads every feature of a source into import->features: attributes, ids and geometry in degrees.
 */
#ifndef PLOW_GIS_IMPORT_READ_H
#define PLOW_GIS_IMPORT_READ_H

#include "common/attr.h"

struct import;
struct source;

/* Returns 0, or a status with import->why: nothing half-read counts. */
int read_features(struct import *import, struct source *source) PLOW_MUST_USE;

#endif
