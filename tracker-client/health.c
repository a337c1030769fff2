/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/health.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "common/alloc.h"
#include "tracker-client/intake.h"
#include "tracker-client/link.h"
#include "tracker-client/recorder.h"
#include "tracker-client/shift.h"
#include "tracker-client/spool.h"

#define FIRST_LOOK_MS 5000 /* whoever has just switched it on wants to know */
#define LOOK_MS 60000
#define SILENT_LOOKS 10 /* without a change, then it is said again */
#define MANY 60 /* fixes that wait: no longer the way there and back */

/* What a line is about; when it is as before there is nothing to say. */
struct condition {
	enum intake_health receiver;
	enum { SERVER_ANSWERS, SERVER_UNASKED, SERVER_SILENT } server;
	bool is_failing, has_many, is_dropping, is_short;
};

struct health {
	struct health_parts parts;
	uv_timer_t timer;
	struct condition said;
	unsigned looks;
	uint64_t dropped; /* when last looked */
};

/* Bytes free on the disk of the spool; -1: who knows. */
static double disk_free(const struct health *health)
{
	struct statvfs about;

	return statvfs(health->parts.spool_path, &about) == 0
		       ? (double)about.f_bavail * (double)about.f_frsize
		       : -1;
}

/* What is known of the server. */
static int server(const struct health *health)
{
	struct sender_state link = link_state(health->parts.link);
	bool is_waiting = spool_state(health->parts.spool).stored > 0;

	return link.is_reachable ? SERVER_ANSWERS : is_waiting ? SERVER_SILENT : SERVER_UNASKED;
}

static struct condition look(const struct health *health)
{
	struct spool_state spool = spool_state(health->parts.spool);

	return (struct condition){
		.receiver = intake_health(health->parts.intake),
		.server = server(health),
		.is_failing = health->parts.recorder->is_failing,
		.has_many = spool.stored > MANY,
		.is_dropping = spool.dropped > health->dropped,
		.is_short = spool.is_short,
	};
}

static bool is_same(const struct condition *a, const struct condition *b)
{
	return a->receiver == b->receiver && a->server == b->server &&
	       a->is_failing == b->is_failing && a->has_many == b->has_many &&
	       a->is_dropping == b->is_dropping && a->is_short == b->is_short;
}

static const char *receiver_words(enum intake_health receiver)
{
	static const char *const words[] = {
		[INTAKE_OK] = "receiver ok",
		[INTAKE_NO_FIX] = "receiver has no position (sky view, antenna?)",
		[INTAKE_SILENT] = "receiver is silent (power, cable?)",
		[INTAKE_ABSENT] = "no receiver (unplugged?)",
		[INTAKE_ENDED] = "the recording has ended",
	};

	return words[receiver];
}

static const char *server_words(int server)
{
	static const char *const words[] = {
		[SERVER_ANSWERS] = "server answers",
		[SERVER_UNASKED] = "nothing was sent of late",
		[SERVER_SILENT] = "no answer from the server (radio?)",
	};

	return words[server];
}

static void say(const struct health *health, const struct condition *now)
{
	struct spool_state spool = spool_state(health->parts.spool);
	double free_bytes = disk_free(health);
	char disk[60] = "disk unknown";

	if (free_bytes >= 0)
		snprintf(disk, sizeof(disk), "%.1f GB free on the disk", free_bytes / 1e9);
	fprintf(stderr, "plow-tracker: %s: %s, %s, %llu fixes wait, %llu lost%s, %s%s%s\n",
		health->parts.vehicle, receiver_words(now->receiver),
		server_words(now->server),
		(unsigned long long)(spool.stored + spool_staged(health->parts.spool)),
		(unsigned long long)spool.dropped,
		now->is_dropping ? " (the spool is full, the oldest go)" : "", disk,
		now->is_short ? ", too little for a full spool" : "",
		now->is_failing ? ", which cannot be written" : "");
}

static void on_timer(uv_timer_t *timer)
{
	struct health *health = timer->data;
	struct condition now;

	spool_reserve(health->parts.spool);
	now = look(health);

	if (!is_same(&now, &health->said) || ++health->looks >= SILENT_LOOKS) {
		say(health, &now);
		health->said = now;
		health->looks = 0;
	}
	health->dropped = spool_state(health->parts.spool).dropped;
}

struct health *health_start(uv_loop_t *loop, const struct health_parts *parts)
{
	struct health *health = x_calloc(1, sizeof(*health));

	health->parts = *parts;
	health->said.receiver = INTAKE_ENDED; /* whatever comes first is news */
	health->dropped = spool_state(parts->spool).dropped;
	uv_timer_init(loop, &health->timer);
	health->timer.data = health;
	uv_timer_start(&health->timer, on_timer, FIRST_LOOK_MS, LOOK_MS);
	return health;
}

void health_stop(struct health *health)
{
	uv_close((uv_handle_t *)&health->timer, NULL);
}

void health_free(struct health *health)
{
	free(health);
}

/* ---- numbers ---- */

/* A text being put together; what does not fit is left out whole. */
struct lines {
	char *out;
	size_t used;
};

static void put(struct lines *lines, const char *name, const char *kind, const char *help, double value)
{
	size_t room = HEALTH_METRICS_BYTES - lines->used;
	int wrote = snprintf(lines->out + lines->used, room,
			     "# HELP plow_tracker_%s %s.\n# TYPE plow_tracker_%s %s\n"
			     "plow_tracker_%s %.15g\n",
			     name, help, name, kind, name, value);

	if (wrote > 0 && (size_t)wrote < room)
		lines->used += (size_t)wrote;
	lines->out[lines->used] = '\0';
}

static void put_recorder(struct lines *lines, const struct health *health)
{
	const struct recorder_counts *counts = &health->parts.recorder->counts;
	const struct nmea_counts *nmea = &health->parts.intake->nmea.counts;

	put(lines, "recorded_total", "counter", "Fixes recorded", (double)counts->recorded);
	put(lines, "invalid_total", "counter", "Fixes the receiver did not stand by",
	    (double)counts->invalid);
	put(lines, "timeless_total", "counter", "Fixes before a date was known",
	    (double)counts->timeless);
	put(lines, "unsendable_total", "counter", "Fixes with values no receiver can mean",
	    (double)counts->unsendable);
	put(lines, "off_shift_total", "counter", "Fixes outside a shift, not recorded",
	    (double)counts->off_shift);
	put(lines, "sentences_total", "counter", "Sentences from the receiver",
	    (double)nmea->sentences);
	put(lines, "bad_sentences_total", "counter", "Sentences that were garbled",
	    (double)(nmea->bad_checksum + nmea->no_checksum + nmea->malformed));
}

static void put_spool(struct lines *lines, const struct health *health)
{
	struct spool_state spool = spool_state(health->parts.spool);

	put(lines, "unsent", "gauge", "Fixes that wait",
	    (double)(spool.stored + spool_staged(health->parts.spool)));
	put(lines, "dropped_total", "counter", "Fixes lost since the spool was full",
	    (double)spool.dropped);
	put(lines, "spool_capacity", "gauge", "Fixes the spool holds", (double)spool.capacity);
	put(lines, "spool_short", "gauge", "1 while the disk has no room for a full spool", spool.is_short);
	put(lines, "spool_failing", "gauge", "1 while the disk takes nothing",
	    health->parts.recorder->is_failing);
	put(lines, "disk_free_bytes", "gauge", "Free on the disk of the spool, -1: unknown",
	    disk_free(health));
}

static void put_link(struct lines *lines, const struct health *health)
{
	struct sender_state link = link_state(health->parts.link);

	put(lines, "server_reachable", "gauge", "1 while the server answers, 0 after 10 s without", link.is_reachable);
	put(lines, "silent_seconds", "gauge", "Since its last answer, 0 while none is awaited in vain",
	    (double)link.silent_ms / 1000);
	put(lines, "datagrams_sent_total", "counter", "Datagrams sent", (double)link.sent);
	put(lines, "datagrams_lost_total", "counter", "Datagrams without an answer",
	    (double)link.resent);
	put(lines, "sent_bytes_total", "counter", "UDP payload sent", (double)link.bytes);
	put(lines, "acknowledgements_total", "counter", "Answers of the server", (double)link.acks);
	put(lines, "refused_total", "counter", "Datagrams that were no answer",
	    (double)link.refused);
	put(lines, "round_trip_seconds", "gauge", "Smoothed time to an answer",
	    (double)link.rtt_ms / 1000);
}

size_t health_metrics(const struct health *health, char out[HEALTH_METRICS_BYTES])
{
	struct lines lines = {out, 0};

	put(&lines, "receiver_ok", "gauge", "1 while positions come",
	    intake_health(health->parts.intake) == INTAKE_OK);
	put(&lines, "shift_open", "gauge", "1 between the start and the end of a shift",
	    spool_shift(health->parts.spool)->is_open);
	put_recorder(&lines, health);
	put_spool(&lines, health);
	put_link(&lines, health);
	return lines.used;
}
