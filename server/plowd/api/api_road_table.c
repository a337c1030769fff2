/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All roads as columns: what stands beside a road's status in a table, and changes only with the
 * network.  The loop copies the roads' areas, a reader thread writes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "server/plowd/api/api.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/show.h"

#define AREA_BYTES 64

struct table {
	struct network *net;
	int64_t revision;
	char (*names)[AREA_BYTES];
	size_t area_count;
	uint16_t *area_of_road; /* area_count: outside all */
};

static void release(void *input)
{
	struct table *table = input;

	network_free(table->net);
	free(table->names);
	free(table->area_of_road);
	free(table);
}

/* The area most of the road lies in; lengths_m has room for each area and for none. */
static uint16_t area_of_road(const struct board *board, const struct network *net, uint32_t number,
			     double *lengths_m, size_t areas)
{
	const struct road *road = network_road(net, number);
	size_t best = areas;

	memset(lengths_m, 0, (areas + 1) * sizeof(*lengths_m));
	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++) {
		size_t area = board_area_number(board, i);

		lengths_m[area] += network_link(net, i)->length_m;
		if (lengths_m[area] > lengths_m[best])
			best = area;
	}
	return (uint16_t)best;
}

static void copy_areas(const struct board *board, struct table *out)
{
	size_t roads = network_roads(out->net);
	double *lengths_m;

	out->area_count = board_area_count(board);
	out->names = x_calloc(out->area_count + 1, sizeof(*out->names));
	for (size_t i = 0; i < out->area_count; i++)
		strncpy(out->names[i], board_area_name(board, i), AREA_BYTES - 1);
	out->area_of_road = x_calloc(roads + 1, sizeof(*out->area_of_road));
	lengths_m = x_calloc(out->area_count + 1, sizeof(*lengths_m));
	for (uint32_t i = 0; i < roads; i++)
		out->area_of_road[i] =
			area_of_road(board, out->net, i, lengths_m, out->area_count);
	free(lengths_m);
}

/* One cell of a column. */
typedef void show_cell(struct json *json, const struct table *table, uint32_t number);

static void show_name(struct json *json, const struct table *table, uint32_t number)
{
	json_text(json, network_road(table->net, number)->name);
}

static void show_source_id(struct json *json, const struct table *table, uint32_t number)
{
	json_text(json, network_road(table->net, number)->source_id);
}

static void show_class(struct json *json, const struct table *table, uint32_t number)
{
	json_text(json, network_road(table->net, number)->class_code);
}

static void show_admin(struct json *json, const struct table *table, uint32_t number)
{
	json_text(json, road_admin_name(network_road(table->net, number)));
}

static void show_id(struct json *json, const struct table *table, uint32_t number)
{
	json_integer(json, network_road(table->net, number)->id);
}

static void show_area(struct json *json, const struct table *table, uint32_t number)
{
	uint16_t area = table->area_of_road[number];

	json_integer(json, area < table->area_count ? area : -1);
}

static void show_length(struct json *json, const struct table *table, uint32_t number)
{
	json_real(json, network_road(table->net, number)->length_m, 1);
}

static void show_links_of(struct json *json, const struct table *table, uint32_t number)
{
	const struct road *road = network_road(table->net, number);

	json_open(json, '[');
	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++)
		json_integer(json, network_link_id(table->net, i));
	json_close(json, ']');
}

static void show_link_lengths(struct json *json, const struct table *table, uint32_t number)
{
	const struct road *road = network_road(table->net, number);

	json_open(json, '[');
	for (uint32_t i = road->first_link; i < road->first_link + road->links; i++)
		json_real(json, network_link(table->net, i)->length_m, 0);
	json_close(json, ']');
}

static const struct column {
	const char *key;
	show_cell *show;
} columns[] = {
	{"id", show_id},
	{"source_id", show_source_id},
	{"name", show_name},
	{"class", show_class},
	{"admin", show_admin},
	{"area", show_area},
	{"length_m", show_length},
	{"links", show_links_of},
	{"link_m", show_link_lengths},
};

static void show_column(struct json *json, const struct table *table, const struct column *column)
{
	json_key(json, column->key), json_open(json, '[');
	for (uint32_t i = 0; i < network_roads(table->net); i++)
		column->show(json, table, i);
	json_close(json, ']');
}

static void table_work(struct db *db, void *input, struct answer *out)
{
	const struct table *table = input;
	struct json json = {0};

	(void)db;
	json_open(&json, '{');
	json_key(&json, "network"), show_revision(&json, table->revision);
	json_key(&json, "areas"), json_open(&json, '[');
	for (size_t i = 0; i < table->area_count; i++)
		json_text(&json, table->names[i]);
	json_close(&json, ']');
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		show_column(&json, table, &columns[i]);
	json_close(&json, '}');
	answer_body(out, TYPE_JSON, &json.out);
}

void api_road_table(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct network *net = api_network(api, request);
	struct table *table;
	struct offload_job job = {.request = request, .work = table_work, .release = release};

	if (!net)
		return;
	table = x_calloc(1, sizeof(*table));
	table->net = network_hold(net);
	table->revision = board_revision(api->parts.board);
	copy_areas(api->parts.board, table);
	job.input = table;
	offload_run(api->offload, &job);
}
