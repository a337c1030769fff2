/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plow-tracker: builds the parts in order, runs them on one loop, and takes them down in reverse.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include "common/exits.h"
#include "common/notify.h"
#include "tracker-client/config.h"
#include "tracker-client/health.h"
#include "tracker-client/intake.h"
#include "tracker-client/link.h"
#include "tracker-client/map_cache.h"
#include "tracker-client/page.h"
#include "tracker-client/receiver.h"
#include "tracker-client/recorder.h"
#include "tracker-client/sensor.h"
#include "tracker-client/shift.h"
#include "tracker-client/spool.h"

_Static_assert(PAGE_WHY_BYTES <= RECEIVER_WHY_BYTES && MAP_CACHE_WHY_BYTES <= RECEIVER_WHY_BYTES,
	       "one buffer for the sentences of all");

struct tracker {
	int argc;
	char **argv;
	struct config config;
	uv_loop_t loop;
	struct spool *spool;
	struct recorder recorder;
	struct link *link;
	struct intake intake;
	struct sensor *blade, *spreader;
	struct health *health;
	struct map_cache *map; /* NULL: none */
	struct receiver *receiver;
	struct page *page;
	uv_signal_t terminate, interrupt, hang_up;
	uv_timer_t watchdog;
	bool is_stopping;
};

static void stop(struct tracker *tracker)
{
	if (tracker->is_stopping)
		return;
	tracker->is_stopping = true;
	notify_send("STOPPING=1");
	if (tracker->page != NULL)
		page_stop(tracker->page);
	if (tracker->receiver != NULL)
		receiver_stop(tracker->receiver);
	intake_stop(&tracker->intake);
	sensor_stop(tracker->blade);
	sensor_stop(tracker->spreader);
	health_stop(tracker->health);
	map_cache_stop(tracker->map);
	recorder_stop(&tracker->recorder);
	link_stop(tracker->link);
	uv_close((uv_handle_t *)&tracker->watchdog, NULL);
	uv_close((uv_handle_t *)&tracker->hang_up, NULL);
	uv_close((uv_handle_t *)&tracker->interrupt, NULL);
	uv_close((uv_handle_t *)&tracker->terminate, NULL);
}

/* With --exit-when-sent: the source has ended, and nothing of it is left. */
static void stop_when_sent(struct tracker *tracker)
{
	if (!tracker->config.exit_when_sent || !tracker->intake.has_ended)
		return;
	if (spool_state(tracker->spool).stored == 0 && spool_staged(tracker->spool) == 0)
		stop(tracker);
}

static void on_bytes(const char *bytes, size_t size, void *user)
{
	struct tracker *tracker = user;

	sensor_bytes(tracker->blade, bytes, size);
	sensor_bytes(tracker->spreader, bytes, size);
}

/* Which road was that? */
static void on_worked(const struct shift_step *step, void *user)
{
	struct tracker *tracker = user;
	const char *road;

	if (!map_cache_has_roads(tracker->map))
		return;
	road = map_cache_road(tracker->map, step->lon_e7, step->lat_e7, step->course_deg);
	if (road != NULL)
		shift_add_road(spool_shift(tracker->spool), road, step->length_cm);
}

static void on_fix(const struct fix *fix, void *user)
{
	struct tracker *tracker = user;
	struct shift *shift = spool_shift(tracker->spool);

	shift->has_map |= shift->is_open && map_cache_has_roads(tracker->map);
	recorder_take(&tracker->recorder, fix);
}

static bool on_has_room(void *user)
{
	const struct tracker *tracker = user;

	return recorder_has_room(&tracker->recorder);
}

static void on_ended(void *user)
{
	struct tracker *tracker = user;

	recorder_commit(&tracker->recorder);
	stop_when_sent(tracker);
}

static void on_committed(bool is_new, void *user)
{
	struct tracker *tracker = user;

	if (!tracker->is_stopping)
		link_committed(tracker->link, is_new, tracker->recorder.newest.time_ms);
}

static void on_heard(void *user)
{
	struct tracker *tracker = user;

	if (spool_is_dirty(tracker->spool))
		recorder_commit_soon(&tracker->recorder);
	stop_when_sent(tracker);
}

/* `"name":"value"`, or null for a value that is not there. */
static void print_address(const char *before, const char *name, const char *address)
{
	if (address != NULL)
		printf("%s\"%s\":\"%s\"", before, name, address);
	else
		printf("%s\"%s\":null", before, name);
}

static void on_ready(void *user)
{
	struct tracker *tracker = user;

	if (tracker->is_stopping)
		return;
	print_address("ready {", "udp", link_address(tracker->link));
	if (tracker->page != NULL)
		print_address(",", "http", page_address(tracker->page));
	puts("}");
	fflush(stdout);
	notify_send("READY=1");
}

static void on_terminate(uv_signal_t *handle, int signal)
{
	(void)signal;
	stop(handle->data);
}

/* Reads the configuration again; what can change while running is the server and the key. */
static void on_hang_up(uv_signal_t *handle, int signal)
{
	struct tracker *tracker = handle->data;
	struct config config;

	(void)signal;
	if (config_read(tracker->argc, tracker->argv, &config) != 0)
		return;
	if (strcmp(config.vehicle, tracker->config.vehicle) != 0) {
		fprintf(stderr,
			"plow-tracker: the key is now of vehicle %s: restart for another "
			"vehicle, with a spool of its own\n",
			config.vehicle);
		return;
	}
	tracker->recorder.unit_work = config.work;
	tracker->recorder.shift_only = config.shift_only;
	link_change(tracker->link, &config.server, &config.key);
	fprintf(stderr, "plow-tracker: read the configuration again\n");
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	notify_send("WATCHDOG=1");
}

static void start_signals(struct tracker *tracker)
{
	uint64_t watchdog_ms = notify_watchdog_ms();

	uv_signal_init(&tracker->loop, &tracker->terminate);
	uv_signal_init(&tracker->loop, &tracker->interrupt);
	uv_signal_init(&tracker->loop, &tracker->hang_up);
	tracker->terminate.data = tracker->interrupt.data = tracker->hang_up.data = tracker;
	uv_signal_start(&tracker->terminate, on_terminate, SIGTERM);
	uv_signal_start(&tracker->interrupt, on_terminate, SIGINT);
	uv_signal_start(&tracker->hang_up, on_hang_up, SIGHUP);
	uv_timer_init(&tracker->loop, &tracker->watchdog);
	if (watchdog_ms > 0)
		uv_timer_start(&tracker->watchdog, on_watchdog, 0, watchdog_ms);
}

static void start_health(struct tracker *tracker)
{
	const struct config *config = &tracker->config;
	struct health_parts parts = {config->vehicle,    config->spool,	   tracker->spool,
				     &tracker->recorder, &tracker->intake, tracker->link};

	tracker->health = health_start(&tracker->loop, &parts);
}

/* Everything between spool and receiver; none of it can fail. */
static void start_parts(struct tracker *tracker)
{
	const struct config *config = &tracker->config;
	struct intake_calls intake = {on_bytes, on_fix, on_ended, on_has_room, tracker};
	struct link_config link = {
		.loop = &tracker->loop,
		.server = &config->server,
		.spool = tracker->spool,
		.key = &config->key,
		.newest_first = config->rate != RATE_MAX,
		.heard = on_heard,
		.ready = on_ready,
		.user = tracker,
	};

	recorder_init(&tracker->recorder, &tracker->loop, tracker->spool, config->work);
	tracker->recorder.committed = on_committed;
	tracker->recorder.worked = on_worked;
	tracker->recorder.user = tracker;
	tracker->recorder.shift_only = config->shift_only;
	tracker->blade = sensor_start(&tracker->loop, &config->blade, "blade");
	tracker->spreader = sensor_start(&tracker->loop, &config->spreader, "spreader");
	tracker->recorder.blade = tracker->blade;
	tracker->recorder.spreader = tracker->spreader;
	tracker->link = link_start(&link);
	intake_init(&tracker->intake, &tracker->loop, &intake);
	start_health(tracker);
	start_signals(tracker);
}

/* What can fail for reasons outside; everything else runs already. */
static int start_outside(struct tracker *tracker)
{
	const struct config *config = &tracker->config;
	struct page_parts page = {
		.vehicle = config->vehicle,
		.area = config->area,
		.map_dir = config->has_map ? config->map_dir : NULL,
		.spool = tracker->spool,
		.recorder = &tracker->recorder,
		.intake = &tracker->intake,
		.link = tracker->link,
		.health = tracker->health,
	};
	char why[RECEIVER_WHY_BYTES];
	int error = receiver_start(&tracker->intake, &config->source, config->rate, &tracker->receiver,
				   why);

	if (error == 0 && config->http[0] != '\0')
		error = page_start(&tracker->loop, config->http, config->web_dir, &page,
				   &tracker->page, why);
	/* Last: it makes a folder. */
	if (error == 0 && config->has_map)
		error = map_cache_start(&tracker->loop, &config->map, config->map_dir, &tracker->map,
					why);
	return error != 0 ? fail(exit_status_of(error), "%s", why) : 0;
}

static int status_of_spool(int error)
{
	switch (error) {
	case -EBUSY:
		return EX_UNAVAILABLE;
	case -ENOENT:
	case -ENOTDIR:
	case -EISDIR:
	case -EACCES:
	case -EROFS:
		return EX_CANTCREAT;
	default:
		return exit_status_of(error);
	}
}

static int run(struct tracker *tracker)
{
	const struct config *config = &tracker->config;
	char why[SPOOL_WHY_BYTES];
	int error = spool_open(config->spool, config->vehicle, config->spool_size, &tracker->spool,
			       why);
	int status;

	if (error != 0)
		return fail(status_of_spool(error), "%s", why);
	if (spool_note(tracker->spool)[0] != '\0')
		fprintf(stderr, "plow-tracker: %s\n", spool_note(tracker->spool));
	uv_loop_init(&tracker->loop);
	start_parts(tracker);
	status = start_outside(tracker);
	if (status != 0)
		stop(tracker);
	uv_run(&tracker->loop, UV_RUN_DEFAULT);
	uv_loop_close(&tracker->loop);
	receiver_free(tracker->receiver);
	page_free(tracker->page);
	link_free(tracker->link);
	sensor_free(tracker->blade);
	sensor_free(tracker->spreader);
	health_free(tracker->health);
	map_cache_free(tracker->map);
	if (status != 0)
		spool_discard(tracker->spool);
	else
		spool_close(tracker->spool);
	return status;
}

int main(int argc, char **argv)
{
	struct tracker tracker = {.argc = argc, .argv = argv};
	int status = config_read(argc, argv, &tracker.config);

	if (status != 0)
		return status;
	if (tracker.config.mode == CONFIG_HELP)
		return fputs(config_usage, stdout) < 0 ? EX_IOERR : 0;
	if (tracker.config.mode == CONFIG_VERSION)
		return printf("plow-tracker %s\n", PLOW_VERSION) < 0 ? EX_IOERR : 0;
	if (tracker.config.mode == CONFIG_CHECK)
		return 0;
	if (seal_init() != 0)
		return fail(EX_SOFTWARE, "there are no random numbers");
	signal(SIGPIPE, SIG_IGN);
	return run(&tracker);
}
