/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "gis/import/import.h"
#include "gis/network.h"

struct named {
	const char *id;
	uint64_t number;
};

static int by_id(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

static int same_id(struct import *import, const struct named *a, const struct named *b)
{
	return refuse(import, EX_DATAERR,
		      "%s: features %llu and %llu have the same id %s; choose a column with "
		      "--id-field, or number them with --id-field -",
		      import_file_name(import), (unsigned long long)a->number,
		      (unsigned long long)b->number, a->id);
}

/* The parts of one feature share its id, and differ in their own. */
static int check_sorted(struct import *import, struct named *list, bool are_parts)
{
	int status = 0;

	qsort(list, import->count, sizeof(*list), by_id);
	for (size_t i = 1; !status && i < import->count; i++)
		if (strcmp(list[i - 1].id, list[i].id) == 0 &&
		    !(are_parts && list[i - 1].number == list[i].number))
			status = same_id(import, &list[i - 1], &list[i]);
	return status;
}

int check_ids(struct import *import)
{
	struct named *list = x_malloc(import->count * sizeof(*list));
	int status;

	for (size_t i = 0; i < import->count; i++)
		list[i] = (struct named){import->features[i].source_id, import->features[i].number};
	status = check_sorted(import, list, false);
	for (size_t i = 0; i < import->count; i++) {
		const struct feature *feature = &import->features[i];

		list[i] = (struct named){feature->whole_id ? feature->whole_id : feature->source_id,
					 feature->number};
	}
	if (!status)
		status = check_sorted(import, list, true);
	free(list);
	return status;
}

static uint32_t root_of(uint32_t *parent, uint32_t node)
{
	while (parent[node] != node)
		node = parent[node] = parent[parent[node]];
	return node;
}

/* The longest piece's share of all metres. */
static double largest_share(const struct network *net, double length_m)
{
	size_t nodes = network_nodes(net);
	uint32_t *parent = x_malloc(nodes * sizeof(*parent));
	double *piece_m = x_calloc(nodes, sizeof(*piece_m)), most_m = 0;

	for (uint32_t i = 0; i < nodes; i++)
		parent[i] = i;
	for (uint32_t i = 0; i < network_links(net); i++) {
		const struct link *link = network_link(net, i);

		parent[root_of(parent, link->node_from)] = root_of(parent, link->node_to);
	}
	for (uint32_t i = 0; i < network_links(net); i++) {
		double *piece = &piece_m[root_of(parent, network_link(net, i)->node_from)];

		*piece += network_link(net, i)->length_m;
		most_m = *piece > most_m ? *piece : most_m;
	}
	free(parent);
	free(piece_m);
	return length_m > 0 ? most_m / length_m : 0;
}

int check_network(struct import *import)
{
	struct road_source *sources = x_calloc(import->count, sizeof(*sources));
	struct network *net;
	int error;

	for (size_t i = 0; i < import->count; i++) {
		sources[i].road = (struct road){
			.id = (int64_t)i,
			.layer = "",
			.source_id = import->features[i].source_id,
			.name = "",
			.class_code = "",
		};
		sources[i].lonlat = import->features[i].lonlat;
		sources[i].points = import->features[i].points;
	}
	error = network_build(sources, import->count, &net);
	free(sources);
	if (error)
		return refuse(import, EX_DATAERR,
			      "%s: the roads cannot be joined into a network; a line meets others "
			      "too often or lies nowhere on earth",
			      import_file_name(import));
	import->length_m = 0;
	for (uint32_t i = 0; i < network_roads(net); i++)
		import->length_m += import->features[i].length_m = network_road(net, i)->length_m;
	import->links = network_links(net);
	import->nodes = network_nodes(net);
	import->components = network_components(net);
	import->largest_share = largest_share(net, import->length_m);
	network_free(net);
	return 0;
}
