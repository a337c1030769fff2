/* SPDX-License-Identifier: Apache-2.0 */
#include "common/gpx.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "common/alloc.h"
#include "common/decimal.h"
#include "common/rfc3339.h"

#define DEPTH_MAX 32
#define TEXT_MAX 63 /* more than any time or number needs */

struct gpx {
	XML_Parser parser;
	void (*fix_cb)(const struct fix *fix, void *user);
	void *user;
	int depth;
	int point_depth; /* depth of the <trkpt> we are in, 0 outside */
	struct fix fix;
	bool has_position;
	char text[TEXT_MAX + 1];
	size_t text_size;
	uint64_t skipped;
	char why[160];
};

static void refuse(struct gpx *gpx, const char *reason)
{
	if (gpx->why[0] == '\0')
		snprintf(gpx->why, sizeof(gpx->why), "line %lu: %s",
			 (unsigned long)XML_GetCurrentLineNumber(gpx->parser), reason);
	XML_StopParser(gpx->parser, XML_FALSE);
}

/* "gpxtpx:speed" is "speed": extensions are known by what they say, whoever defined them. */
static const char *local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static bool read_degrees(const char *text, int32_t limit_deg, int32_t *out_e7)
{
	int64_t value;

	if (decimal_parse(text, strlen(text), 7, &value) != 0 ||
	    value > limit_deg * INT64_C(10000000) || value < -limit_deg * INT64_C(10000000))
		return false;
	*out_e7 = (int32_t)value;
	return true;
}

static void begin_point(struct gpx *gpx, const XML_Char **attributes)
{
	bool has_lon = false, has_lat = false;

	gpx->point_depth = gpx->depth;
	gpx->fix = fix_none();
	gpx->fix.flags = FIX_VALID;
	for (; *attributes; attributes += 2) {
		if (strcmp(attributes[0], "lon") == 0)
			has_lon = read_degrees(attributes[1], 180, &gpx->fix.lon_e7);
		else if (strcmp(attributes[0], "lat") == 0)
			has_lat = read_degrees(attributes[1], 90, &gpx->fix.lat_e7);
	}
	gpx->has_position = has_lon && has_lat;
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct gpx *gpx = user;

	gpx->depth++;
	gpx->text_size = 0;
	if (gpx->depth == 1 && strcmp(local_name(name), "gpx") != 0)
		refuse(gpx, "this is XML, but not GPX: its root is no <gpx>");
	else if (gpx->depth > DEPTH_MAX)
		refuse(gpx, "elements lie more than 32 deep in each other");
	else if (gpx->point_depth == 0 && strcmp(local_name(name), "trkpt") == 0)
		begin_point(gpx, attributes);
}

static void XMLCALL on_text(void *user, const XML_Char *text, int size)
{
	struct gpx *gpx = user;
	size_t room = TEXT_MAX - gpx->text_size;
	size_t taken = (size_t)size < room ? (size_t)size : room;

	memcpy(gpx->text + gpx->text_size, text, taken);
	gpx->text_size += taken;
}

/* What stood between the tags, without the blanks around it. */
static const char *trimmed_text(struct gpx *gpx)
{
	while (gpx->text_size > 0 && strchr(" \t\r\n", gpx->text[gpx->text_size - 1]))
		gpx->text_size--;
	gpx->text[gpx->text_size] = '\0';
	return gpx->text + strspn(gpx->text, " \t\r\n");
}

static void take_number(const char *text, int scale, int32_t low, int32_t high, int32_t *out)
{
	int64_t value;

	if (decimal_parse(text, strlen(text), scale, &value) == 0 && value >= low && value <= high)
		*out = (int32_t)value;
}

/* GPX times are UTC; some writers leave out the "Z" that says so. */
static void take_time(const char *text, int64_t *out_ms)
{
	char zoned[TEXT_MAX + 2];

	if (rfc3339_parse(text, out_ms) == 0)
		return;
	snprintf(zoned, sizeof(zoned), "%sZ", text);
	if (rfc3339_parse(zoned, out_ms) != 0)
		*out_ms = FIX_TIME_UNKNOWN;
}

static void take_child(struct gpx *gpx, const char *name, const char *text)
{
	struct fix *fix = &gpx->fix;

	if (strcmp(name, "time") == 0) {
		take_time(text, &fix->time_ms);
	} else if (strcmp(name, "ele") == 0) {
		take_number(text, 1, -100000, 1000000, &fix->alt_dm);
	} else if (strcmp(name, "speed") == 0) {
		take_number(text, 2, 0, 100000, &fix->speed_cmps);
	} else if (strcmp(name, "course") == 0) {
		take_number(text, 2, 0, 36000, &fix->course_cdeg);
		if (fix->course_cdeg == 36000)
			fix->course_cdeg = 0;
	} else if (strcmp(name, "hdop") == 0) {
		take_number(text, 2, 0, 99999, &fix->hdop_c);
	} else if (strcmp(name, "sat") == 0) {
		take_number(text, 0, 0, 255, &fix->satellites);
	} else if (strcmp(name, "fix") == 0 && strcmp(text, "none") == 0) {
		fix->flags &= (uint8_t)~FIX_VALID;
	}
}

static void end_point(struct gpx *gpx)
{
	gpx->point_depth = 0;
	if (gpx->has_position && fix_is_plausible(&gpx->fix))
		gpx->fix_cb(&gpx->fix, gpx->user);
	else
		gpx->skipped++;
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct gpx *gpx = user;

	if (gpx->point_depth == gpx->depth)
		end_point(gpx);
	else if (gpx->point_depth > 0)
		take_child(gpx, local_name(name), trimmed_text(gpx));
	gpx->text_size = 0;
	gpx->depth--;
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system_id,
			       const XML_Char *public_id, int has_internal_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	refuse(user, "a document type is not accepted; export the track as plain GPX 1.1");
}

struct gpx *gpx_new(void (*fix_cb)(const struct fix *fix, void *user), void *user)
{
	struct gpx *gpx = x_calloc(1, sizeof(*gpx));

	gpx->fix_cb = fix_cb;
	gpx->user = user;
	gpx->parser = XML_ParserCreate(NULL);
	assert(gpx->parser); /* only memory can be missing */
	XML_SetUserData(gpx->parser, gpx);
	XML_SetElementHandler(gpx->parser, on_start, on_end);
	XML_SetCharacterDataHandler(gpx->parser, on_text);
	XML_SetStartDoctypeDeclHandler(gpx->parser, on_doctype);
	return gpx;
}

int gpx_feed(struct gpx *gpx, const char *bytes, size_t size, bool is_last)
{
	if (gpx->why[0] != '\0')
		return -EBADMSG;
	if (XML_Parse(gpx->parser, bytes, (int)size, is_last) == XML_STATUS_OK)
		return 0;
	refuse(gpx, XML_ErrorString(XML_GetErrorCode(gpx->parser)));
	return -EBADMSG;
}

const char *gpx_why(const struct gpx *gpx)
{
	return gpx->why;
}

uint64_t gpx_skipped(const struct gpx *gpx)
{
	return gpx->skipped;
}

void gpx_free(struct gpx *gpx)
{
	if (!gpx)
		return;
	XML_ParserFree(gpx->parser);
	free(gpx);
}
