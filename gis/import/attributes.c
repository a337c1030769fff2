/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/attributes.h"

#include <stdio.h>
#include <string.h>

#include "common/exits.h"
#include "gis/import/encoding.h"
#include "gis/import/source.h"
#include "gis/import/values.h"

#define MAX_ID_BYTES 200
#define MAX_TEXT_BYTES 400

/* The usual names of columns, the likelier ones first. */
static const char *const usual[FIELDS][12] = {
	[FIELD_NAME] = {"name", "路線名", "路線名称", "道路名", "道路名称", "名称", "地区名",
			"工区名", "rosenmei", "road_name", "fullname"},
	[FIELD_CLASS] = {"class", "highway", "fclass", "除雪区分", "路線区分", "道路種別",
			 "道路区分", "種別", "road_class"},
	[FIELD_ONEWAY] = {"oneway", "one_way", "一方通行", "一通"},
	[FIELD_WIDTH] = {"width_m", "width", "幅員", "道路幅員", "車道幅員", "幅員m", "fukuin"},
	[FIELD_ADMIN] = {"admin", "管理者", "道路管理者", "管理区分", "管理主体", "administrator"},
	[FIELD_BRIDGE] = {"bridge", "橋梁", "橋"},
	[FIELD_TUNNEL] = {"tunnel", "トンネル"},
	[FIELD_SIDEWALK] = {"is_sidewalk", "車歩道区分"},
};

static int find_column(const struct source *source, enum field field)
{
	for (int i = 0; usual[field][i]; i++) {
		int column = source_column(source, usual[field][i]);

		if (column >= 0)
			return column;
	}
	return -1;
}

static int missing_column(struct import *import, const char *option, const char *column)
{
	return refuse(import, EX_DATAERR, "%s has no column %s, which %s names",
		      import_file_name(import), column, option);
}

int attributes_find(struct import *import, struct source *source, struct attributes *out)
{
	const struct import_options *options = import->options;

	for (int i = 0; i < FIELDS; i++) {
		const char *name = options->fields[i];

		out->columns[i] =
			name ? source_column(source, name) : find_column(source, (enum field)i);
		if (name && out->columns[i] < 0)
			return missing_column(import, "--map", name);
	}
	out->id = source_column(source, options->id_field ? options->id_field : "id");
	if (options->id_field && strcmp(options->id_field, "-") != 0 && out->id < 0)
		return missing_column(import, "--id-field", options->id_field);
	out->junction = source_column(source, "junction");
	out->geofabrik =
		source_column(source, "fclass") >= 0 && source_column(source, "osm_id") >= 0;
	return 0;
}

/* The text of a field in import->memory, "" when absent, NULL with import->why. */
static const char *take(struct import *import, struct source *source, OGRFeatureH row, int column)
{
	const char *text = source_text(source, row, column);

	if (!text)
		return NULL;
	if (strlen(text) <= MAX_TEXT_BYTES)
		return arena_text(&import->memory, text);
	refuse(import, EX_DATAERR,
	       "%s: feature %llu has a text of more than %d bytes where a name should be",
	       import_file_name(import), (unsigned long long)import->read, MAX_TEXT_BYTES);
	return NULL;
}

static int oneway_of(struct import *import, const struct attributes *attributes, const char *text,
		     const char *junction)
{
	int oneway;

	if (attributes->geofabrik && strcmp(text, "F") == 0)
		return 1;
	if (attributes->geofabrik && strcmp(text, "T") == 0)
		return -1;
	if (!text[0] && strcmp(junction, "roundabout") == 0)
		return 1;
	if (!value_oneway(text, &oneway))
		import_unread(&import->oneway, text);
	return oneway;
}

static const char *admin_of(struct import *import, const char *text)
{
	const char *admin = value_admin(text);

	if (!admin)
		import_unread(&import->admin, text);
	return admin ? admin : "town";
}

/* By a column of its own, or by a class that is one of sidewalks. */
static bool is_sidewalk(const char *column, const char *class_code)
{
	static const char *const walks[] = {"footway", "cycleway", "path", "sidewalk", "歩道"};

	for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]); i++)
		if (strcmp(class_code, walks[i]) == 0 || strcmp(column, walks[i]) == 0)
			return true;
	return strcmp(column, "車道") != 0 && value_yes(column);
}

int attributes_read(struct import *import, struct source *source,
		    const struct attributes *attributes, OGRFeatureH row, struct feature *out)
{
	const char *texts[FIELDS + 1];

	for (int i = 0; i <= FIELDS; i++) {
		texts[i] = take(import, source, row,
				i < FIELDS ? attributes->columns[i] : attributes->junction);
		if (!texts[i])
			return EX_DATAERR;
	}
	out->name = texts[FIELD_NAME];
	out->class_code = texts[FIELD_CLASS];
	out->oneway = oneway_of(import, attributes, texts[FIELD_ONEWAY], texts[FIELDS]);
	out->width_m = value_width_m(texts[FIELD_WIDTH]);
	out->admin = admin_of(import, texts[FIELD_ADMIN]);
	out->bridge = value_yes(texts[FIELD_BRIDGE]);
	out->tunnel = value_yes(texts[FIELD_TUNNEL]);
	out->sidewalk = is_sidewalk(texts[FIELD_SIDEWALK], texts[FIELD_CLASS]);
	return 0;
}

int attributes_id(struct import *import, struct source *source, const struct attributes *attributes,
		  OGRFeatureH row, struct feature *out)
{
	const char *id_field = import->options->id_field, *id = "";
	char number[24];

	if (!id_field)
		id = source_feature_id(source, row);
	if (!id[0] && !(id_field && strcmp(id_field, "-") == 0))
		id = source_text(source, row, attributes->id);
	if (!id)
		return EX_DATAERR;
	if (!id[0] && id_field && strcmp(id_field, "-") != 0)
		return refuse(import, EX_DATAERR,
			      "%s: feature %llu has nothing in column %s, which --id-field names",
			      import_file_name(import), (unsigned long long)import->read, id_field);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)import->read);
	if (!id[0])
		id = number;
	if (strlen(id) > MAX_ID_BYTES || !encoding_is_clean(id))
		return refuse(import, EX_DATAERR,
			      "%s: the id of feature %llu is longer than %d bytes or no clean text",
			      import_file_name(import), (unsigned long long)import->read,
			      MAX_ID_BYTES);
	out->source_id = arena_text(&import->memory, id);
	return 0;
}
