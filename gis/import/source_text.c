/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which encoding is a file's text?  GeoJSON, GeoPackage and OpenStreetMap are UTF-8 by
 * definition.  A Shapefile may come with a .cpg file that says so; else all its text is looked at:
 * CP932 is hardly ever valid UTF-8.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "gis/import/source_internal.h"

struct guess {
	bool utf8, cp932;
	struct decoder *decoder;
};

static void weigh(struct guess *guess, const char *text)
{
	if (guess->utf8 && !encoding_is_utf8(text))
		guess->utf8 = false;
	if (!guess->utf8 && guess->cp932 && !decoder_text(guess->decoder, text))
		guess->cp932 = false;
}

/* Weighs every text of the layer. Returns the encoding, or NULL when it is neither. */
static const char *detect(struct source *source)
{
	struct guess guess = {.utf8 = true, .cp932 = true, .decoder = decoder_new("CP932")};
	/* Once it turns out not to be UTF-8, the texts before that are weighed again. */
	for (int round = 0; round < 2 && (round == 0 || !guess.utf8); round++) {
		OGRFeatureH feature;

		OGR_L_ResetReading(source->layer);
		while (guess.cp932 && (feature = OGR_L_GetNextFeature(source->layer))) {
			for (int i = 0; i < OGR_F_GetFieldCount(feature); i++)
				if (OGR_F_IsFieldSetAndNotNull(feature, i))
					weigh(&guess, OGR_F_GetFieldAsString(feature, i));
			OGR_F_Destroy(feature);
		}
	}
	OGR_L_ResetReading(source->layer);
	decoder_free(guess.decoder);
	return guess.utf8 ? "UTF-8" : guess.cp932 ? "CP932" : NULL;
}

/* Stores the encoding in import->encoding. Returns false when the text is in none that is known. */
static bool find_encoding(struct source *source)
{
	struct import *import = source->import;
	const char *given = import->options->encoding, *found;

	if (source->format == FORMAT_SHAPEFILE && !*given &&
	    source_shape_encoding(source, import->encoding))
		return true;
	found = *given ? given : source->format == FORMAT_SHAPEFILE ? detect(source) : "UTF-8";
	if (found)
		snprintf(import->encoding, sizeof(import->encoding), "%s", found);
	return found != NULL;
}

/* A column's name may be cut off within a character: ten bytes are all a Shapefile has. */
static int name_columns(struct source *source)
{
	OGRFeatureDefnH definition = OGR_L_GetLayerDefn(source->layer);
	int count = OGR_FD_GetFieldCount(definition);

	source->columns = x_calloc((size_t)count, sizeof(*source->columns));
	for (int i = 0; i < count; i++) {
		const char *raw = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i));
		const char *name = decoder_text(source->decoder, raw);

		if (!name)
			return refuse(source->import, EX_DATAERR,
				      "%s: the name of column %d is not %s; name the file's "
				      "encoding with --encoding",
				      import_file_name(source->import), i + 1,
				      source->import->encoding);
		source->columns[i] = x_strdup(name);
		source->column_count = i + 1;
	}
	return 0;
}

int source_set_encoding(struct source *source)
{
	struct import *import = source->import;

	if (!find_encoding(source))
		return refuse(import, EX_DATAERR,
			      "%s: its text is neither UTF-8 nor CP932; name its encoding with "
			      "--encoding",
			      import_file_name(import));
	source->decoder = decoder_new(import->encoding);
	if (!source->decoder)
		return refuse(import, EX_USAGE, "the encoding %s is not known here",
			      import->encoding);
	return name_columns(source);
}
