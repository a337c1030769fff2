/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map file through all of plow-import but the writing: what is accepted lies on Earth, has ids that
 * differ, and makes a network; what is refused has its reason.
 */
#ifndef PLOW_TESTS_FUZZ_IMPORT_MAP_H
#define PLOW_TESTS_FUZZ_IMPORT_MAP_H

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "gis/import/check.h"
#include "gis/import/encoding.h"
#include "gis/import/import.h"
#include "gis/import/read.h"
#include "gis/import/snap.h"
#include "gis/import/source.h"

static inline void check_feature(const struct feature *feature, enum import_kind kind)
{
	assert(encoding_is_clean(feature->source_id) && feature->source_id[0]);
	assert(encoding_is_clean(feature->name));
	assert(feature->oneway >= -1 && feature->oneway <= 1);
	assert(feature->width_m >= 0 && isfinite(feature->width_m));
	if (kind != IMPORT_ROADS) {
		assert(feature->wkb && feature->wkb_size > 0);
		return;
	}
	assert(feature->points >= 2);
	for (uint32_t i = 0; i < feature->points; i++)
		assert(fabs(feature->lonlat[i * 2]) <= 180 &&
		       fabs(feature->lonlat[i * 2 + 1]) <= 90);
}

static inline void read_map(struct import *import)
{
	struct source *source = NULL;
	int status = source_open(import, &source);

	if (!status)
		status = read_features(import, source);
	source_close(source);
	if (!status)
		status = check_ids(import);
	if (!status && import->options->kind == IMPORT_ROADS) {
		if (import->options->snap_m > 0)
			snap_lines(import);
		status = check_network(import);
	}
	assert((status != 0) == (import->why[0] != '\0'));
	for (size_t i = 0; !status && i < import->count; i++)
		check_feature(&import->features[i], import->options->kind);
}

/* Imports a file as roads, areas, depots or water: `how` chooses, and with which options. */
static inline void import_file(const char *file, unsigned char how)
{
	struct import_options options = {.layer = "fuzz"};
	struct import import = {.options = &options};

	options.file = file;
	options.kind = (enum import_kind)(how % IMPORT_KINDS);
	options.snap_m = how & 4 ? 5 : 0;
	options.id_field = how & 8 ? "-" : NULL;
	options.srid = how & 16 ? 6678 : 0;
	options.has_bbox = how & 32;
	options.west = 140;
	options.south = 38;
	options.east = 141;
	options.north = 39;
	read_map(&import);
	free(import.features);
	arena_free(&import.memory);
}

#endif
