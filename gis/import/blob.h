/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Geometry as the database keeps it.
 */
#ifndef PLOW_GIS_IMPORT_BLOB_H
#define PLOW_GIS_IMPORT_BLOB_H

struct feature;
struct import;

/* Makes feature->blob of its line or its WKB, in EPSG:4326, and its box. */
void blob_make(struct import *import, struct feature *feature);

#endif
