/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ways of OpenStreetMap a plow can use, and what their tags mean here.
 */
#ifndef PLOW_GIS_IMPORT_OSM_H
#define PLOW_GIS_IMPORT_OSM_H

#include <ogr_api.h>

#include "common/attr.h"
#include "gis/import/import.h"

struct source;

/*
 * Fills a road's attributes from the tags of a way.  Returns 0, EX_DATAERR with import->why, or
 * -1 - skip (enum skip) for a way no plow uses.
 */
int osm_road(struct import *import, struct source *source, OGRFeatureH way,
	     struct feature *out) PLOW_MUST_USE;

#endif
