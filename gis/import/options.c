/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/options.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/exits.h"
#include "gis/import/encoding.h"
#include "gis/shape.h"

#define MAX_SNAP_M 50.0

static const char usage[] =
	"Usage: plow-import FILE --db DB [--as KIND] [--layer NAME]\n"
	"                   [--id-field NAME] [--map FIELD=COLUMN,...] [--encoding NAME]\n"
	"                   [--srid EPSG] [--bbox W,S,E,N] [--snap METRES]\n"
	"\n"
	"Reads roads, work areas, depots or water from OpenStreetMap (.osm, .osm.gz, .osm.pbf),\n"
	"GeoJSON, GeoPackage or Shapefile and replaces the layer of that name.  A running plowd\n"
	"takes the change over within a second.  On failure the database stays as it was.\n"
	"\n"
	"  --db DB           the town's database (made by: plowctl init --db DB)\n"
	"  --as KIND         what to read: roads (default), areas, depots, or water to draw\n"
	"  --layer NAME      the layer's name; default: the file's name without its ending\n"
	"  --id-field NAME   the column that identifies a feature; \"-\": number them 1, 2, ...\n"
	"  --map LIST        which column holds what: name, class, oneway, width_m, admin, "
	"bridge,\n"
	"                    tunnel, sidewalk; e.g. --map name=路線名,width_m=幅員\n"
	"  --encoding NAME   of a Shapefile's text: CP932, UTF-8, ...; default: .cpg, or detected\n"
	"  --srid EPSG       the coordinates' system, where the file does not say it or is wrong\n"
	"  --bbox W,S,E,N    only what touches this box, in degrees\n"
	"  --snap METRES     joins line ends to other lines within this distance (at most 50)\n"
	"  --help, --version\n"
	"\n"
	"Prints one line of JSON that counts what was done.  docs/IMPORT.md explains everything.\n"
	"\n" EXITS_HELP;

enum {
	OPT_DB = 256,
	OPT_AS,
	OPT_LAYER,
	OPT_ID,
	OPT_MAP,
	OPT_ENCODING,
	OPT_SRID,
	OPT_BBOX,
	OPT_SNAP
};

static const struct option long_options[] = {
	{"db", required_argument, NULL, OPT_DB},
	{"as", required_argument, NULL, OPT_AS},
	{"layer", required_argument, NULL, OPT_LAYER},
	{"id-field", required_argument, NULL, OPT_ID},
	{"map", required_argument, NULL, OPT_MAP},
	{"encoding", required_argument, NULL, OPT_ENCODING},
	{"srid", required_argument, NULL, OPT_SRID},
	{"bbox", required_argument, NULL, OPT_BBOX},
	{"snap", required_argument, NULL, OPT_SNAP},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static bool read_kind(const char *text, enum import_kind *out)
{
	for (*out = IMPORT_ROADS; *out < IMPORT_KINDS; *out += 1)
		if (strcmp(text, import_kind_name(*out)) == 0)
			return true;
	return false;
}

static bool read_number(const char *text, char end, double *out, const char **rest)
{
	char *stop;

	*out = strtod(text, &stop);
	*rest = stop + 1;
	return stop != text && *stop == end && isfinite(*out);
}

static bool read_bbox(const char *text, struct import_options *out)
{
	out->has_bbox = true;
	return read_number(text, ',', &out->west, &text) &&
	       read_number(text, ',', &out->south, &text) &&
	       read_number(text, ',', &out->east, &text) &&
	       read_number(text, '\0', &out->north, &text) && out->west >= -180 &&
	       out->west < out->east && out->east <= 180 && out->south >= -90 &&
	       out->south < out->north && out->north <= 90;
}

/* Splits "name=路線名,class=…" in place: the texts are argv's own. */
static bool read_map(char *text, struct import_options *out)
{
	static const char *const names[FIELDS] = {
		[FIELD_NAME] = "name",     [FIELD_CLASS] = "class",       [FIELD_ONEWAY] = "oneway",
		[FIELD_WIDTH] = "width_m", [FIELD_ADMIN] = "admin",       [FIELD_BRIDGE] = "bridge",
		[FIELD_TUNNEL] = "tunnel", [FIELD_SIDEWALK] = "sidewalk",
	};
	char *state = NULL;

	for (char *item = strtok_r(text, ",", &state); item; item = strtok_r(NULL, ",", &state)) {
		char *column = strchr(item, '=');
		int field = 0;

		if (!column || !column[1])
			return false;
		*column++ = '\0';
		while (field < FIELDS && strcmp(item, names[field]) != 0)
			field++;
		if (field == FIELDS)
			return false;
		out->fields[field] = column;
	}
	return true;
}

/* The file's name without folders and endings: "krems" of "maps/krems.osm.gz". */
static void name_layer(struct import_options *out)
{
	static const char *const endings[] = {".gz",      ".osm",  ".pbf",  ".osm",
					      ".geojson", ".json", ".gpkg", ".shp"};
	const char *slash = strrchr(out->file, '/');

	snprintf(out->layer, sizeof(out->layer), "%s", slash ? slash + 1 : out->file);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t length = strlen(out->layer), ending = strlen(endings[i]);

		if (length > ending && strcasecmp(out->layer + length - ending, endings[i]) == 0)
			out->layer[length - ending] = '\0';
	}
}

static int read_option(int option, struct import_options *out)
{
	double number;
	const char *rest;

	switch (option) {
	case OPT_DB:
		out->db = optarg;
		return OPTIONS_GO_ON;
	case OPT_AS:
		return read_kind(optarg, &out->kind)
			       ? OPTIONS_GO_ON
			       : fail(EX_USAGE, "--as %s: it is roads, areas, depots or water", optarg);
	case OPT_LAYER:
		snprintf(out->layer, sizeof(out->layer), "%s", optarg);
		return strlen(optarg) < sizeof(out->layer) && *optarg
			       ? OPTIONS_GO_ON
			       : fail(EX_USAGE, "--layer wants a name of 1 to %zu bytes",
				      sizeof(out->layer) - 1);
	case OPT_ID:
		out->id_field = optarg;
		return OPTIONS_GO_ON;
	case OPT_MAP:
		return read_map(optarg, out)
			       ? OPTIONS_GO_ON
			       : fail(EX_USAGE, "--map wants FIELD=COLUMN,... with the fields "
						"name, class, oneway, "
						"width_m, admin, bridge, tunnel, sidewalk");
	case OPT_ENCODING:
		return encoding_find(optarg, out->encoding)
			       ? OPTIONS_GO_ON
			       : fail(EX_USAGE,
				      "--encoding %s is not known here; try CP932 or UTF-8",
				      optarg);
	case OPT_SRID:
		if (!read_number(optarg, '\0', &number, &rest) || number < 1 || number > 999999)
			return fail(EX_USAGE, "--srid wants an EPSG number such as 6678, not %s",
				    optarg);
		out->srid = (int)number;
		return OPTIONS_GO_ON;
	case OPT_BBOX:
		return read_bbox(optarg, out)
			       ? OPTIONS_GO_ON
			       : fail(EX_USAGE,
				      "--bbox wants degrees W,S,E,N with W < E and S < N, not %s",
				      optarg);
	case OPT_SNAP:
		if (!read_number(optarg, '\0', &out->snap_m, &rest) || out->snap_m < 0 ||
		    out->snap_m > MAX_SNAP_M)
			return fail(EX_USAGE, "--snap wants 0 to %g metres, not %s", MAX_SNAP_M,
				    optarg);
		return OPTIONS_GO_ON;
	case 'h':
		fputs(usage, stdout);
		return EX_OK;
	case 'V':
		puts("plow-import " PLOW_VERSION);
		return EX_OK;
	default:
		fputs("Try: plow-import --help\n", stderr);
		return EX_USAGE;
	}
}

int options_read(int argc, char **argv, struct import_options *out)
{
	int option;

	*out = (struct import_options){.kind = IMPORT_ROADS};
	while ((option = getopt_long(argc, argv, "hV", long_options, NULL)) != -1) {
		int status = read_option(option, out);

		if (status != OPTIONS_GO_ON)
			return status;
	}
	if (optind + 1 != argc)
		return fail(EX_USAGE, "wants exactly one FILE; try --help");
	if (!out->db)
		return fail(EX_USAGE, "wants --db DB; try --help");
	out->file = argv[optind];
	if (!*out->layer)
		name_layer(out);
	if (!encoding_is_clean(out->layer))
		return fail(EX_USAGE,
			    "the layer's name is not clean UTF-8 text; give one with --layer");
	if (out->kind != IMPORT_ROADS && strcmp(out->layer, SHAPE_DRAWN_LAYER) == 0)
		return fail(EX_USAGE, "the layer \"" SHAPE_DRAWN_LAYER "\" is what was drawn on the page; "
				      "give another name with --layer");
	return OPTIONS_GO_ON;
}
