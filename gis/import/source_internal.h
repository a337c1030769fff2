/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What gis/import/source*.c share.
 */
#ifndef PLOW_GIS_IMPORT_SOURCE_INTERNAL_H
#define PLOW_GIS_IMPORT_SOURCE_INTERNAL_H

#include <gdal.h>
#include <ogr_srs_api.h>

#include "gis/import/encoding.h"
#include "gis/import/source.h"

enum format { FORMAT_GEOJSON, FORMAT_GEOPACKAGE, FORMAT_SHAPEFILE, FORMAT_OSM };

struct source {
	struct import *import;
	enum format format;
	char *path; /* absolute */
	GDALDatasetH dataset;
	OGRLayerH layer;
	OGRCoordinateTransformationH to_degrees; /* NULL: they are degrees */
	struct decoder *decoder;
	char **columns; /* their names as UTF-8 */
	int column_count;
	char id[256];
	char trouble[256]; /* GDAL's first complaint */
	bool handler_pushed;
};

/* Chooses the decoder and names the columns. */
int source_set_encoding(struct source *source) PLOW_MUST_USE;
/* Finds out how coordinates become degrees. */
int source_set_crs(struct source *source) PLOW_MUST_USE;

/* A Shapefile is several files: are those there without which it is not whole? */
int source_shape_check(const struct source *source) PLOW_MUST_USE;
/* The encoding that the .cpg beside a .shp names, if it is known: ENCODING_SIZE bytes. */
bool source_shape_encoding(const struct source *source, char *out);

/* Lays GDAL's configuration for OpenStreetMap files down in memory; returns its name. */
const char *source_osm_config(enum import_kind kind);

#endif
