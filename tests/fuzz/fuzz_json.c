/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies of requests: what pages post to plowd, and the JSON of phones.  The first byte chooses.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "server/plowd/api/api_body.h"
#include "tests/fuzz/phone_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_member(const cJSON *body, const char *key)
{
	char text[24];
	int64_t value;
	double real;

	if (body_text(body, key, true, text, sizeof(text)))
		assert(memchr(text, '\0', sizeof(text)) && text[0] && utf8_is_clean(text));
	if (body_time(body, key, true, &value))
		assert(value >= INT64_C(-62167219200000) && value < INT64_C(253402300800000));
	if (body_integer(body, key, &value))
		assert(value >= 0 && value <= INT64_C(9007199254740992));
	assert(body_real(body, key, &real) == (isfinite(real) != 0));
	if (!body_has(body, key))
		assert(!body_text(body, key, true, text, sizeof(text)) && isnan(real));
}

static void read_body(const char *text, size_t size)
{
	static const char *const keys[] = {"kind", "from", "vehicle", "lon", "revision"};
	cJSON *body = body_parse(text, size);

	for (size_t i = 0; body && i < sizeof(keys) / sizeof(keys[0]); i++)
		read_member(body, keys[i]);
	cJSON_Delete(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct phone_message message = phone_message_none();
	char *text;

	if (size < 1)
		return 0;
	/* A block of its own, so that reading behind its NUL is seen. */
	text = malloc(size);
	assert(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (data[0] % 4 == 0)
		phone_read_traccar(text, size - 1, &message);
	else if (data[0] % 4 == 1)
		phone_read_owntracks(text, size - 1, &message);
	else
		read_body(text, size - 1);
	check_phone(&message);
	free(text);
	return 0;
}
