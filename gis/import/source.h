/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map file opened through GDAL: which layer is read, in which encoding its text is, and how its
 * coordinates become degrees.  The only part that knows the differences between file formats.
 */
#ifndef PLOW_GIS_IMPORT_SOURCE_H
#define PLOW_GIS_IMPORT_SOURCE_H

#include <stdbool.h>

#include <ogr_api.h>

#include "common/attr.h"
#include "gis/import/import.h"

struct source;

/* Opens import->options->file.  Returns 0 or a status with import->why; source_close() it always.
 */
int source_open(struct import *import, struct source **out) PLOW_MUST_USE;
void source_close(struct source *source);

bool source_is_osm(const struct source *source);

/* Where a column is, by its exact name or else regardless of case, or -1. */
int source_column(const struct source *source, const char *name);

/* The next feature, to be freed with OGR_F_Destroy(); NULL at the end or when reading fails. */
OGRFeatureH source_next(struct source *source);
/* After the end: was everything read? Returns 0 or a status with import->why. */
int source_end(struct source *source) PLOW_MUST_USE;

/*
 * A column's value as clean UTF-8, "" when it is absent, valid until the next call.  NULL with
 * import->why when it is not in the file's encoding.
 */
const char *source_text(struct source *source, OGRFeatureH feature, int column);

/*
 * The feature's own id, outside its columns: of GeoJSON, GeoPackage and OSM.  "" where there is
 * none.  Valid until the next call.
 */
const char *source_feature_id(struct source *source, OGRFeatureH feature);

/* Turns a geometry into degrees. Returns false where that cannot be done. */
bool source_to_degrees(struct source *source, OGRGeometryH geometry);

#endif
