/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in the columns of road maps, in the encodings they come in (the first byte chooses):
 * clean text comes out or nothing, and its meaning is within what the schema takes.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gis/import/encoding.h"
#include "gis/import/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_value(const char *text)
{
	int oneway = 9;
	double width_m = value_width_m(text);

	if (value_oneway(text, &oneway))
		assert(oneway >= -1 && oneway <= 1);
	assert(width_m >= 0 && isfinite(width_m));
	(void)value_admin(text);
	(void)value_admin_of_name(text);
	(void)value_yes(text);
}

static struct decoder *decoder_of(size_t i)
{
	static const char *const names[] = {"UTF-8", "CP932", "EUC-JP", "ISO-8859-1"};
	static struct decoder *decoders[4];

	if (!decoders[i])
		decoders[i] = decoder_new(names[i]);
	return decoders[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char encoding[ENCODING_SIZE];
	const char *clean;
	char *text;

	if (size < 1)
		return 0;
	/* A block of its own, so that reading behind its NUL is seen. */
	text = malloc(size);
	assert(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	read_value(text);
	(void)encoding_is_utf8(text);
	if (size < 64 && encoding_find(text, encoding))
		assert(memchr(encoding, '\0', sizeof(encoding)));
	clean = decoder_text(decoder_of(data[0] % 4), text);
	if (clean) {
		assert(encoding_is_clean(clean));
		read_value(clean);
	}
	free(text);
	return 0;
}
