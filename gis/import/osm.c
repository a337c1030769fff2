/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/osm.h"

#include <string.h>

#include "common/exits.h"
#include "gis/import/source.h"
#include "gis/import/values.h"

enum use { USE_NONE, USE_ROAD, USE_WALK, USE_PATH, USE_PLANNED };

static const struct {
	const char *highway;
	enum use use;
} kinds[] = {
	{"motorway", USE_ROAD},      {"motorway_link", USE_ROAD},  {"trunk", USE_ROAD},
	{"trunk_link", USE_ROAD},    {"primary", USE_ROAD},        {"primary_link", USE_ROAD},
	{"secondary", USE_ROAD},     {"secondary_link", USE_ROAD}, {"tertiary", USE_ROAD},
	{"tertiary_link", USE_ROAD}, {"unclassified", USE_ROAD},   {"residential", USE_ROAD},
	{"living_street", USE_ROAD}, {"service", USE_ROAD},        {"road", USE_ROAD},
	{"track", USE_ROAD},         {"pedestrian", USE_ROAD},     {"busway", USE_ROAD},
	{"footway", USE_WALK},       {"cycleway", USE_WALK},       {"path", USE_PATH},
	{"proposed", USE_PLANNED},   {"planned", USE_PLANNED},     {"construction", USE_PLANNED},
	{"abandoned", USE_PLANNED},  {"razed", USE_PLANNED},       {"disused", USE_PLANNED},
};

/* Reads the tags of one way; a text that cannot be read is remembered until the end. */
struct tags {
	struct source *source;
	OGRFeatureH way;
	bool failed;
};

static const char *tag(struct tags *tags, const char *key)
{
	const char *text = source_text(tags->source, tags->way, source_column(tags->source, key));

	if (!text)
		tags->failed = true;
	return text ? text : "";
}

static bool has(struct tags *tags, const char *key, const char *value)
{
	return strcmp(tag(tags, key), value) == 0;
}

static enum use use_of(const char *highway)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(highway, kinds[i].highway) == 0)
			return kinds[i].use;
	return USE_NONE;
}

/* A path in the mountains is no sidewalk; one that is paved or signed for cycles may be plowed. */
static bool is_trail(struct tags *tags)
{
	static const char *const paved[] = {"asphalt", "paved", "concrete", "paving_stones",
					    "sett"};
	const char *surface;

	if (tag(tags, "sac_scale")[0])
		return true;
	if (has(tags, "bicycle", "designated") || has(tags, "foot", "designated"))
		return false;
	surface = tag(tags, "surface");
	for (size_t i = 0; i < sizeof(paved) / sizeof(paved[0]); i++)
		if (strcmp(surface, paved[i]) == 0)
			return false;
	return true;
}

/* 0, or -1 - the reason why this way is not for plows. */
static int usable(struct tags *tags, enum use use)
{
	if (use == USE_NONE || has(tags, "area", "yes"))
		return -1 - SKIP_NO_WAY;
	if (use == USE_PLANNED)
		return -1 - SKIP_NOT_BUILT;
	if (has(tags, "indoor", "yes") || has(tags, "highway", "corridor"))
		return -1 - SKIP_INDOOR;
	if (use == USE_PATH && is_trail(tags))
		return -1 - SKIP_TRAIL;
	return 0;
}

static int oneway_of(struct tags *tags, struct import *import)
{
	const char *text = tag(tags, "oneway");
	int oneway;

	if (!value_oneway(text, &oneway))
		import_unread(&import->oneway, text);
	/* The wiki's implied one-ways, where nothing else is said. */
	if (!text[0] && (has(tags, "junction", "roundabout") || has(tags, "junction", "circular") ||
			 has(tags, "highway", "motorway")))
		oneway = 1;
	return oneway;
}

/* The operator says it, or the class, or a Japanese name; else it is the town's own. */
static const char *admin_of(struct tags *tags)
{
	const char *highway, *admin = NULL, *operator= tag(tags, "operator");

	if (operator[0])
		admin = value_admin(operator);
	if (admin)
		return admin;
	highway = tag(tags, "highway");
	if (strcmp(highway, "motorway") == 0 || strcmp(highway, "motorway_link") == 0)
		return "expressway";
	admin = value_admin_of_name(tag(tags, "official_name"));
	if (!admin)
		admin = value_admin_of_name(tag(tags, "name"));
	if (!admin && has(tags, "access", "private"))
		admin = "private";
	return admin ? admin : "town";
}

int osm_road(struct import *import, struct source *source, OGRFeatureH way, struct feature *out)
{
	struct tags tags = {.source = source, .way = way};
	enum use use = use_of(tag(&tags, "highway"));
	int skip = usable(&tags, use);
	const char *name;

	if (skip)
		return tags.failed ? EX_DATAERR : skip;
	out->class_code = arena_text(&import->memory, tag(&tags, "highway"));
	name = tag(&tags, "name");
	if (!name[0])
		name = tag(&tags, "ref");
	out->name = arena_text(&import->memory, name);
	out->admin = admin_of(&tags);
	out->oneway = use == USE_ROAD ? oneway_of(&tags, import) : 0;
	out->width_m = value_width_m(tag(&tags, "width"));
	out->bridge = value_yes(tag(&tags, "bridge"));
	out->tunnel = value_yes(tag(&tags, "tunnel"));
	out->sidewalk = use != USE_ROAD;
	return tags.failed ? EX_DATAERR : 0;
}
