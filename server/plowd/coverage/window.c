/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/window.h"

#include <errno.h>

#include "gis/db.h"
#include "gis/match.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "server/day.h"
#include "server/plowd/base/now.h"
#include "server/plowd/coverage/outbox.h"
#include "server/plowd/coverage/road_states.h"
#include "server/plowd/coverage/tally.h"
#include "server/plowd/intake/writer.h"
#include "server/snow.h"

#define SNOW_BEFORE_MS                                                                             \
	(INT64_C(12) * 3600000) /* the depth as the window begins may have been told earlier */

/* Counts everything of the window anew: after the start, new roads, another operation or day. */
static int begin(struct window *window)
{
	struct tally *before = window->shared.tally;
	int error = corrections_mark(window->shared.db, &window->corrections);

	if (!error)
		error = snow_mark(window->shared.db, &window->snow);
	follows_forget(&window->follows);
	window->shared.tally =
		error ? NULL
		      : tally_new(window->shared.db, window->shared.net, &window->areas,
				  window->shared.window_ms - SNOW_BEFORE_MS);
	if (before && window->shared.tally)
		tally_adopt(window->shared.tally, tally_states(before));
	tally_free(before);
	return window->shared.tally ? follows_take_in(&window->follows, &window->shared) : -EIO;
}

static void clear_state(struct db_txn *txn, void *arg)
{
	(void)arg;
	road_states_clear(txn);
}

static int load_network(struct window *window, int64_t revision)
{
	struct match_params params = match_params_default();
	struct network *net;
	struct area_map areas;
	int error = network_load(window->shared.db, &net);

	if (error)
		return error;
	error = areas_load(window->shared.db, net, &areas);
	if (error) {
		network_free(net);
		return error;
	}
	follows_forget(&window->follows);
	tally_free(window->shared.tally);
	window->shared.tally = NULL;
	matcher_free(window->shared.matcher);
	network_free(window->shared.net);
	window->shared.net = net;
	window->shared.matcher = matcher_new(net, &params);
	window->shared.network_revision = revision;
	area_map_free(&window->areas);
	window->areas = area_map_copy(&areas, network_links(net));
	outbox_network(window->outbox, net, revision, areas);
	return 0;
}

/* The window begins with the open operation, else with the day. */
static int64_t start_of(const struct window *window, const struct operation *operation)
{
	char name[DAY_NAME_BYTES];
	int64_t start_ms;

	if (operation->id)
		return operation->start_ms;
	day_of(window->shared.day, now_ms(window->shared.now), name, &start_ms);
	return start_ms;
}

int window_follow(struct window *window, bool *out_anew)
{
	struct operation operation;
	int64_t revision, window_ms;
	bool is_new = false;
	int error = network_revision(window->shared.db, &revision);

	*out_anew = false;
	if (!error && (!window->shared.net || revision != window->shared.network_revision)) {
		error = load_network(window, revision);
		is_new = true;
	}
	if (!error)
		error = operation_current(window->shared.db, &operation);
	if (error)
		return error;
	window_ms = start_of(window, &operation);
	if (is_new || !window->shared.tally || !window->is_begun || operation.id != window->operation.id ||
	    window_ms != window->shared.window_ms) {
		*out_anew = true;
		window->operation = operation;
		window->shared.window_ms = window_ms;
		error = begin(window);
		if (!error)
			error = writer_run(window->shared.writer, clear_state, NULL);
		window->is_begun = !error;
		outbox_operation(window->outbox, &operation, window_ms);
	}
	return error ? error : follows_take_in(&window->follows, &window->shared);
}

int window_hear(struct window *window)
{
	struct corrections_mark corrections;
	int64_t snow;
	int error = corrections_mark(window->shared.db, &corrections);

	if (!error)
		error = snow_mark(window->shared.db, &snow);
	if (!error && (corrections.newest_id != window->corrections.newest_id ||
		       corrections.withdrawn != window->corrections.withdrawn)) {
		error = tally_read_corrections(window->shared.tally, window->shared.db);
		window->corrections = corrections;
	}
	if (!error && snow != window->snow) {
		error = tally_read_snow(window->shared.tally, window->shared.db);
		window->snow = snow;
	}
	return error ? error : tally_read_rules(window->shared.tally, window->shared.db);
}

void window_fini(struct window *window)
{
	follows_forget(&window->follows);
	tally_free(window->shared.tally);
	matcher_free(window->shared.matcher);
	network_free(window->shared.net);
	area_map_free(&window->areas);
}
