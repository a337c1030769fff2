/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a GeoJSON map of roads, areas or depots (the first byte chooses, and with which
 * options), through all of plow-import but the writing: what is accepted lies on Earth, has ids
 * that differ, and makes a network.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gis/import/check.h"
#include "gis/import/encoding.h"
#include "gis/import/import.h"
#include "gis/import/read.h"
#include "gis/import/snap.h"
#include "gis/import/source.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_feature(const struct feature *feature, enum import_kind kind)
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

static void read_map(struct import *import)
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_options options = {.layer = "fuzz"};
	struct import import = {.options = &options};

	if (size < 2)
		return 0;
	options.kind = (enum import_kind)(data[0] % 4 % 3);
	options.snap_m = data[0] & 4 ? 5 : 0;
	options.id_field = data[0] & 8 ? "-" : NULL;
	options.srid = data[0] & 16 ? 6678 : 0;
	options.has_bbox = data[0] & 32;
	options.west = 140;
	options.south = 38;
	options.east = 141;
	options.north = 39;
	options.file = scratch_file("map.geojson", data + 1, size - 1);
	read_map(&import);
	free(import.features);
	arena_free(&import.memory);
	return 0;
}
