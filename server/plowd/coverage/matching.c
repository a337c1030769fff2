/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/matching.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <uv.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/day.h"
#include "server/fixes.h"
#include "server/plowd/base/now.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/coverage/alarms.h"
#include "server/plowd/coverage/nightly.h"
#include "server/plowd/coverage/outbox.h"
#include "server/plowd/coverage/rule.h"
#include "server/plowd/coverage/silence.h"
#include "server/plowd/coverage/tally.h"
#include "server/plowd/coverage/window.h"
#include "server/plowd/intake/writer.h"

#define LOOK_EVERY_MS 250 /* for what other processes changed */
#define LOOK_PAUSE_MS 50  /* between two rounds, so that many commits make one round */
#define SECOND_NS UINT64_C(1000000000)
#define REMATCH_NS (30 * SECOND_NS)     /* a growing trip is matched whole this often */
#define LATE_REMATCH_NS (2 * SECOND_NS) /* one that got late fixes, at most this often */
#define STORE_STATE_NS (10 * SECOND_NS)
#define LISTEN_NS SECOND_NS /* who fell silent is asked this often */

struct matching {
	struct matching_parts parts;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool is_woken, is_stopping;

	/* The thread's own. */
	struct db *db;
	sqlite3_stmt *stale;
	struct day_rule day;
	struct window window;
	struct silence_unit *units;          /* one a vehicle, for silence_find() */
	bool *unknown;                       /* one a link, likewise */
	uint64_t listened_ns;
	struct nightly nightly;
	bool is_busy; /* trips wait to be matched */
	uint64_t stored_state_ns;
	bool has_unstored_state;
};

static int complain(struct matching *matching, const char *doing, int error)
{
	if (error)
		fprintf(stderr, "plowd: %s: %s\n", doing,
			*db_why(matching->db) ? db_why(matching->db) : strerror(-error));
	return error;
}

/* The roads and the window of time; what begins anew is told and stored whole. */
static int follow_window(struct matching *matching)
{
	bool is_anew;
	int error = window_follow(&matching->window, &is_anew);

	if (is_anew) {
		matching->has_unstored_state = true;
		matching->listened_ns = 0;
	}
	return error;
}

/* The rows of `stale`, copied out so that rematching may write meanwhile. */
struct stale_list {
	int64_t *vehicle_ids;
	struct follow_stale *rows;
	size_t count, capacity, ids_capacity;
};

static int read_stale(struct matching *matching, struct stale_list *list)
{
	int step;

	while ((step = sqlite3_step(matching->stale)) == SQLITE_ROW) {
		list->vehicle_ids = x_grow(list->vehicle_ids, list->count, &list->ids_capacity,
					   sizeof(int64_t));
		list->rows = x_grow(list->rows, list->count, &list->capacity, sizeof(*list->rows));
		list->vehicle_ids[list->count] = sqlite3_column_int64(matching->stale, 0);
		list->rows[list->count++] = (struct follow_stale){
			.from_ms = sqlite3_column_int64(matching->stale, 1),
			.to_ms = sqlite3_column_int64(matching->stale, 2),
			.changes = sqlite3_column_int64(matching->stale, 3),
		};
	}
	sqlite3_reset(matching->stale);
	return db_error(step);
}

static bool is_due(const struct follow *follow, const struct follow_stale *stale)
{
	uint64_t since_ns = uv_hrtime() - follow_rematched_ns(follow);

	return follow_rematched_ns(follow) == 0 ||
	       since_ns >= (follow_is_late(follow, stale) ? LATE_REMATCH_NS : REMATCH_NS);
}

static void tell_place(struct matching *matching, const struct follow *follow)
{
	const struct network *net = matching->window.shared.net;
	uint32_t link = follow_link(follow);

	if (link == NETWORK_NONE)
		return;
	outbox_place(matching->parts.outbox, follow_vehicle_id(follow), network_link_id(net, link),
		     network_road(net, network_link(net, link)->road)->name);
}

static int follow_vehicles(struct matching *matching)
{
	struct stale_list list = {0};
	size_t pending = 0;
	int error = 0, first_error = read_stale(matching, &list);

	for (size_t i = 0; i < list.count; i++) {
		struct follow *follow = follows_find(&matching->window.follows, list.vehicle_ids[i]);

		if (!follow)
			continue;
		error = follow_online(follow);
		tell_place(matching, follow);
		if (!error && is_due(follow, &list.rows[i]))
			error = follow_rematch(follow, &list.rows[i]);
		else
			pending++;
		/* One vehicle that cannot be matched holds no other up. */
		first_error = first_error ? first_error : error;
	}
	stats_set(matching->parts.stats, STAT_TRIPS_PENDING, pending);
	matching->is_busy = list.count > 0;
	free(list.vehicle_ids);
	free(list.rows);
	return first_error;
}

/* By when each class is to be done follows from its rule and the operation. */
static void tell_targets(struct matching *matching)
{
	const struct rule_book *rules = tally_rules(matching->window.shared.tally);

	outbox_targets(matching->parts.outbox, rule_targets(rules, &matching->window.operation), rules->count);
}

/* Which links nobody can know about at this time, and who is to be called for it. */
static int find_silence(struct matching *matching)
{
	const struct network *net = matching->window.shared.net;
	struct tally *tally = matching->window.shared.tally;
	int64_t time_ms = now_ms(matching->parts.now);
	uint64_t now_ns = uv_hrtime();
	bool has_changed;
	int error;

	if (now_ns - matching->listened_ns < LISTEN_NS)
		return 0;
	matching->listened_ns = now_ns;
	matching->units =
		x_realloc(matching->units, matching->window.follows.count + 1, sizeof(*matching->units));
	for (size_t i = 0; i < matching->window.follows.count; i++)
		follow_unit(matching->window.follows.list[i], &matching->units[i]);
	matching->unknown =
		x_realloc(matching->unknown, network_links(net), sizeof(*matching->unknown));
	silence_find(matching->units, matching->window.follows.count, time_ms, tally_areas(tally),
		     network_links(net), matching->unknown);
	tally_set_unknown(tally, matching->unknown);
	error = alarms_look(matching->db, matching->parts.writer, matching->units,
			    matching->window.follows.count, time_ms, &has_changed);
	if (has_changed)
		outbox_alarms(matching->parts.outbox);
	return error;
}

static void store_state(struct db_txn *txn, void *arg)
{
	tally_store(arg, txn);
}

static int publish(struct matching *matching)
{
	uint64_t now_ns = uv_hrtime();
	const struct link_change *changes;
	size_t count;
	int error;

	tell_targets(matching);
	changes = tally_changes(matching->window.shared.tally, now_ms(matching->parts.now), &count);
	if (count > 0) {
		outbox_links(matching->parts.outbox, changes, count);
		matching->has_unstored_state = true;
	}
	outbox_send(matching->parts.outbox);
	if (!matching->has_unstored_state || now_ns - matching->stored_state_ns < STORE_STATE_NS)
		return 0;
	matching->stored_state_ns = now_ns;
	error = writer_run(matching->parts.writer, store_state, matching->window.shared.tally);
	matching->has_unstored_state = error != 0;
	return error;
}

static int count_nights(struct matching *matching)
{
	const struct nightly_parts parts = {.db = matching->db,
					    .writer = matching->parts.writer,
					    .stats = matching->parts.stats,
					    .day = &matching->day,
					    .net = matching->window.shared.net,
					    .network_revision = matching->window.shared.network_revision,
					    .now_ms = now_ms(matching->parts.now)};

	return matching->is_busy ? 0 : nightly_step(&matching->nightly, &parts);
}

/* One round: everything that is new since the last. */
static void look(struct matching *matching)
{
	int error = complain(matching, "roads or operation cannot be read",
			     follow_window(matching));

	if (!error && matching->window.shared.tally)
		error = complain(matching, "fixes cannot be matched", follow_vehicles(matching));
	if (!error && matching->window.shared.tally)
		error = complain(matching, "corrections, snow or rules cannot be read",
				 window_hear(&matching->window));
	if (!error && matching->window.shared.tally)
		error = complain(matching, "alarms cannot be stored", find_silence(matching));
	if (matching->window.shared.tally)
		error = complain(matching, "the roads' state cannot be stored", publish(matching));
	if (!error && matching->window.shared.tally)
		error = complain(matching, "nights cannot be counted", count_nights(matching));
	(void)error; /* said already, and tried again in the next round */
}

/* Pauses, then waits until woken, at most LOOK_EVERY_MS.  Returns false when stopping. */
static bool wait_for_news(struct matching *matching)
{
	struct timespec pause = steady_clock_after(LOOK_PAUSE_MS), until = steady_clock_after(LOOK_EVERY_MS);
	bool goes_on;

	pthread_mutex_lock(&matching->lock);
	while (!matching->is_stopping) {
		if (pthread_cond_timedwait(&matching->wake, &matching->lock, &pause) == ETIMEDOUT)
			break;
	}
	while (!matching->is_woken && !matching->is_stopping) {
		if (pthread_cond_timedwait(&matching->wake, &matching->lock, &until) == ETIMEDOUT)
			break;
	}
	matching->is_woken = false;
	goes_on = !matching->is_stopping;
	pthread_mutex_unlock(&matching->lock);
	return goes_on;
}

static void *run(void *arg)
{
	struct matching *matching = arg;

	do {
		look(matching);
	} while (wait_for_news(matching));
	return NULL;
}

static int prepare(struct matching *matching, char *why, size_t why_size)
{
	int error = db_open(matching->parts.db_path, DB_READ, &matching->db);

	if (!error)
		error = day_rule_load(matching->db, &matching->day);
	if (!error) {
		matching->window.shared = (struct follow_parts){
			.db = matching->db,
			.reader = fix_reader_new(matching->db),
			.writer = matching->parts.writer,
			.stats = matching->parts.stats,
			.now = matching->parts.now,
			.day = &matching->day,
		};
		matching->window.outbox = matching->parts.outbox;
		matching->stale = db_prepare(
			matching->db, "SELECT vehicle_id, from_ms, to_ms, changes FROM stale");
		error = matching->window.shared.reader && matching->stale ? 0 : -EIO;
	}
	if (error)
		snprintf(why, why_size, "%s",
			 *db_why(matching->db) ? db_why(matching->db) : strerror(-error));
	return error;
}

static void free_parts(struct matching *matching)
{
	window_fini(&matching->window);
	fix_reader_free(matching->window.shared.reader);
	sqlite3_finalize(matching->stale);
	free(matching->units);
	free(matching->unknown);
	db_close(matching->db);
	free(matching);
}

int matching_start(const struct matching_parts *parts, struct matching **out, char *why,
		   size_t why_size)
{
	struct matching *matching = x_calloc(1, sizeof(*matching));
	pthread_condattr_t monotonic;
	int error;

	matching->parts = *parts;
	error = prepare(matching, why, why_size);
	if (error) {
		free_parts(matching);
		return error;
	}
	pthread_mutex_init(&matching->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&matching->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&matching->thread, NULL, run, matching) != 0)
		abort(); /* only at start, and nothing was promised yet */
	*out = matching;
	return 0;
}

void matching_wake(void *arg)
{
	struct matching *matching = arg;

	pthread_mutex_lock(&matching->lock);
	matching->is_woken = true;
	pthread_cond_signal(&matching->wake);
	pthread_mutex_unlock(&matching->lock);
}

void matching_stop(struct matching *matching)
{
	pthread_mutex_lock(&matching->lock);
	matching->is_stopping = true;
	pthread_cond_signal(&matching->wake);
	pthread_mutex_unlock(&matching->lock);
	pthread_join(matching->thread, NULL);
	pthread_mutex_destroy(&matching->lock);
	pthread_cond_destroy(&matching->wake);
	free_parts(matching);
}
