/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GDAL is to hand over of an OpenStreetMap file: roads as `lines`, water as `multipolygons`.
 * For roads, closed ways stay lines (roundabouts); names of tags stay as they are.
 */
#include <stdio.h>
#include <string.h>

#include <cpl_vsi.h>

#include "gis/import/source_internal.h"

#define CONFIG_NAME "/vsimem/michiake-osmconf.ini"

static const char config[] =
	"closed_ways_are_polygons=%s\n"
	"attribute_name_laundering=no\n"
	"[points]\nosm_id=yes\nother_tags=no\n"
	"[lines]\nosm_id=yes\nother_tags=no\n"
	"attributes=highway,name,name:ja,official_name,ref,oneway,junction,width,bridge,tunnel,"
	"footway,service,access,operator,area,indoor,surface,bicycle,foot,sac_scale,motor_vehicle\n"
	"[multipolygons]\nosm_id=yes\nother_tags=no\nattributes=natural,name\n"
	"[multilinestrings]\nosm_id=yes\nother_tags=no\n"
	"[other_relations]\nosm_id=yes\nother_tags=no\n";

const char *source_osm_config(enum import_kind kind)
{
	size_t size = sizeof(config) + 16;
	char *text = VSIMalloc(size);

	if (text) {
		snprintf(text, size, config, kind == IMPORT_WATER ? "natural" : "");
		VSIFCloseL(VSIFileFromMemBuffer(CONFIG_NAME, (GByte *)text, strlen(text), TRUE));
	}
	return CONFIG_NAME;
}
