/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one layer of a Mapbox Vector Tile (specification 2.1): protocol buffers by hand, since the
 * format needs six message fields and no library.  Lines only.
 *
 *	struct mvt *mvt = mvt_new("links", 4096);
 *	mvt_feature(mvt, id);
 *	mvt_tag_text(mvt, "name", "元町通り");
 *	mvt_line(mvt, points, count);
 *	mvt_feature_end(mvt);
 *	mvt_finish(mvt, &out);
 *
 * The same calls give the same bytes.  No clock, no files; a writer is used by one thread.
 */
#ifndef PLOW_GIS_MVT_H
#define PLOW_GIS_MVT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes;
struct mvt;

struct mvt_point {
	int32_t x, y; /* in the tile's units, y downwards */
};

/* The layer's name and the tile's width in units; the name must outlive the writer. */
struct mvt *mvt_new(const char *layer, uint32_t extent);
void mvt_free(struct mvt *mvt);

/* Begins a feature of lines. */
void mvt_feature(struct mvt *mvt, uint64_t id);
/* Keys are compared as text and kept by pointer: string literals. Values are copied. */
void mvt_tag_text(struct mvt *mvt, const char *key, const char *value);
void mvt_tag_integer(struct mvt *mvt, const char *key, int64_t value);
void mvt_tag_bool(struct mvt *mvt, const char *key, bool value);
/* Adds a line; successive equal points count once, and a line of fewer than two is left out. */
void mvt_line(struct mvt *mvt, const struct mvt_point *points, size_t count);
/* Ends the feature; one without lines is left out. */
void mvt_feature_end(struct mvt *mvt);

/* Appends the layer to the tile and frees the writer. A layer without features is left out. */
void mvt_finish(struct mvt *mvt, struct bytes *out);

#endif
