/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/exits.h"
#include "gis/geo.h"
#include "gis/import/attributes.h"
#include "gis/import/import.h"
#include "gis/import/osm.h"
#include "gis/import/source.h"

#define MAX_FEATURES 3000000u
#define MAX_POINTS 60000000u
#define MAX_LINE_POINTS 65536u
#define MAX_LAT_DEG 85.0
#define MAX_STEP_M 100000.0
#define MAX_LENGTH_M 1e9

struct reading {
	struct import *import;
	struct source *source;
	struct attributes attributes;
	int64_t next_progress_ms;
	bool progress;
};

/* What one feature of the file becomes: all its parts share the attributes. */
struct parts {
	struct feature common;
	OGRGeometryH list[4096];
	size_t count;
	bool too_many;
};

static void show_progress(struct reading *reading)
{
	if (!reading->progress || reading->import->read % 1000 ||
	    steady_clock_ms() < reading->next_progress_ms)
		return;
	fprintf(stderr, "\r%s: %llu features read", import_file_name(reading->import),
		(unsigned long long)reading->import->read);
	reading->next_progress_ms = steady_clock_ms() + 300;
}

static int bad_position(struct import *import, double lon, double lat)
{
	return refuse(import, EX_DATAERR,
		      "%s: feature %llu lies at %.6g, %.6g, which is no place in degrees for a "
		      "road; is the coordinate system right (%s)? name another with --srid",
		      import_file_name(import), (unsigned long long)import->read, lon, lat,
		      import->crs);
}

static bool is_place(double lon, double lat)
{
	return fabs(lon) <= 180.0 && fabs(lat) <= MAX_LAT_DEG; /* false for NaN */
}

/* Measures a line and checks its positions. Returns 0 or a status with import->why. */
static int measure(struct import *import, struct feature *road)
{
	const double *p = road->lonlat;

	road->length_m = 0;
	for (uint32_t i = 0; i < road->points; i++, p += 2) {
		double step_m;

		if (!is_place(p[0], p[1]))
			return bad_position(import, p[0], p[1]);
		if (i == 0)
			continue;
		step_m = geo_distance_m(p[-2], p[-1], p[0], p[1]);
		if (step_m > MAX_STEP_M)
			return refuse(import, EX_DATAERR,
				      "%s: feature %llu jumps %.0f km between two points; mend or "
				      "remove it",
				      import_file_name(import), (unsigned long long)import->read,
				      step_m / 1000);
		road->length_m += step_m;
	}
	import->length_m += road->length_m;
	if (import->length_m > MAX_LENGTH_M)
		return refuse(import, EX_DATAERR, "%s holds more than a million kilometres of road",
			      import_file_name(import));
	return 0;
}

static bool meets_bbox(const struct import_options *options, const OGREnvelope *box)
{
	return !options->has_bbox || (box->MaxX >= options->west && box->MinX <= options->east &&
				      box->MaxY >= options->south && box->MinY <= options->north);
}

/* Gathers the parts of a geometry that are of the wanted type, in their order. */
static void gather(struct parts *parts, OGRGeometryH geometry, enum import_kind kind)
{
	OGRwkbGeometryType type = OGR_GT_Flatten(OGR_G_GetGeometryType(geometry));
	bool wanted = kind == IMPORT_ROADS ? type == wkbLineString
		      : kind == IMPORT_DEPOTS
			      ? type == wkbPoint || type == wkbPolygon || type == wkbMultiPolygon
			      : type == wkbPolygon || type == wkbMultiPolygon;

	if (wanted) {
		if (parts->count < sizeof(parts->list) / sizeof(parts->list[0]))
			parts->list[parts->count++] = geometry;
		else
			parts->too_many = true;
		return;
	}
	if (OGR_GT_IsSubClassOf(type, wkbGeometryCollection))
		for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
			gather(parts, OGR_G_GetGeometryRef(geometry, i), kind);
}

static int keep(struct import *import, const struct feature *feature)
{
	if (import->count >= MAX_FEATURES || import->points + feature->points > MAX_POINTS)
		return refuse(import, EX_DATAERR,
			      "%s is larger than a prefecture: cut it with --bbox",
			      import_file_name(import));
	import->features = x_grow(import->features, import->count, &import->capacity,
				  sizeof(*import->features));
	import->features[import->count++] = *feature;
	import->points += feature->points;
	return 0;
}

static int keep_line(struct import *import, OGRGeometryH geometry, struct feature *road)
{
	int points = OGR_G_GetPointCount(geometry), status;

	if (points < 2) {
		import->skipped[SKIP_NO_LENGTH]++;
		return 0;
	}
	if ((uint32_t)points > MAX_LINE_POINTS)
		return refuse(import, EX_DATAERR,
			      "%s: feature %llu has %d points; a line may have %u",
			      import_file_name(import), (unsigned long long)import->read, points,
			      MAX_LINE_POINTS);
	road->points = (uint32_t)points;
	road->lonlat = arena_take(&import->memory, 2 * sizeof(double) * (size_t)points);
	OGR_G_GetPoints(geometry, road->lonlat, 2 * sizeof(double), road->lonlat + 1,
			2 * sizeof(double), NULL, 0);
	status = measure(import, road);
	if (status)
		return status;
	if (road->length_m <= 0) {
		import->skipped[SKIP_NO_LENGTH]++;
		return 0;
	}
	return keep(import, road);
}

static int keep_wkb(struct import *import, OGRGeometryH geometry, struct feature *feature)
{
	OGREnvelope box;

	OGR_G_FlattenTo2D(geometry);
	OGR_G_GetEnvelope(geometry, &box);
	if (!is_place(box.MinX, box.MinY) || !is_place(box.MaxX, box.MaxY))
		return bad_position(import, box.MinX, box.MinY);
	feature->wkb_size = OGR_G_WkbSize(geometry);
	feature->wkb = arena_take(&import->memory, (size_t)feature->wkb_size);
	OGR_G_ExportToWkb(geometry, wkbNDR, feature->wkb);
	return keep(import, feature);
}

/* An outline that crosses itself is mended; what is no surface then is left out. Frees `area`. */
static int keep_area(struct import *import, OGRGeometryH area, struct feature *feature)
{
	int status;

	if (!OGR_G_IsValid(area)) {
		OGRGeometryH mended = OGR_G_MakeValid(area);

		OGR_G_DestroyGeometry(area);
		area = mended;
		import->mended++;
	}
	area = area ? OGR_G_ForceToMultiPolygon(area) : NULL;
	if (!area || OGR_GT_Flatten(OGR_G_GetGeometryType(area)) != wkbMultiPolygon ||
	    OGR_G_IsEmpty(area)) {
		import->skipped[SKIP_WRONG_TYPE]++;
		OGR_G_DestroyGeometry(area);
		return 0;
	}
	status = keep_wkb(import, area, feature);
	OGR_G_DestroyGeometry(area);
	return status;
}

static int keep_depot(struct import *import, OGRGeometryH geometry, struct feature *feature)
{
	OGRGeometryH point;
	int status;

	if (OGR_GT_Flatten(OGR_G_GetGeometryType(geometry)) == wkbPoint)
		return keep_wkb(import, geometry, feature);
	point = OGR_G_PointOnSurface(geometry);
	if (!point || OGR_G_IsEmpty(point)) {
		import->skipped[SKIP_WRONG_TYPE]++;
		OGR_G_DestroyGeometry(point);
		return 0;
	}
	status = keep_wkb(import, point, feature);
	OGR_G_DestroyGeometry(point);
	return status;
}

/* Parts of a multi-part line or point are ID#1, ID#2, ...; an area keeps all its parts. */
static int keep_parts(struct import *import, struct parts *parts)
{
	const char *id = parts->common.source_id;
	int status = 0;

	for (size_t i = 0; !status && i < parts->count; i++) {
		struct feature feature = parts->common;

		feature.whole_id = id;
		if (parts->count > 1) {
			size_t size = strlen(id) + 24;
			char *part = arena_take(&import->memory, size);

			snprintf(part, size, "%s#%zu", id, i + 1);
			feature.source_id = part;
		}
		status = import->options->kind == IMPORT_ROADS
				 ? keep_line(import, parts->list[i], &feature)
				 : keep_depot(import, parts->list[i], &feature);
	}
	return status;
}

/* Keeps what a geometry in degrees holds of the wanted kind. */
static int keep_geometry(struct import *import, OGRGeometryH geometry, struct parts *parts)
{
	enum import_kind kind = import->options->kind;
	OGREnvelope box;

	OGR_G_GetEnvelope(geometry, &box);
	gather(parts, geometry, kind);
	if (parts->count == 0) {
		import->skipped[SKIP_WRONG_TYPE]++;
		return 0;
	}
	if (parts->too_many)
		return refuse(import, EX_DATAERR, "%s: feature %llu has more than %zu parts",
			      import_file_name(import), (unsigned long long)import->read,
			      sizeof(parts->list) / sizeof(parts->list[0]));
	if (is_place(box.MinX, box.MinY) && is_place(box.MaxX, box.MaxY) &&
	    !meets_bbox(import->options, &box)) {
		import->skipped[SKIP_OUTSIDE]++;
		return 0;
	}
	if (import_is_surface(kind))
		return keep_area(import, OGR_G_Clone(geometry), &parts->common);
	return keep_parts(import, parts);
}

static int read_attributes(struct reading *reading, OGRFeatureH row, struct feature *out)
{
	int status;

	*out = (struct feature){
		.number = reading->import->read, .admin = "town", .class_code = "", .name = ""};
	status = source_is_osm(reading->source) && reading->import->options->kind == IMPORT_ROADS
			 ? osm_road(reading->import, reading->source, row, out)
			 : attributes_read(reading->import, reading->source, &reading->attributes,
					   row, out);
	if (status)
		return status;
	return attributes_id(reading->import, reading->source, &reading->attributes, row, out);
}

static int read_feature(struct reading *reading, OGRFeatureH row, struct parts *parts)
{
	struct import *import = reading->import;
	OGRGeometryH geometry;
	int status;

	parts->count = 0;
	parts->too_many = false;
	geometry = OGR_F_StealGeometry(row);
	if (!geometry || OGR_G_IsEmpty(geometry)) {
		import->skipped[SKIP_NO_GEOMETRY]++;
		OGR_G_DestroyGeometry(geometry);
		return 0;
	}
	if (OGR_G_HasCurveGeometry(geometry, TRUE))
		geometry = OGR_G_ForceTo(geometry,
					 OGR_GT_GetLinear(OGR_G_GetGeometryType(geometry)), NULL);
	status = read_attributes(reading, row, &parts->common);
	if (!status && !source_to_degrees(reading->source, geometry))
		status = refuse(import, EX_DATAERR,
				"%s: feature %llu has coordinates that %s does not know; name "
				"another system with --srid",
				import_file_name(import), (unsigned long long)import->read,
				import->crs);
	if (!status)
		status = keep_geometry(import, geometry, parts);
	OGR_G_DestroyGeometry(geometry);
	if (status < 0) {
		import->skipped[-1 - status]++;
		status = 0;
	}
	return status;
}

/* The file was read whole; was there anything in it? */
static int check_count(struct import *import)
{
	const char *noun = import_noun(import->options->kind);

	if (import->read == 0)
		return refuse(import, EX_DATAERR, "%s has no %ss: it is empty",
			      import_file_name(import), noun);
	if (import->count > 0)
		return 0;
	if (import->skipped[SKIP_OUTSIDE])
		return refuse(import, EX_DATAERR,
			      "%s: none of its %llu features lies in the box of --bbox",
			      import_file_name(import), (unsigned long long)import->read);
	return refuse(import, EX_DATAERR,
		      "%s: none of its %llu features can become %ss; roads are lines, areas and "
		      "water polygons, depots points or polygons",
		      import_file_name(import), (unsigned long long)import->read, noun);
}

int read_features(struct import *import, struct source *source)
{
	struct reading reading = {
		.import = import, .source = source, .progress = isatty(STDERR_FILENO)};
	struct parts *parts = x_malloc(sizeof(*parts));
	int status = attributes_find(import, source, &reading.attributes);
	OGRFeatureH row;

	while (!status && (row = source_next(source))) {
		import->read++;
		show_progress(&reading);
		status = read_feature(&reading, row, parts);
		OGR_F_Destroy(row);
	}
	free(parts);
	if (reading.progress)
		fputs("\r\x1b[K", stderr);
	if (!status)
		status = source_end(source);
	return status ? status : check_count(import);
}
