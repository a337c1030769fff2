/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in the encodings Japanese map files come in: told apart, checked strictly, made UTF-8.
 */
#ifndef PLOW_GIS_IMPORT_ENCODING_H
#define PLOW_GIS_IMPORT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

#include "common/attr.h"

#define ENCODING_SIZE 24

/*
 * The iconv name of an encoding called as people and .cpg files call it: "sjis" is CP932.  Stores
 * it in ENCODING_SIZE bytes; false for a name nobody knows.
 */
bool encoding_find(const char *name, char *out);

/* Is the text UTF-8?  A character cut off by the end of a fixed-width field is forgiven. */
bool encoding_is_utf8(const char *text);

/* UTF-8 without control characters: what an id or a layer's name has to be. */
bool encoding_is_clean(const char *text);

struct decoder;

/* NULL for an encoding iconv does not know. */
struct decoder *decoder_new(const char *encoding);
void decoder_free(struct decoder *decoder);

/*
 * The text as UTF-8, valid until the next call, with control characters made spaces and spaces cut
 * off both ends; NULL when it is not in the decoder's encoding.
 */
const char *decoder_text(struct decoder *decoder, const char *text);

#endif
