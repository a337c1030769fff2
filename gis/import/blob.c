/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/blob.h"

#include <stdlib.h>
#include <string.h>

/* SpatiaLite's header wants it first. */
#include <sqlite3.h>

#include <spatialite/gaiageo.h>

#include "gis/import/import.h"

#define DEGREES_SRID 4326

static gaiaGeomCollPtr line_of(const struct feature *feature)
{
	gaiaGeomCollPtr geometry = gaiaAllocGeomColl();
	gaiaLinestringPtr line = gaiaAddLinestringToGeomColl(geometry, (int)feature->points);

	memcpy(line->Coords, feature->lonlat, 2 * sizeof(double) * feature->points);
	geometry->DeclaredType = GAIA_LINESTRING;
	return geometry;
}

void blob_make(struct import *import, struct feature *feature)
{
	gaiaGeomCollPtr geometry = feature->lonlat
					   ? line_of(feature)
					   : gaiaFromWkb(feature->wkb, (unsigned)feature->wkb_size);
	unsigned char *bytes = NULL;

	if (!geometry)
		return;
	geometry->Srid = DEGREES_SRID;
	if (import_is_surface(import->options->kind))
		geometry->DeclaredType = GAIA_MULTIPOLYGON;
	gaiaMbrGeometry(geometry);
	feature->west = geometry->MinX;
	feature->south = geometry->MinY;
	feature->east = geometry->MaxX;
	feature->north = geometry->MaxY;
	gaiaToSpatiaLiteBlobWkb(geometry, &bytes, &feature->blob_size);
	if (bytes) {
		feature->blob = arena_take(&import->memory, (size_t)feature->blob_size);
		memcpy(feature->blob, bytes, (size_t)feature->blob_size);
	}
	free(bytes);
	gaiaFreeGeomColl(geometry);
}
