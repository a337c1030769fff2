/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "gis/import/source_internal.h"

/* GDAL complains through here; the first failure is the one that tells what was wrong. */
static void CPL_STDCALL on_complaint(CPLErr severity, CPLErrorNum number, const char *message)
{
	struct source *source = CPLGetErrorHandlerUserData();
	const char *place =
		strncmp(message, "In file ", 8) == 0 ? strstr(message, ", at line ") : NULL;

	(void)number;
	if (severity < CE_Failure || source->trouble[0])
		return;
	/* GDAL's own file and line help nobody here. */
	if (place && strchr(place + 2, ','))
		message = strchr(place + 2, ',') + 2;
	snprintf(source->trouble, sizeof(source->trouble), "%s", message);
	/* One line of text, whatever bytes of the file it repeats. */
	for (char *p = source->trouble; *p; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
			*p = '?';
}

/* Opens the file itself first, so that nothing that is not a local file ever reaches GDAL. */
static int find_file(struct source *source)
{
	struct import *import = source->import;
	const char *file = import->options->file;
	struct stat status;
	FILE *probe;

	if (stat(file, &status) != 0)
		return refuse(import, exit_status_of(-errno),
			      "there is no file %s that can be read: %s", file, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return refuse(import, EX_DATAERR, "%s is not a file", file);
	probe = fopen(file, "rb");
	if (!probe)
		return refuse(import, EX_NOINPUT, "%s cannot be read: %s", file, strerror(errno));
	fclose(probe);
	if (status.st_size == 0)
		return refuse(import, EX_DATAERR, "%s is empty", file);
	source->path = realpath(file, NULL);
	if (!source->path)
		return refuse(import, EX_IOERR, "%s cannot be found: %s", file, strerror(errno));
	return source_shape_check(source);
}

static enum format format_of(GDALDatasetH dataset)
{
	const char *name = GDALGetDriverShortName(GDALGetDatasetDriver(dataset));

	return strcmp(name, "OSM") == 0              ? FORMAT_OSM
	       : strcmp(name, "GPKG") == 0           ? FORMAT_GEOPACKAGE
	       : strcmp(name, "ESRI Shapefile") == 0 ? FORMAT_SHAPEFILE
						     : FORMAT_GEOJSON;
}

/* Each driver takes the option that is meant for it, with a warning nobody sees for the others. */
static int open_dataset(struct source *source)
{
	static const char *const drivers[] = {"GeoJSON", "GPKG", "ESRI Shapefile", "OSM", NULL};
	char config[128];
	const char *const options[] = {
		"ENCODING=",       /* a Shapefile's text comes as it is */
		"NATIVE_DATA=YES", /* a GeoJSON's features come with their own text, for the ids */
		config,
		NULL,
	};
	size_t length = strlen(source->path);
	bool gzip = length > 3 && strcasecmp(source->path + length - 3, ".gz") == 0;
	char *path = x_malloc(length + sizeof("/vsigzip/"));

	snprintf(config, sizeof(config), "CONFIG_FILE=%s", source_osm_config(source->import->options->kind));
	stpcpy(stpcpy(path, gzip ? "/vsigzip/" : ""), source->path);
	source->dataset =
		GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, options, NULL);
	free(path);
	if (!source->dataset)
		return refuse(
			source->import, EX_DATAERR,
			"%s cannot be read as OpenStreetMap, GeoJSON, GeoPackage or Shapefile: %s",
			import_file_name(source->import),
			source->trouble[0] ? source->trouble
					   : "it is damaged or of another format");
	source->format = format_of(source->dataset);
	return 0;
}

/* Can a layer of this declared type hold what is wanted?  Most formats promise little. */
static bool may_hold(OGRLayerH layer, enum import_kind kind)
{
	switch (OGR_GT_Flatten(OGR_L_GetGeomType(layer))) {
	case wkbNone:
		return false;
	case wkbPoint:
	case wkbMultiPoint:
		return kind == IMPORT_DEPOTS;
	case wkbLineString:
	case wkbMultiLineString:
	case wkbCircularString:
	case wkbCompoundCurve:
	case wkbMultiCurve:
		return kind == IMPORT_ROADS;
	case wkbPolygon:
	case wkbMultiPolygon:
	case wkbCurvePolygon:
	case wkbMultiSurface:
		return kind != IMPORT_ROADS;
	default:
		return true;
	}
}

static int wrong_layers(struct source *source, int fitting, const char *names)
{
	static const char *const shapes[IMPORT_KINDS] = {"lines", "polygons",
							 "points or polygons", "polygons"};
	struct import *import = source->import;

	if (fitting)
		return refuse(import, EX_DATAERR,
			      "%s holds several layers (%s); name one of them with --layer",
			      import_file_name(import), names);
	return refuse(import, EX_DATAERR, "%s holds no %s, as %ss have to be",
		      import_file_name(import), shapes[import->options->kind],
		      import_noun(import->options->kind));
}

/* The only layer that may hold what is wanted, or the one that --layer names. */
static int choose_layer(struct source *source)
{
	int count = GDALDatasetGetLayerCount(source->dataset), fitting = 0;
	char names[200] = "";

	if (source->format == FORMAT_OSM)
		source->layer = GDALDatasetGetLayerByName(
			source->dataset, source->import->options->kind == IMPORT_WATER
						 ? "multipolygons"
						 : "lines");
	for (int i = 0; source->format != FORMAT_OSM && i < count; i++) {
		OGRLayerH layer = GDALDatasetGetLayer(source->dataset, i);
		const char *name = OGR_L_GetName(layer);
		size_t used = strlen(names);

		if (!may_hold(layer, source->import->options->kind))
			continue;
		snprintf(names + used, sizeof(names) - used, "%s%s", used ? ", " : "", name);
		if (strcmp(name, source->import->options->layer) == 0) {
			source->layer = layer;
			return 0;
		}
		source->layer = fitting++ ? NULL : layer;
	}
	return source->layer ? 0 : wrong_layers(source, fitting, names);
}

/* OpenStreetMap: read nothing but highways or water, so that buildings cost no time. */
static int select_tags(struct source *source)
{
	switch (source->import->options->kind) {
	case IMPORT_ROADS:
		GDALDatasetExecuteSQL(source->dataset, "SET interest_layers = lines", NULL, NULL);
		OGR_L_SetAttributeFilter(source->layer, "highway IS NOT NULL");
		return 0;
	case IMPORT_WATER:
		GDALDatasetExecuteSQL(source->dataset, "SET interest_layers = multipolygons", NULL,
				      NULL);
		OGR_L_SetAttributeFilter(source->layer, "natural = 'water'");
		return 0;
	default:
		return refuse(source->import, EX_DATAERR,
			      "OpenStreetMap files are read for roads and water only; give areas "
			      "and depots as GeoJSON, GeoPackage or Shapefile");
	}
}

int source_open(struct import *import, struct source **out)
{
	struct source *source = x_calloc(1, sizeof(*source));
	int status;

	*out = source;
	source->import = import;
	status = find_file(source);
	if (status)
		return status;
	GDALAllRegister();
	CPLPushErrorHandlerEx(on_complaint, source);
	source->handler_pushed = true;
	status = open_dataset(source);
	if (!status)
		status = choose_layer(source);
	if (!status && source->format == FORMAT_OSM)
		status = select_tags(source);
	if (!status)
		status = source_set_encoding(source);
	if (!status)
		status = source_set_crs(source);
	return status;
}

void source_close(struct source *source)
{
	if (source->to_degrees)
		OCTDestroyCoordinateTransformation(source->to_degrees);
	if (source->dataset)
		GDALClose(source->dataset);
	for (int i = 0; i < source->column_count; i++)
		free(source->columns[i]);
	free(source->columns);
	decoder_free(source->decoder);
	if (source->handler_pushed)
		CPLPopErrorHandler();
	free(source->path);
	free(source);
}

bool source_is_osm(const struct source *source)
{
	return source->format == FORMAT_OSM;
}

/* A Shapefile has ten bytes for a column's name: in UTF-8 一方通行 becomes 一方通. */
static bool is_cut_off(const char *column, const char *name)
{
	size_t length = strlen(column);

	return strlen(name) > 10 && length >= 8 && length <= 10 &&
	       strncmp(column, name, length) == 0;
}

int source_column(const struct source *source, const char *name)
{
	for (int i = 0; i < source->column_count; i++)
		if (strcmp(source->columns[i], name) == 0)
			return i;
	for (int i = 0; i < source->column_count; i++)
		if (strcasecmp(source->columns[i], name) == 0)
			return i;
	for (int i = 0; i < source->column_count; i++)
		if (source->format == FORMAT_SHAPEFILE && is_cut_off(source->columns[i], name))
			return i;
	return -1;
}

OGRFeatureH source_next(struct source *source)
{
	return OGR_L_GetNextFeature(source->layer);
}

int source_end(struct source *source)
{
	if (!source->trouble[0])
		return 0;
	return refuse(source->import, EX_DATAERR, "%s is damaged or cut off: %s",
		      import_file_name(source->import), source->trouble);
}

const char *source_text(struct source *source, OGRFeatureH feature, int column)
{
	const char *text;

	if (column < 0 || !OGR_F_IsFieldSetAndNotNull(feature, column))
		return "";
	text = decoder_text(source->decoder, OGR_F_GetFieldAsString(feature, column));
	if (!text)
		refuse(source->import, EX_DATAERR,
		       "%s: column %s of feature %llu is not %s; name the file's encoding with "
		       "--encoding",
		       import_file_name(source->import), source->columns[column],
		       (unsigned long long)source->import->read, source->import->encoding);
	return text;
}

/* Behind a JSON string that starts at p. */
static const char *after_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/*
 * GDAL mixes a feature's own id with a property of that name; the feature's text, as GDAL has
 * written it again, has them apart.  Finds the value of the key "id" of the outer object.
 */
static const char *find_json_id(const char *json)
{
	int depth = 0;

	for (const char *p = json; *p;) {
		if (*p == '"') {
			const char *end = after_string(p);

			if (depth == 1 && *end == ':' && end - p == 4 &&
			    strncmp(p, "\"id\"", 4) == 0)
				return end + 1;
			p = end;
			continue;
		}
		depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
		p++;
	}
	return NULL;
}

static void copy_json_id(struct source *source, const char *value)
{
	bool quoted = *value == '"';
	size_t length = 0;

	if (!quoted && !strchr("-0123456789", *value))
		return; /* null */
	for (const char *p = value + quoted; *p && length + 1 < sizeof(source->id); p++) {
		if (quoted ? *p == '"' : !strchr("-+.eE0123456789", *p))
			break;
		if (*p == '\\' && p[1] == '/')
			p++; /* the one escape that is usual in ids: "way\/12" */
		source->id[length++] = *p;
	}
	source->id[length] = '\0';
}

/* A road is a way; water may be a way or a relation, which are numbered apart. */
static void osm_id(struct source *source, OGRFeatureH feature)
{
	int way = source_column(source, "osm_way_id");
	const char *kind = way < 0 ? ""
			   : OGR_F_IsFieldSetAndNotNull(feature, way) ? "way/"
								      : "relation/";

	snprintf(source->id, sizeof(source->id), "%s%lld", kind, (long long)OGR_F_GetFID(feature));
}

const char *source_feature_id(struct source *source, OGRFeatureH feature)
{
	const char *json, *value;

	source->id[0] = '\0';
	switch (source->format) {
	case FORMAT_OSM:
		osm_id(source, feature);
		break;
	case FORMAT_GEOPACKAGE:
		snprintf(source->id, sizeof(source->id), "%lld", (long long)OGR_F_GetFID(feature));
		break;
	case FORMAT_GEOJSON:
		json = OGR_F_GetNativeData(feature);
		value = json ? find_json_id(json) : NULL;
		if (value)
			copy_json_id(source, value);
		break;
	case FORMAT_SHAPEFILE:
		break;
	}
	return source->id;
}

bool source_to_degrees(struct source *source, OGRGeometryH geometry)
{
	bool done =
		!source->to_degrees || OGR_G_Transform(geometry, source->to_degrees) == OGRERR_NONE;

	/* The caller names the feature; the file itself is sound. */
	if (!done)
		source->trouble[0] = '\0';
	return done;
}
