/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of plow-import hand on: the options, the features read, and what there is to say.
 *
 * options -> source (GDAL: open, layer, encoding, CRS) -> read (features into memory) -> snap ->
 * check (the network they make) -> store (one transaction) -> report.  Nothing is written before
 * everything has been read and checked.  Functions return 0 or a sysexits status with the sentence
 * in import->why.
 */
#ifndef PLOW_GIS_IMPORT_IMPORT_H
#define PLOW_GIS_IMPORT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/arena.h"

enum import_kind { IMPORT_ROADS, IMPORT_AREAS, IMPORT_DEPOTS, IMPORT_WATER, IMPORT_KINDS };

/* The columns of a file that mean something here. */
enum field {
	FIELD_NAME,
	FIELD_CLASS,
	FIELD_ONEWAY,
	FIELD_WIDTH,
	FIELD_ADMIN,
	FIELD_BRIDGE,
	FIELD_TUNNEL,
	FIELD_SIDEWALK,
	FIELDS
};

struct import_options {
	const char *file, *db;
	enum import_kind kind;
	char layer[128];
	const char *id_field;       /* NULL: not given; "-": number the features */
	const char *fields[FIELDS]; /* --map; NULL: found by its usual names */
	char encoding[24];          /* an iconv name, "" when not given */
	int srid;                   /* 0: as the file says */
	bool has_bbox;
	double west, south, east, north;
	double snap_m; /* 0: no */
};

/* Why a feature was left out. */
enum skip {
	SKIP_NO_GEOMETRY,
	SKIP_WRONG_TYPE,
	SKIP_NO_LENGTH,
	SKIP_OUTSIDE,
	SKIP_NO_WAY,
	SKIP_NOT_BUILT,
	SKIP_TRAIL,
	SKIP_INDOOR,
	SKIPS
};

/* One road, area, depot or water surface as it will be stored.  Text and positions lie in import->memory. */
struct feature {
	const char *source_id, *name, *class_code, *admin;
	const char *whole_id; /* of the feature in the file: without the #N of a part */
	uint64_t number; /* in the file: 1, 2, ... */
	double width_m, length_m;
	int oneway;
	bool sidewalk, bridge, tunnel;
	uint32_t points; /* roads: 2 * points degrees, longitude first */
	double *lonlat;
	unsigned char *wkb; /* what is no road: as read */
	int wkb_size;
	unsigned char *blob; /* as it will be stored */
	int blob_size;
	double west, south, east, north; /* its box */
};

/* Values of one column that nobody understands; they are taken as absent. */
struct unread {
	uint64_t count;
	char example[48]; /* the last */
};

struct import {
	const struct import_options *options;
	char why[512];

	struct arena memory;
	struct feature *features;
	size_t count, capacity;
	size_t points; /* of all roads */

	uint64_t read;           /* features of the file that were looked at */
	uint64_t skipped[SKIPS]; /* of them */
	struct unread oneway, admin;
	uint64_t mended;   /* surfaces whose outline crossed itself */
	uint64_t snapped;  /* line ends moved by --snap */
	char encoding[24]; /* of the file's text */
	char crs[96];      /* of the file's coordinates, in words */
	bool crs_assumed;

	uint64_t links, nodes, components;           /* the roads as a network of their own */
	double length_m, largest_share;              /* of the longest piece, by length */
	uint64_t added, changed, unchanged, removed; /* rows of the database */
};

/* Sets import->why and returns the status. */
int refuse(struct import *import, int status, const char *format, ...) PLOW_PRINTF(3, 4);

/* Counts a value that was not understood. */
void import_unread(struct unread *unread, const char *value);

/* The file's name without its folders, for sentences. */
const char *import_file_name(const struct import *import);

/* What --as, the table and the kind of layer are called: roads, areas, depots, water. */
const char *import_kind_name(enum import_kind kind);

/* The word for what one feature becomes: road, area, depot, water surface. */
const char *import_noun(enum import_kind kind);

/* Is one feature a multipolygon? */
bool import_is_surface(enum import_kind kind);

#endif
