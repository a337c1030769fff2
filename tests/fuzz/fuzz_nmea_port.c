/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines as they come to the plain port: who sent them, and the forms that are no NMEA.  Whatever
 * the bytes are, an id is a vehicle's code, and a fix is on Earth.  A '$' at the front is given the
 * checksum that fits, so that the fuzzer reaches what lies behind it.
 */
#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/nmea_fields.h"
#include "server/plowd/intake/nmea_forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_id(const char *id)
{
	assert(memchr(id, '\0', NMEA_ID_BYTES));
	for (; *id; id++)
		assert(isalnum((unsigned char)*id) || strchr("._-", *id));
}

static void check_form(const struct nmea_form *form)
{
	const struct fix *fix = &form->fix;

	check_id(form->id);
	assert(fix->flags == FIX_VALID);
	assert(fix->lon_e7 >= -1800000000 && fix->lon_e7 <= 1800000000);
	assert(fix->lat_e7 >= -900000000 && fix->lat_e7 <= 900000000);
	assert(form->clock_ms >= 0 && form->clock_ms <= 86400999);
	assert(fix->course_cdeg == FIX_ABSENT ||
	       (fix->course_cdeg >= 0 && fix->course_cdeg < 36000));
	assert(fix->speed_cmps == FIX_ABSENT || (fix->speed_cmps >= 0 && fix->speed_cmps <= 60000));
}

static void read_line(const char *line, size_t size)
{
	char id[NMEA_ID_BYTES];
	struct nmea_form form;

	if (nmea_id_find(line, size, id))
		check_id(id);
	if (nmea_form_read(line, size, &form) == NMEA_FORM_FIX)
		check_form(&form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Blocks of their own, so that reading behind their ends is seen. */
	char *line = malloc(size + 4);
	size_t whole = size;

	assert(line);
	memcpy(line, data, size);
	if (size > 1 && line[0] == '$' && !memchr(line, '*', size)) {
		snprintf(line + size, 4, "*%02X", nmea_xor(line + 1, size - 1));
		whole += 3;
	}
	line = realloc(line, whole + 1); /* at least one byte */
	assert(line);
	read_line(line, whole);
	free(line);
	return 0;
}
