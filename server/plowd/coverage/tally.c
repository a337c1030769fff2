/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/tally.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/corrections.h"
#include "server/plowd/coverage/outbox.h"
#include "server/plowd/base/parts.h"
#include "server/plowd/coverage/road_states.h"
#include "server/plowd/coverage/rule.h"
#include "server/snow.h"

/* A link counts as 作業中 for this long after the last work on it. */
#define WORKING_MS 120000

struct tally {
	const struct network *net;
	struct coverage *coverage;
	struct rule_book rules;
	const struct rule **rule_of_road;
	uint16_t *area_of_link;
	struct snow_table *snow;
	int64_t snow_from_ms;
	const char **area_names; /* point into names */
	char (*names)[64];
	size_t area_count;
	bool *is_unknown; /* one a link */
	struct link_state *states;
	struct link_change *changes;
	size_t change_count, change_capacity;
	uint32_t *roads;   /* touched ones, while looked at */
	bool *is_due;      /* one a road: to be looked at, whatever the coverage says */
	bool *is_unstored; /* one a road: road_state is behind */
	/* What was cleared of the road that is looked at: at all, and since the snow that counts.
	 */
	struct cleared cleared, fresh;
	int64_t fresh_since_ms;
	uint32_t fresh_road;
};

static bool is_ours(const struct tally *tally, uint32_t road)
{
	return network_road(tally->net, road)->admin == ADMIN_TOWN;
}

static void apply_rules(struct tally *tally)
{
	for (uint32_t i = 0; i < network_roads(tally->net); i++)
		tally->rule_of_road[i] =
			rule_find(&tally->rules, network_road(tally->net, i)->class_code);
}

static void prepare_links(struct tally *tally)
{
	size_t roads = network_roads(tally->net), links = network_links(tally->net);

	tally->rule_of_road = x_calloc(roads, sizeof(struct rule *));
	tally->roads = x_calloc(roads, sizeof(*tally->roads));
	tally->is_due = x_calloc(roads, sizeof(*tally->is_due));
	tally->is_unstored = x_calloc(roads, sizeof(*tally->is_unstored));
	tally->states = x_calloc(links, sizeof(*tally->states));
	tally->is_unknown = x_calloc(links, sizeof(*tally->is_unknown));
	apply_rules(tally);
	for (uint32_t i = 0; i < links; i++)
		tally->states[i].status = is_ours(tally, network_link(tally->net, i)->road)
						  ? LINK_NONE
						  : LINK_NOT_OURS;
}

static void copy_areas(struct tally *tally, const struct area_map *areas)
{
	size_t links = network_links(tally->net);

	tally->area_of_link = x_calloc(links, sizeof(*tally->area_of_link));
	memcpy(tally->area_of_link, areas->area_of_link, links * sizeof(*areas->area_of_link));
	tally->area_count = areas->count;
	tally->names = x_calloc(areas->count, sizeof(*tally->names));
	tally->area_names = x_calloc(areas->count, sizeof(*tally->area_names));
	for (size_t i = 0; i < areas->count; i++) {
		memcpy(tally->names[i], areas->names[i], sizeof(*tally->names));
		tally->area_names[i] = tally->names[i];
	}
}

struct tally *tally_new(struct db *db, const struct network *net, const struct area_map *areas,
			int64_t snow_from_ms)
{
	struct tally *tally = x_calloc(1, sizeof(*tally));
	int error = rule_book_load(db, &tally->rules);

	tally->net = net;
	tally->snow_from_ms = snow_from_ms;
	tally->fresh_road = NETWORK_NONE;
	tally->coverage = coverage_new(net, NULL, 0);
	copy_areas(tally, areas);
	prepare_links(tally);
	if (!error)
		error = tally_read_corrections(tally, db);
	if (!error)
		error = tally_read_snow(tally, db);
	if (error) {
		tally_free(tally);
		return NULL;
	}
	return tally;
}

void tally_free(struct tally *tally)
{
	if (!tally)
		return;
	coverage_free(tally->coverage);
	rule_book_free(&tally->rules);
	snow_table_free(tally->snow);
	free(tally->rule_of_road);
	free(tally->area_of_link);
	free(tally->area_names);
	free(tally->names);
	free(tally->is_unknown);
	free(tally->states);
	free(tally->changes);
	free(tally->roads);
	free(tally->is_due);
	free(tally->is_unstored);
	cleared_free(&tally->cleared);
	cleared_free(&tally->fresh);
	free(tally);
}

static void look_at_all(struct tally *tally)
{
	memset(tally->is_due, true, network_roads(tally->net) * sizeof(*tally->is_due));
}

void tally_adopt(struct tally *tally, const struct link_state *states)
{
	memcpy(tally->states, states, network_links(tally->net) * sizeof(*states));
	look_at_all(tally);
}

/* Whose parts they are, for put_part(). */
struct putting {
	struct coverage *coverage;
	struct coverage_key key;
};

static void put_part(uint32_t link, const struct span *part, void *arg)
{
	struct putting *putting = arg;

	(void)link;
	coverage_put(putting->coverage, putting->key, part, 1);
}

void tally_put(struct tally *tally, struct coverage_key key, const struct span *spans, size_t count)
{
	struct putting putting = {tally->coverage, key};

	for (size_t i = 0; i < count; i++) {
		if (spans[i].at_work)
			span_parts(tally->net, &spans[i], put_part, &putting);
	}
}

void tally_drop(struct tally *tally, int64_t vehicle_id, int64_t first_trip, int64_t last_trip)
{
	coverage_drop(tally->coverage, vehicle_id, first_trip, last_trip);
}

int tally_read_corrections(struct tally *tally, struct db *db)
{
	struct coverage_correction *corrections;
	size_t count;
	int error = corrections_load(db, &corrections, &count);

	if (!error)
		coverage_set_corrections(tally->coverage, corrections, count);
	free(corrections);
	return error;
}

int tally_read_rules(struct tally *tally, struct db *db)
{
	struct rule_book rules;
	int error = rule_book_load(db, &rules);

	if (error || rule_book_equals(&rules, &tally->rules)) {
		rule_book_free(&rules);
		return error;
	}
	rule_book_free(&tally->rules);
	tally->rules = rules;
	apply_rules(tally);
	look_at_all(tally);
	return 0;
}

int tally_read_snow(struct tally *tally, struct db *db)
{
	struct snow_table *table = snow_table_new(tally->area_names, tally->area_count);
	int error = snow_table_load(table, db, tally->snow_from_ms);

	if (error) {
		snow_table_free(table);
		return error;
	}
	snow_table_free(tally->snow);
	tally->snow = table;
	look_at_all(tally);
	return 0;
}

void tally_set_unknown(struct tally *tally, const bool *unknown)
{
	for (uint32_t i = 0; i < network_links(tally->net); i++) {
		if (tally->is_unknown[i] == unknown[i])
			continue;
		tally->is_unknown[i] = unknown[i];
		tally->is_due[network_link(tally->net, i)->road] = true;
	}
}

const struct rule_book *tally_rules(const struct tally *tally)
{
	return &tally->rules;
}

const uint16_t *tally_areas(const struct tally *tally)
{
	return tally->area_of_link;
}

static void on_cleared(const struct coverage_interval *interval, void *arg)
{
	cleared_take(arg, interval);
}

static void collect(struct tally *tally, uint32_t road, int64_t since_ms, struct cleared *out)
{
	cleared_begin(out);
	coverage_road_since(tally->coverage, road, since_ms, on_cleared, out);
	cleared_end(out);
}

/* What counts of the road's passes for one of its links, kept for the next link. */
static const struct cleared *counted(struct tally *tally, uint32_t index)
{
	uint32_t road = network_link(tally->net, index)->road;
	int64_t since_ms = snow_fresh_since(tally->snow, tally->area_of_link[index],
					    tally->rule_of_road[road]->trigger_cm);

	if (since_ms == INT64_MIN)
		return &tally->cleared;
	if (tally->fresh_road != road || tally->fresh_since_ms != since_ms)
		collect(tally, road, since_ms, &tally->fresh);
	tally->fresh_road = road;
	tally->fresh_since_ms = since_ms;
	return &tally->fresh;
}

static bool is_junction(const struct network *net, uint32_t node)
{
	size_t count;

	network_leaving(net, node, &count);
	return count > 2;
}

static struct rule_link place_of(const struct tally *tally, const struct link *link)
{
	return (struct rule_link){
		.from_cm = (int64_t)(link->from_m * 100 + 0.5),
		.to_cm = (int64_t)((link->from_m + link->length_m) * 100 + 0.5),
		.is_oneway = network_road(tally->net, link->road)->oneway != 0,
		.starts_at_junction = is_junction(tally->net, link->node_from),
		.ends_at_junction = is_junction(tally->net, link->node_to),
	};
}

static enum link_status status_of(struct tally *tally, uint32_t index,
				  const struct rule_link *place, int64_t last_ms, int64_t now_ms)
{
	uint32_t road = network_link(tally->net, index)->road;
	const struct rule *rule = tally->rule_of_road[road];
	const struct cleared *counts;

	if (!is_ours(tally, road))
		return LINK_NOT_OURS;
	counts = counted(tally, index);
	if (last_ms != 0 && rule_is_met(rule, counts, place))
		return LINK_DONE;
	if (last_ms != 0 && last_ms > now_ms - WORKING_MS)
		return LINK_WORKING;
	if (tally->is_unknown[index])
		return LINK_UNKNOWN;
	if (last_ms == 0)
		return LINK_NONE;
	if (counts != &tally->cleared &&
	    (rule_is_met(rule, &tally->cleared, place) ||
	     stretches_last(&counts->both, place->from_cm, place->to_cm) == 0))
		return LINK_SNOWED;
	return LINK_PARTLY;
}

static uint16_t countable(uint32_t passes)
{
	return (uint16_t)(passes < UINT16_MAX ? passes : UINT16_MAX);
}

/* How much of a link was cleared at all. */
static uint8_t share_percent(const struct stretches *stretches, const struct rule_link *place)
{
	static const struct rule_asks anything = {.passes = 1};

	return (uint8_t)(stretches_share(stretches, place->from_cm, place->to_cm, &anything) * 100);
}

/* The state of one link, once its road's stretches have been collected. */
static struct link_state state_of(struct tally *tally, uint32_t index, int64_t now_ms)
{
	const struct cleared *cleared = &tally->cleared;
	struct rule_link place = place_of(tally, network_link(tally->net, index));
	int64_t middle_cm = (place.from_cm + place.to_cm) / 2;
	struct link_state state = {
		.share_forward_percent = share_percent(&cleared->forward, &place),
		.share_backward_percent = share_percent(&cleared->backward, &place),
		.passes = countable(stretches_passes(&cleared->both, middle_cm)),
		.passes_forward = countable(stretches_passes(&cleared->forward, middle_cm)),
		.last_ms = stretches_last(&cleared->both, place.from_cm, place.to_cm),
	};

	state.status = status_of(tally, index, &place, state.last_ms, now_ms);
	return state;
}

static bool differs(const struct link_state *a, const struct link_state *b)
{
	return a->status != b->status || a->share_forward_percent != b->share_forward_percent ||
	       a->share_backward_percent != b->share_backward_percent || a->passes != b->passes ||
	       a->passes_forward != b->passes_forward || a->last_ms != b->last_ms;
}

static void look_at_road(struct tally *tally, uint32_t index, int64_t now_ms)
{
	const struct road *road = network_road(tally->net, index);

	collect(tally, index, INT64_MIN, &tally->cleared);
	tally->fresh_road = NETWORK_NONE;
	tally->is_due[index] = false;
	tally->is_unstored[index] = true;
	for (uint32_t link = road->first_link; link < road->first_link + road->links; link++) {
		struct link_state state = state_of(tally, link, now_ms);

		if (!differs(&state, &tally->states[link]))
			continue;
		tally->states[link] = state;
		tally->changes = x_grow(tally->changes, tally->change_count,
					&tally->change_capacity, sizeof(*tally->changes));
		tally->changes[tally->change_count++] = (struct link_change){link, state};
	}
}

const struct link_change *tally_changes(struct tally *tally, int64_t now_ms, size_t *out_count)
{
	size_t touched =
		coverage_take_touched(tally->coverage, tally->roads, network_roads(tally->net));

	tally->change_count = 0;
	for (size_t i = 0; i < touched; i++)
		tally->is_due[tally->roads[i]] = true;
	for (uint32_t i = 0; i < network_links(tally->net); i++) {
		if (tally->states[i].status == LINK_WORKING &&
		    tally->states[i].last_ms <= now_ms - WORKING_MS)
			tally->is_due[network_link(tally->net, i)->road] = true;
	}
	for (uint32_t i = 0; i < network_roads(tally->net); i++) {
		if (tally->is_due[i])
			look_at_road(tally, i, now_ms);
	}
	*out_count = tally->change_count;
	return tally->changes;
}

const struct link_state *tally_states(const struct tally *tally)
{
	return tally->states;
}

void tally_store(struct tally *tally, struct db_txn *txn)
{
	road_states_store(txn, tally->net, tally->states, tally->is_unstored);
	if (!txn->error)
		memset(tally->is_unstored, 0,
		       network_roads(tally->net) * sizeof(*tally->is_unstored));
}
