/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which column of a file holds what, and the attributes of a feature read from there.
 */
#ifndef PLOW_GIS_IMPORT_ATTRIBUTES_H
#define PLOW_GIS_IMPORT_ATTRIBUTES_H

#include <ogr_api.h>

#include "common/attr.h"
#include "gis/import/import.h"

struct source;

struct attributes {
	int columns[FIELDS];
	int id; /* of --id-field, or the property `id`; -1: none */
	int junction;
	bool geofabrik; /* oneway is F, T or B there */
};

/* Finds the columns. Returns 0, or a status when one that --map or --id-field names is missing. */
int attributes_find(struct import *import, struct source *source,
		    struct attributes *out) PLOW_MUST_USE;

/* Fills name, class and so on, but not the id. Returns 0 or a status with import->why. */
int attributes_read(struct import *import, struct source *source,
		    const struct attributes *attributes, OGRFeatureH row,
		    struct feature *out) PLOW_MUST_USE;

/* The feature's id: --id-field, its own, a property `id`, or its number. Returns 0 or a status with
 * import->why. */
int attributes_id(struct import *import, struct source *source, const struct attributes *attributes,
		  OGRFeatureH row, struct feature *out) PLOW_MUST_USE;

#endif
