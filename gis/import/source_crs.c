/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which coordinates does a file lie?  As --srid says, else as the file says, else degrees where
 * they look like degrees; everything else is refused, because a guess would be a few hundred metres
 * or a thousand kilometres wrong.
 */
#include <stdio.h>
#include <strings.h>

#include "common/exits.h"
#include "gis/import/source_internal.h"

#define DEGREES_EPSG 4326

static OGRSpatialReferenceH from_epsg(int srid)
{
	OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);

	if (OSRImportFromEPSG(crs, srid) != OGRERR_NONE) {
		OSRDestroySpatialReference(crs);
		return NULL;
	}
	return crs;
}

/* GeoPackage calls an unknown system "Undefined ...": that is as good as none. */
static bool is_known(OGRSpatialReferenceH crs)
{
	const char *name = crs ? OSRGetName(crs) : NULL;

	return crs && !OSRIsLocal(crs) && !(name && strncasecmp(name, "undefined", 9) == 0);
}

static bool looks_like_degrees(struct source *source)
{
	OGREnvelope box = {0};

	return OGR_L_GetExtent(source->layer, &box, TRUE) == OGRERR_NONE && box.MinX >= -180 &&
	       box.MaxX <= 180 && box.MinY >= -85 && box.MaxY <= 85;
}

/* The file's system as a new object, or NULL with import->why. */
static OGRSpatialReferenceH find_crs(struct source *source, int *out_status)
{
	struct import *import = source->import;
	OGRSpatialReferenceH own = OGR_L_GetSpatialRef(source->layer), crs;

	if (import->options->srid) {
		crs = from_epsg(import->options->srid);
		if (!crs)
			*out_status =
				refuse(import, EX_USAGE, "--srid %d: there is no such EPSG number",
				       import->options->srid);
		return crs;
	}
	if (is_known(own))
		return OSRClone(own);
	if (!looks_like_degrees(source)) {
		*out_status = refuse(
			import, EX_DATAERR,
			"%s does not say in which coordinate system it is (no .prj), and its "
			"coordinates are no degrees; name it with --srid, such as --srid 6678",
			import_file_name(import));
		return NULL;
	}
	import->crs_assumed = true;
	crs = from_epsg(DEGREES_EPSG);
	if (!crs)
		*out_status = refuse(import, EX_SOFTWARE,
				     "PROJ's database is missing; install proj-data");
	return crs;
}

/* Makes source->to_degrees, unless the coordinates are degrees already. */
static int make_transformation(struct source *source, OGRSpatialReferenceH crs,
			       OGRSpatialReferenceH degrees)
{
	/* Longitude first, whatever the authority says of its axes. */
	OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
	OSRSetAxisMappingStrategy(degrees, OAMS_TRADITIONAL_GIS_ORDER);
	if (OSRIsSame(crs, degrees))
		return 0;
	source->to_degrees = OCTNewCoordinateTransformation(crs, degrees);
	if (source->to_degrees)
		return 0;
	return refuse(source->import, EX_DATAERR,
		      "%s: coordinates in %s cannot be turned into degrees: %s",
		      import_file_name(source->import), source->import->crs, source->trouble);
}

int source_set_crs(struct source *source)
{
	struct import *import = source->import;
	int status = EX_SOFTWARE;
	OGRSpatialReferenceH crs = find_crs(source, &status), degrees;
	const char *name;

	if (!crs)
		return status;
	name = OSRGetName(crs);
	snprintf(import->crs, sizeof(import->crs), "%s", name ? name : "unnamed");
	degrees = from_epsg(DEGREES_EPSG);
	status = degrees ? make_transformation(source, crs, degrees)
			 : refuse(import, EX_SOFTWARE,
				  "PROJ's database is missing; install proj-data");
	OSRDestroySpatialReference(crs);
	if (degrees)
		OSRDestroySpatialReference(degrees);
	source->trouble[0] =
		'\0'; /* what PROJ complained of on the way does not concern the file */
	return status;
}
