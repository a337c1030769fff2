/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/nmea_id.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/nmea_fields.h"

static bool is_id_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
}

bool nmea_id_take(const char *at, size_t size, char out[NMEA_ID_BYTES])
{
	while (size > 0 && isspace((unsigned char)at[size - 1]))
		size--;
	while (size > 0 && (isspace((unsigned char)*at) || *at == '+')) {
		at++;
		size--;
	}
	out[0] = '\0';
	if (size == 0 || size >= NMEA_ID_BYTES)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!is_id_char(at[i]))
			return false;
	}
	memcpy(out, at, size);
	out[size] = '\0';
	return true;
}

/* Somebody is named by these bytes, a vehicle or not. */
static bool name(const char *at, size_t size, char out[NMEA_ID_BYTES])
{
	(void)nmea_id_take(at, size, out);
	return true;
}

/* Up to a comma or an asterisk. */
static size_t field_size(const char *at, size_t size)
{
	size_t length = 0;

	while (length < size && at[length] != ',' && at[length] != '*')
		length++;
	return length;
}

bool nmea_checksum_fits(const char *begin, const char *end)
{
	const char *star = memchr(begin, '*', (size_t)(end - begin));
	char digits[3], *rest;

	if (!star)
		return true;
	if (end - star < 3)
		return false;
	memcpy(digits, star + 1, 2);
	digits[2] = '\0';
	return isxdigit((unsigned char)digits[0]) && isxdigit((unsigned char)digits[1]) &&
	       strtoul(digits, &rest, 16) == nmea_xor(begin, (size_t)(star - begin));
}

/* "$PGID,359853000144328*0F": makers' sentences whose first field is who sent it. */
static bool find_in_sentence(const char *line, size_t size, char out[NMEA_ID_BYTES])
{
	static const char *const heads[] = {
		"$PGID,",     "$GPFID,", "$DEVID,", "$IMEI=",    "$PCPTI,",
		"$PSIWMDID,", "$GPSTN,", "$PCSCU,", "$CONNECT,", "$ID,",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t head = strlen(heads[i]);

		if (size <= head || memcmp(line, heads[i], head) != 0)
			continue;
		if (!nmea_checksum_fits(line + 1, line + size))
			return name("", 0, out);
		return name(line + head, field_size(line + head, size - head), out);
	}
	return false;
}

/* "\s:R-12,n:5*hh\$GPRMC...": NMEA 4's tag block, whose s is the source. */
static bool find_in_tag_block(const char *line, size_t size, char out[NMEA_ID_BYTES])
{
	const char *at = line + 1, *end = memchr(at, '\\', size - 1);

	if (!end || !nmea_checksum_fits(at, end))
		return name("", 0, out);
	while (at < end) {
		size_t length = field_size(at, (size_t)(end - at));

		if (length > 2 && at[0] == 's' && at[1] == ':')
			return name(at + 2, length - 2, out);
		at += length + 1;
	}
	return false;
}

/* "4711/022789000688081/$": the last of the parts; behind '*' it is the rest of a sentence. */
static bool find_before(const char *line, size_t size, char out[NMEA_ID_BYTES])
{
	size_t begin;

	if (line[0] == '\\')
		return find_in_tag_block(line, size, out);
	while (size > 0 && !is_id_char(line[size - 1]))
		size--;
	begin = size;
	while (begin > 0 && is_id_char(line[begin - 1]))
		begin--;
	return begin < size && !memchr(line, '*', size) && name(line + begin, size - begin, out);
}

bool nmea_id_find(const char *line, size_t size, char out[NMEA_ID_BYTES])
{
	const char *dollar = memchr(line, '$', size);

	if (dollar == line && size > 0)
		return find_in_sentence(line, size, out);
	if (dollar)
		return find_before(line, (size_t)(dollar - line), out);
	if (size > 5 && strncasecmp(line, "IMEI", 4) == 0 && (line[4] == ' ' || line[4] == '='))
		return name(line + 5, size - 5, out);
	/* A line of nothing but an id; anything with other characters in it is something else. */
	return nmea_id_take(line, size, out);
}
