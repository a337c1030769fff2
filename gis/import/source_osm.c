/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GDAL is to hand over of an OpenStreetMap file.  Closed ways stay lines (roundabouts), names
 * of tags stay as they are, and other layers than `lines` are not wanted.
 */
#include <string.h>

#include <cpl_vsi.h>

#include "gis/import/source_internal.h"

#define CONFIG_NAME "/vsimem/michiake-osmconf.ini"

static const char config[] =
	"closed_ways_are_polygons=\n"
	"attribute_name_laundering=no\n"
	"[points]\nosm_id=yes\nother_tags=no\n"
	"[lines]\nosm_id=yes\nother_tags=no\n"
	"attributes=highway,name,name:ja,official_name,ref,oneway,junction,width,bridge,tunnel,"
	"footway,service,access,operator,area,indoor,surface,bicycle,foot,sac_scale,motor_vehicle\n"
	"[multipolygons]\nosm_id=yes\nother_tags=no\n"
	"[multilinestrings]\nosm_id=yes\nother_tags=no\n"
	"[other_relations]\nosm_id=yes\nother_tags=no\n";

const char *source_osm_config(void)
{
	GByte *bytes = (GByte *)VSIMalloc(sizeof(config) - 1);

	if (bytes) {
		memcpy(bytes, config, sizeof(config) - 1);
		VSIFCloseL(VSIFileFromMemBuffer(CONFIG_NAME, bytes, sizeof(config) - 1, TRUE));
	}
	return CONFIG_NAME;
}
