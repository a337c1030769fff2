/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plowd: builds its parts in the order in which they need one another, runs the loop, and takes them
 * down in reverse.  The only file that knows them all.
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "common/exits.h"
#include "common/httpd/address.h"
#include "common/httpd/webdir.h"
#include "common/notify.h"
#include "common/seal.h"
#include "gis/db.h"
#include "server/fixes.h"
#include "server/plowd/accounts/sessions.h"
#include "server/plowd/api/http.h"
#include "server/plowd/base/now.h"
#include "server/plowd/base/options.h"
#include "server/plowd/base/prepare.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/coverage/matching.h"
#include "server/plowd/coverage/outbox.h"
#include "server/plowd/export/export.h"
#include "server/plowd/intake/ingest.h"
#include "server/plowd/intake/nmea_port.h"
#include "server/plowd/intake/registry.h"
#include "server/plowd/intake/waiting.h"
#include "server/plowd/intake/writer.h"
#include "server/plowd/live/board.h"
#include "server/plowd/live/closed.h"
#include "server/plowd/live/feed.h"
#include "server/plowd/live/live.h"
#include "server/plowd/live/publish.h"
#include "server/plowd/live/trouble.h"

#define EVENT_CLIENTS_MAX 2000
#define TICK_MS 1000

struct plowd {
	struct plowd_options options;
	uv_loop_t loop;
	uv_signal_t terminate, interrupt, hangup;
	uv_timer_t tick, watchdog;
	struct now now;
	char web_dir[OPTIONS_PATH_BYTES];
	char why[512];
	struct prepared prepared;

	struct stats *stats;
	struct feed *feed;
	struct publisher *publisher;
	struct trouble *trouble;
	struct live *live;
	struct board *board;
	struct outbox *outbox;
	struct registry *registry;
	struct sessions *sessions;
	struct closed *closed;
	struct writer *writer;
	struct waiting *waiting;
	struct matching *matching;
	struct ingest *ingest;
	struct nmea_port *nmea;
	struct http *http;
	struct export *export;
};

/* The crossing: what was committed is acknowledged, and shown. */
static void on_commit(const struct writer_batch *batch, void *arg)
{
	struct plowd *plowd = arg;

	if (plowd->ingest)
		ingest_acknowledge(plowd->ingest, batch);
	if (plowd->waiting)
		waiting_committed(plowd->waiting, batch);
	for (size_t i = 0; i < batch->job_count; i++) {
		const struct writer_job *job = &batch->jobs[i];

		for (size_t j = job->first; j < job->first + job->count; j++) {
			const struct writer_item *item = &batch->items[j];

			if (item->doubt || item->outcome == FIX_KEPT_ASIDE)
				continue;
			now_saw_fix(&plowd->now, item->fix.time_ms);
			live_offer(plowd->live, job->vehicle_id, &item->fix, job->trust, job->received_ms);
		}
	}
}

static void on_vehicles(const struct vehicle *vehicles, size_t count, void *arg)
{
	struct plowd *plowd = arg;

	if (live_set_vehicles(plowd->live, vehicles, count))
		feed_publish(plowd->feed, &(struct feed_event){.name = "reset", .json = "{}", .size = 2});
}

static void on_tick(uv_timer_t *timer)
{
	struct plowd *plowd = timer->data;
	uint64_t live = 0;

	live_tick(plowd->live);
	board_tick(plowd->board, now_ms(&plowd->now));
	writer_watch(plowd->writer);
	trouble_look(plowd->trouble);
	ingest_count_drops(plowd->ingest);
	for (size_t i = 0; i < live_count(plowd->live); i++)
		live += live_at(plowd->live, i)->state != LIVE_OFF;
	stats_set(plowd->stats, STAT_VEHICLES_LIVE, live);
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	notify_send("WATCHDOG=1");
}

static void on_end(uv_signal_t *signal, int number)
{
	(void)number;
	uv_stop(signal->loop);
}

static void on_hangup(uv_signal_t *signal, int number)
{
	struct plowd *plowd = signal->data;

	(void)number;
	if (options_reload(&plowd->options) == 0)
		fprintf(stderr, "plowd: the configuration was read again\n");
}

/* The newest fix of a vehicle, or the newest that is believed. */
static int load_newest(struct plowd *plowd, struct db *db, int64_t vehicle_id, bool is_believed)
{
	struct fix_row row;
	int found = fix_newest(db, vehicle_id, is_believed, &row);

	if (found > 0) {
		now_saw_fix(&plowd->now, row.fix.time_ms);
		live_offer(plowd->live, vehicle_id, &row.fix, row.trust, row.received_ms);
	}
	return found;
}

/* The newest fixes of every vehicle, so that the map is not empty after a restart. */
static int load_live(struct plowd *plowd, struct db *db)
{
	int found = 0;

	for (size_t i = 0; i < live_count(plowd->live) && found >= 0; i++) {
		int64_t vehicle_id = live_at(plowd->live, i)->vehicle.id;

		found = load_newest(plowd, db, vehicle_id, false);
		if (found > 0)
			found = load_newest(plowd, db, vehicle_id, true);
	}
	return found < 0 ? found : 0;
}

static bool may_go_on(const struct caller *caller, void *sessions)
{
	return sessions_alive(sessions, caller);
}

/* Streams end with the sessions that opened them. */
static void on_sessions(void *arg)
{
	struct plowd *plowd = arg;

	if (plowd->sessions)
		feed_end_unless(plowd->feed, may_go_on, plowd->sessions);
}

static int start_sessions(struct plowd *plowd)
{
	const struct sessions_config config = {
		.loop = &plowd->loop,
		.db_path = plowd->options.db,
		.writer = plowd->writer,
		.idle_ms = plowd->options.session_idle_s * INT64_C(1000),
		.longest_ms = plowd->options.session_longest_s * INT64_C(1000),
		.on_change = on_sessions,
		.arg = plowd,
	};

	return sessions_start(&config, &plowd->sessions, plowd->why, sizeof(plowd->why));
}

static void start_showing(struct plowd *plowd)
{
	struct board_callbacks callbacks = {
		.links = publish_links, .network = publish_network, .operation = publish_operation,
		.targets = publish_targets};

	plowd->stats = stats_new();
	plowd->feed = feed_new(&plowd->loop, plowd->stats, &plowd->now, EVENT_CLIENTS_MAX);
	plowd->trouble = trouble_new(plowd->stats, plowd->feed);
	plowd->publisher = publisher_new(&plowd->loop, plowd->feed);
	callbacks.arg = plowd->publisher;
	plowd->live = live_new(&plowd->now, publish_vehicle, plowd->publisher);
	plowd->board = board_new(&callbacks);
	publisher_attach(plowd->publisher, plowd->live, plowd->board);
	plowd->outbox = outbox_start(&plowd->loop, plowd->board, plowd->live,
				      publish_alarms, plowd->publisher);
}

static int start_storing(struct plowd *plowd)
{
	struct matching_parts matching = {.db_path = plowd->options.db,
					  .outbox = plowd->outbox,
					  .stats = plowd->stats,
					  .now = &plowd->now};
	const struct closed_parts closed = {plowd->options.db, &plowd->now, plowd->board, plowd->feed};
	struct db *db;
	int error = registry_start(&plowd->loop, plowd->options.db, on_vehicles, plowd, &plowd->registry,
				   plowd->why, sizeof(plowd->why));

	if (!error)
		error = closed_start(&plowd->loop, &closed, &plowd->closed, plowd->why, sizeof(plowd->why));
	if (!error) {
		error = db_open(plowd->options.db, DB_READ, &db);
		if (!error)
			error = load_live(plowd, db);
		if (error)
			snprintf(plowd->why, sizeof(plowd->why), "%s", db_why(db));
		db_close(db);
	}
	if (!error)
		error = writer_start(&plowd->loop, plowd->options.db, plowd->stats, on_commit, plowd,
				     &plowd->writer, plowd->why, sizeof(plowd->why));
	if (error)
		return error;
	matching.writer = plowd->writer;
	error = matching_start(&matching, &plowd->matching, plowd->why, sizeof(plowd->why));
	if (!error)
		error = start_sessions(plowd);
	if (!error)
		writer_on_change(plowd->writer, matching_wake, plowd->matching);
	return error;
}

static int explain_port(struct plowd *plowd, const struct sockaddr_storage *address, int error)
{
	char text[ADDRESS_BYTES];

	snprintf(plowd->why, sizeof(plowd->why), "%s cannot be listened on: %s; is another plowd running?",
		 address_format(address, text), strerror(-error));
	return error;
}

static uint16_t port_of(const struct sockaddr_storage *address)
{
	return ntohs(address->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)address)->sin6_port
						    : ((const struct sockaddr_in *)address)->sin_port);
}

static int start_listening(struct plowd *plowd)
{
	struct ingest_parts ingest = {plowd->registry, plowd->writer, plowd->stats, &plowd->now,
				      trouble_clone, plowd->trouble};
	struct api_parts api = {
		.loop = &plowd->loop,
		.db_path = plowd->options.db,
		.web_dir = webdir_find(plowd->web_dir, sizeof(plowd->web_dir)) == 0 ? plowd->web_dir : NULL,
		.public_dir = plowd->options.public_dir[0] ? plowd->options.public_dir : NULL,
		.now = &plowd->now,
		.live = plowd->live,
		.board = plowd->board,
		.feed = plowd->feed,
		.publisher = plowd->publisher,
		.closed = plowd->closed,
		.stats = plowd->stats,
		.writer = plowd->writer,
		.registry = plowd->registry,
		.sessions = plowd->sessions,
		.options = &plowd->options,
		.trouble = plowd->trouble,
	};
	struct nmea_port_parts nmea = {plowd->registry, plowd->writer, plowd->stats, &plowd->now,
				       &plowd->options};
	struct sockaddr_storage udp;
	int error = ingest_start(&plowd->loop, (const struct sockaddr *)&plowd->options.udp, &ingest,
				 &plowd->ingest);

	if (error)
		return explain_port(plowd, &plowd->options.udp, error);
	if (ingest_address(plowd->ingest, &udp) == 0)
		api.udp_port = port_of(&udp);
	if (plowd->options.has_nmea)
		error = nmea_port_start(&plowd->loop, (const struct sockaddr *)&plowd->options.nmea, &nmea,
					&plowd->nmea);
	if (error)
		return explain_port(plowd, &plowd->options.nmea, error);
	plowd->waiting = waiting_new(&plowd->loop, plowd->writer, plowd->stats);
	api.waiting = plowd->waiting;
	error = http_start(&api, &plowd->options.http, &plowd->http, plowd->why, sizeof(plowd->why));
	return error == -EADDRINUSE ? explain_port(plowd, &plowd->options.http, error) : error;
}

static int start_exporting(struct plowd *plowd)
{
	struct export_parts parts = {.loop = &plowd->loop,
				     .folder = plowd->options.public_dir,
				     .db_path = plowd->options.db,
				     .delay_ms = plowd->options.public_delay_s * INT64_C(1000),
				     .every_ms = (uint64_t)plowd->options.public_every_s * 1000,
				     .now = &plowd->now,
				     .board = plowd->board,
				     .stats = plowd->stats};

	if (!plowd->options.public_dir[0])
		return 0;
	return export_start(&parts, &plowd->export, plowd->why, sizeof(plowd->why));
}

static void start_signals(struct plowd *plowd)
{
	uint64_t watchdog_ms = notify_watchdog_ms();

	uv_signal_init(&plowd->loop, &plowd->terminate);
	uv_signal_init(&plowd->loop, &plowd->interrupt);
	uv_signal_init(&plowd->loop, &plowd->hangup);
	uv_timer_init(&plowd->loop, &plowd->tick);
	uv_timer_init(&plowd->loop, &plowd->watchdog);
	plowd->hangup.data = plowd->tick.data = plowd;
	uv_signal_start(&plowd->terminate, on_end, SIGTERM);
	uv_signal_start(&plowd->interrupt, on_end, SIGINT);
	uv_signal_start(&plowd->hangup, on_hangup, SIGHUP);
	uv_timer_start(&plowd->tick, on_tick, TICK_MS, TICK_MS);
	if (watchdog_ms)
		uv_timer_start(&plowd->watchdog, on_watchdog, 0, watchdog_ms);
}

static int start(struct plowd *plowd)
{
	int error = prepare(plowd->options.db, &plowd->prepared, plowd->why, sizeof(plowd->why));

	if (error)
		return error;
	start_showing(plowd);
	error = start_storing(plowd);
	if (!error)
		error = start_exporting(plowd);
	return error ? error : start_listening(plowd);
}

static void announce(struct plowd *plowd)
{
	struct sockaddr_storage udp, nmea;
	char text[ADDRESS_BYTES];

	if (ingest_address(plowd->ingest, &udp) == 0)
		printf("ready {\"udp\":\"%s\",\"http\":\"%s\"", address_format(&udp, text),
		       http_address(plowd->http));
	if (plowd->nmea && nmea_port_address(plowd->nmea, &nmea) == 0)
		printf(",\"nmea\":\"%s\"", address_format(&nmea, text));
	puts("}");
	fflush(stdout);
	if (plowd->prepared.setup_token[0])
		fprintf(stderr,
			"plowd: there is no user yet. Make the first admin within 24 hours at\n"
			"plowd: http://%s/setup.html#%s\n",
			http_address(plowd->http), plowd->prepared.setup_token);
	notify_send("READY=1");
}

/* What was acknowledged is on the disk, and the rest is asked for again. */
static void end_at_once(void)
{
	fprintf(stderr, "plowd: ends without waiting for what could not be stored\n");
	_exit(EX_IOERR);
}

/* In reverse: nobody asks any more, nothing comes in, what came is stored, the rest goes. */
static void stop(struct plowd *plowd)
{
	notify_send("STOPPING=1");
	if (plowd->writer && !writer_leave(plowd->writer))
		end_at_once();
	if (plowd->waiting)
		waiting_stop(plowd->waiting);
	plowd->waiting = NULL;
	if (plowd->http)
		http_stop(plowd->http);
	if (plowd->export)
		export_stop(plowd->export);
	/* What the writer commits from here on wakes nobody. */
	if (plowd->writer)
		writer_on_change(plowd->writer, NULL, NULL);
	if (plowd->matching)
		matching_stop(plowd->matching);
	if (plowd->sessions)
		sessions_stop(plowd->sessions);
	plowd->sessions = NULL;
	if (plowd->nmea)
		nmea_port_stop(plowd->nmea);
	if (plowd->writer && !writer_stop(plowd->writer))
		end_at_once();
	if (plowd->ingest)
		ingest_stop(plowd->ingest);
	plowd->ingest = NULL;
	if (plowd->registry)
		registry_stop(plowd->registry);
	if (plowd->closed)
		closed_stop(plowd->closed);
	if (plowd->outbox)
		outbox_stop(plowd->outbox);
	if (plowd->publisher)
		publisher_free(plowd->publisher);
}

static void free_all(struct plowd *plowd)
{
	uv_close((uv_handle_t *)&plowd->terminate, NULL);
	uv_close((uv_handle_t *)&plowd->interrupt, NULL);
	uv_close((uv_handle_t *)&plowd->hangup, NULL);
	uv_close((uv_handle_t *)&plowd->tick, NULL);
	uv_close((uv_handle_t *)&plowd->watchdog, NULL);
	uv_run(&plowd->loop, UV_RUN_DEFAULT);
	trouble_free(plowd->trouble);
	if (plowd->feed)
		feed_free(plowd->feed);
	uv_run(&plowd->loop, UV_RUN_DEFAULT);
	live_free(plowd->live);
	board_free(plowd->board);
	stats_free(plowd->stats);
	uv_loop_close(&plowd->loop);
	prepare_undo(&plowd->prepared);
}

int main(int argc, char **argv)
{
	struct plowd plowd = {.prepared.lock = -1};
	int error, status = options_parse(argc, argv, &plowd.options);

	if (status)
		return status < 0 ? EX_OK : status;
	if (seal_init())
		return fail(EX_SOFTWARE, "libsodium cannot start; check the installation");
	signal(SIGPIPE, SIG_IGN);
	plowd.now.by_fixes = strcmp(plowd.options.clock, "fixes") == 0;
	uv_loop_init(&plowd.loop);
	start_signals(&plowd);
	error = start(&plowd);
	if (error) {
		status = fail(exit_status_of(error), "%s", plowd.why);
	} else {
		announce(&plowd);
		uv_run(&plowd.loop, UV_RUN_DEFAULT);
	}
	stop(&plowd);
	free_all(&plowd);
	return status;
}
