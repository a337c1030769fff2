/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/report.h"

#include <stdio.h>

#include "gis/import/import.h"

static const struct {
	const char *code, *words;
} reasons[SKIPS] = {
	[SKIP_NO_GEOMETRY] = {"no_geometry", "without geometry"},
	[SKIP_WRONG_TYPE] = {"wrong_type", "of another geometry type"},
	[SKIP_NO_LENGTH] = {"no_length", "without length"},
	[SKIP_OUTSIDE] = {"outside_bbox", "outside the box"},
	[SKIP_NO_WAY] = {"not_for_plows",
			 "of a kind no plow uses (steps, squares, bridleways, ...)"},
	[SKIP_NOT_BUILT] = {"not_built", "planned or under construction"},
	[SKIP_TRAIL] = {"trail", "trails"},
	[SKIP_INDOOR] = {"indoor", "inside buildings"},
};

static void text(const char *value)
{
	putchar('"');
	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		if (*p == '"' || *p == '\\')
			printf("\\%c", *p);
		else if (*p < 0x20)
			printf("\\u%04x", *p);
		else
			putchar(*p);
	putchar('"');
}

static void number(const char *key, uint64_t value)
{
	printf(",\"%s\":%llu", key, (unsigned long long)value);
}

static void roads_json(const struct import *import)
{
	printf(",\"length_m\":%.1f", import->length_m);
	number("links", import->links);
	number("nodes", import->nodes);
	number("components", import->components);
	printf(",\"largest_component_share\":%.4f", import->largest_share);
	number("snapped", import->snapped);
}

void report_json(const struct import *import)
{
	bool first = true;

	printf("{\"as\":\"%s\",\"layer\":", import_kind_name(import->options->kind));
	text(import->options->layer);
	fputs(",\"source\":", stdout);
	text(import_file_name(import));
	number("read", import->read);
	number("imported", import->count);
	fputs(",\"skipped\":{", stdout);
	for (int i = 0; i < SKIPS; i++) {
		if (!import->skipped[i])
			continue;
		printf("%s\"%s\":%llu", first ? "" : ",", reasons[i].code,
		       (unsigned long long)import->skipped[i]);
		first = false;
	}
	putchar('}');
	number("added", import->added);
	number("changed", import->changed);
	number("unchanged", import->unchanged);
	number("removed", import->removed);
	if (import->options->kind == IMPORT_ROADS)
		roads_json(import);
	if (import_is_surface(import->options->kind))
		number("mended", import->mended);
	fputs(",\"encoding\":", stdout);
	text(import->encoding);
	fputs(",\"crs\":", stdout);
	text(import->crs);
	printf(",\"crs_assumed\":%s}\n", import->crs_assumed ? "true" : "false");
}

static void notes(const struct import *import)
{
	if (import->crs_assumed)
		fprintf(stderr, "  The file does not say in which coordinate system it is: degrees "
				"(WGS 84) assumed.\n");
	if (import->mended)
		fprintf(stderr, "  %llu outlines crossed themselves and were mended.\n",
			(unsigned long long)import->mended);
	if (import->snapped)
		fprintf(stderr, "  %llu line ends were moved to join other lines.\n",
			(unsigned long long)import->snapped);
	if (import->oneway.count)
		fprintf(stderr,
			"  %llu one-way values were not understood (such as \"%s\"): taken as both "
			"ways.\n",
			(unsigned long long)import->oneway.count, import->oneway.example);
	if (import->admin.count)
		fprintf(stderr,
			"  %llu administrators were not understood (such as \"%s\"): taken as the "
			"town.\n",
			(unsigned long long)import->admin.count, import->admin.example);
}

void report_people(const struct import *import)
{
	const char *noun = import_noun(import->options->kind);

	fprintf(stderr,
		"%s: %llu features read, %zu %ss in layer %s (%llu new, %llu changed, %llu "
		"unchanged, %llu removed)\n",
		import_file_name(import), (unsigned long long)import->read, import->count, noun,
		import->options->layer, (unsigned long long)import->added,
		(unsigned long long)import->changed, (unsigned long long)import->unchanged,
		(unsigned long long)import->removed);
	for (int i = 0; i < SKIPS; i++)
		if (import->skipped[i])
			fprintf(stderr, "  %llu skipped: %s\n",
				(unsigned long long)import->skipped[i], reasons[i].words);
	if (import->options->kind == IMPORT_ROADS)
		fprintf(stderr,
			"  %.1f km in %llu links; disconnected pieces: %llu, the longest has %.1f "
			"%% of the metres\n",
			import->length_m / 1000, (unsigned long long)import->links,
			(unsigned long long)import->components, import->largest_share * 100);
	notes(import);
}
