/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/nmea_port.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/nmea.h"
#include "server/plowd/nmea_forms.h"
#include "server/plowd/nmea_id.h"
#include "server/plowd/now.h"
#include "server/plowd/options.h"
#include "server/plowd/registry.h"
#include "server/plowd/stats.h"
#include "server/plowd/writer.h"

#define RECEIVE_BUFFER_BYTES (4 * 1024 * 1024)
#define SENDERS 512
#define SILENCE_MS 250 /* after it an epoch is over */
#define FIXES_MAX 256
#define DATE_HOLDS_MS 60000 /* for the undated sentences after a dated one */
#define HALF_DAY_MS INT64_C(43200000)
#define AHEAD_MS 120000 /* a clock may be, before what it says is of yesterday */
#define LOG_EVERY_MS 10000

/* Who sent from an address. */
struct sender {
	struct nmea_port *port;
	struct sockaddr_storage address;
	char id[NMEA_ID_BYTES]; /* "": it has not said who it is, or somebody who can be no vehicle
				 */
	bool is_vehicle;        /* when it last sent a fix */
	int64_t heard_ms;
	int64_t dated_ms; /* when a sentence with a date came */
	struct nmea nmea;
};

/* Fixes of what is being read: those of sentences with checksums, and the others. */
enum heap { CHECKED, UNCHECKED, HEAPS };

struct nmea_port {
	uv_udp_t udp;
	uv_timer_t timer;
	int open_handles;
	struct nmea_port_parts parts;
	char received[65536];
	struct sender senders[SENDERS];
	size_t sender_count;
	struct writer_item items[HEAPS][FIXES_MAX];
	size_t counts[HEAPS];
	int64_t logged_ms;
};

static size_t address_bytes(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					      : sizeof(struct sockaddr_in);
}

/* "Now" for dating what has no date. */
static int64_t reference_ms(const struct nmea_port *port)
{
	int64_t now = now_ms(port->parts.now);

	return now ? now : wall_clock_ms();
}

/* ---- Handing on ---- */

static void explain_unknown(struct nmea_port *port, const struct sender *sender)
{
	int64_t now_ms = wall_clock_ms();

	if (now_ms - port->logged_ms < LOG_EVERY_MS && now_ms >= port->logged_ms)
		return;
	port->logged_ms = now_ms;
	fprintf(stderr,
		"<5>plowd: plain NMEA comes from \"%s\", which is no vehicle; if it is yours: "
		"plowctl vehicle add --code %s\n",
		sender->id, sender->id);
}

static enum fix_trust trust_of(const struct nmea_port *port, const struct sender *sender,
			       enum heap heap)
{
	bool is_listed =
		heap == CHECKED && options_allow(&port->parts.options->nmea_allow,
						 (const struct sockaddr *)&sender->address);

	return is_listed ? TRUST_LISTED : TRUST_PLAIN;
}

/* Whether the writer has room: what anybody could have sent leaves half of it to the others. */
static bool has_room(const struct nmea_port *port, enum fix_trust trust)
{
	return trust != TRUST_PLAIN ||
	       stats_get(port->parts.stats, STAT_QUEUE_DEPTH) < WRITER_FIXES / 2;
}

static void submit_heap(struct nmea_port *port, const struct sender *sender, int64_t vehicle_id,
			enum heap heap)
{
	int64_t received_ms = wall_clock_ms();
	struct writer_item *items = port->items[heap];
	struct writer_job job = {.vehicle_id = vehicle_id,
				 .received_ms = received_ms,
				 .trust = (uint8_t)trust_of(port, sender, heap),
				 .count = port->counts[heap]};

	if (!has_room(port, (enum fix_trust)job.trust)) {
		stats_add(port->parts.stats, STAT_QUEUE_DROPS, job.count);
		return;
	}
	for (size_t i = 0; i < job.count; i++) {
		struct fix *fix = &items[i].fix;
		int64_t judged_ms = port->parts.now->by_fixes ? fix->time_ms : received_ms;

		stats_add(port->parts.stats, STAT_TIMES_REPAIRED, fix_repair_weeks(fix, judged_ms));
		items[i].doubt = fix_doubt(fix, judged_ms);
	}
	stats_add(port->parts.stats, STAT_NMEA_FIXES, job.count);
	(void)!writer_submit(port->parts.writer, &job, items); /* a drop is counted there */
}

/* Hands on the fixes gathered, if their unit is known. */
static void submit(struct sender *sender)
{
	struct nmea_port *port = sender->port;
	size_t count = port->counts[CHECKED] + port->counts[UNCHECKED];
	const struct vehicle *vehicle;

	if (count == 0)
		return;
	vehicle = registry_vehicle(port->parts.registry, sender->id);
	sender->is_vehicle = vehicle != NULL;
	if (!sender->id[0]) {
		stats_add(port->parts.stats, STAT_NMEA_NO_ID, count);
	} else if (!vehicle) {
		stats_add(port->parts.stats, STAT_NMEA_UNKNOWN_ID, count);
		explain_unknown(port, sender);
	}
	for (enum heap heap = CHECKED; heap < HEAPS; heap++) {
		if (vehicle && port->counts[heap] > 0)
			submit_heap(port, sender, vehicle->id, heap);
		port->counts[heap] = 0;
	}
}

static void gather(struct sender *sender, const struct fix *fix, bool is_unchecked)
{
	struct nmea_port *port = sender->port;
	enum heap heap = is_unchecked ? UNCHECKED : CHECKED;

	if (port->counts[heap] == FIXES_MAX)
		submit(sender);
	port->items[heap][port->counts[heap]++] = (struct writer_item){.fix = *fix};
}

static void on_fix(const struct fix *fix, void *user)
{
	struct sender *sender = user;

	if ((fix->flags & FIX_VALID) && fix->time_ms != FIX_TIME_UNKNOWN)
		gather(sender, fix, sender->nmea.epoch.is_unchecked);
}

/* ---- Senders ---- */

static void init_sender(struct nmea_port *port, struct sender *sender,
			const struct sockaddr *address)
{
	memset(sender, 0, sizeof(*sender));
	sender->port = port;
	memcpy(&sender->address, address, address_bytes(address));
	nmea_init(&sender->nmea, NMEA_ALLOW_NO_CHECKSUM, on_fix, sender);
	sender->dated_ms = INT64_MIN / 2;
}

/*
 * A time of day without a date is of the day before its receipt: as routers hold reports back, but
 * never send them ahead of time.  Unless the unit itself named the date a moment ago.
 */
static void anchor(struct sender *sender)
{
	if (sender->heard_ms - sender->dated_ms > DATE_HOLDS_MS ||
	    sender->heard_ms < sender->dated_ms)
		sender->nmea.anchor_ms = reference_ms(sender->port) + AHEAD_MS - HALF_DAY_MS;
}

static void end_epoch(struct sender *sender)
{
	anchor(sender);
	nmea_flush(&sender->nmea);
	submit(sender);
}

static bool makes_room_before(const struct sender *sender, const struct sender *other)
{
	if (sender->is_vehicle != other->is_vehicle)
		return !sender->is_vehicle;
	return sender->heard_ms < other->heard_ms;
}

static struct sender *find_sender(struct nmea_port *port, const struct sockaddr *address)
{
	struct sender *victim = &port->senders[0];

	for (size_t i = 0; i < port->sender_count; i++) {
		struct sender *sender = &port->senders[i];

		if (sender->address.ss_family == address->sa_family &&
		    memcmp(&sender->address, address, address_bytes(address)) == 0)
			return sender;
		if (makes_room_before(sender, victim))
			victim = sender;
	}
	if (port->sender_count < SENDERS)
		victim = &port->senders[port->sender_count++];
	else
		end_epoch(victim);
	init_sender(port, victim, address);
	return victim;
}

/* What was said under another name is that one's. */
static void name_sender(struct sender *sender, const char *id)
{
	if (strcmp(sender->id, id) == 0)
		return;
	if (sender->id[0])
		end_epoch(sender);
	snprintf(sender->id, sizeof(sender->id), "%s", id);
}

/* ---- Reading ---- */

static void read_sentence(struct sender *sender, const char *bytes, size_t size)
{
	struct stats *stats = sender->port->parts.stats;
	struct nmea_counts before = sender->nmea.counts;
	uint64_t dates = sender->nmea.dates;

	anchor(sender); /* the decoder itself takes each time for the next one's anchor */
	nmea_feed(&sender->nmea, bytes, size);
	nmea_end_line(&sender->nmea);
	stats_add(stats, STAT_NMEA_VOIDS, sender->nmea.counts.voids - before.voids);
	stats_add(stats, STAT_NMEA_BAD_CHECKSUM,
		  sender->nmea.counts.bad_checksum - before.bad_checksum);
	stats_add(stats, STAT_NMEA_MALFORMED,
		  sender->nmea.counts.malformed - before.malformed +
			  sender->nmea.counts.no_checksum - before.no_checksum);
	if (sender->nmea.dates != dates)
		sender->dated_ms = sender->heard_ms;
}

static void take_form(struct sender *sender, struct nmea_form *form)
{
	if (form->id[0])
		name_sender(sender, form->id);
	anchor(sender);
	if (form->fix.time_ms == FIX_TIME_UNKNOWN)
		form->fix.time_ms = nmea_time_near(sender->nmea.anchor_ms, form->clock_ms);
	gather(sender, &form->fix, form->is_unchecked);
}

/* One sentence with what stands before it, or a line without any. */
static void read_piece(struct sender *sender, const char *bytes, size_t size)
{
	struct stats *stats = sender->port->parts.stats;
	const char *dollar = memchr(bytes, '$', size);
	char id[NMEA_ID_BYTES];
	struct nmea_form form;

	if (nmea_id_find(bytes, size, id))
		name_sender(sender, id);
	switch (nmea_form_read(dollar ? dollar : bytes,
			       dollar ? size - (size_t)(dollar - bytes) : size, &form)) {
	case NMEA_FORM_FIX:
		take_form(sender, &form);
		break;
	case NMEA_FORM_VOID:
		stats_add(stats, STAT_NMEA_VOIDS, 1);
		break;
	case NMEA_FORM_BAD_CHECKSUM:
		stats_add(stats, STAT_NMEA_BAD_CHECKSUM, 1);
		break;
	case NMEA_FORM_MALFORMED:
		stats_add(stats, STAT_NMEA_MALFORMED, 1);
		break;
	case NMEA_FORM_NONE:
		if (dollar)
			read_sentence(sender, dollar, size - (size_t)(dollar - bytes));
	}
}

/* A sentence that another's '$' cuts short must have its checksum: else its end may be missing. */
static void read_line(struct sender *sender, const char *line, size_t size)
{
	const char *end = line + size;

	while (line < end) {
		const char *dollar = memchr(line, '$', (size_t)(end - line));
		const char *next =
			dollar ? memchr(dollar + 1, '$', (size_t)(end - dollar - 1)) : NULL;
		const char *stop = next ? next : end;

		if (!next || memchr(dollar, '*', (size_t)(stop - dollar)))
			read_piece(sender, line, (size_t)(stop - line));
		else
			stats_add(sender->port->parts.stats, STAT_NMEA_MALFORMED, 1);
		line = stop;
	}
}

static void read_datagram(struct nmea_port *port, const char *bytes, size_t size,
			  const struct sockaddr *peer)
{
	struct sender *sender = find_sender(port, peer);
	const char *end = bytes + size;

	sender->heard_ms = wall_clock_ms();
	while (bytes < end) {
		const char *stop = bytes;

		while (stop < end && *stop != '\r' && *stop != '\n')
			stop++;
		read_line(sender, bytes, (size_t)(stop - bytes));
		bytes = stop + 1;
	}
	submit(sender);
}

static void on_timer(uv_timer_t *timer)
{
	struct nmea_port *port = timer->data;
	int64_t now_ms = wall_clock_ms();

	for (size_t i = 0; i < port->sender_count; i++) {
		struct sender *sender = &port->senders[i];
		bool is_silent =
			now_ms - sender->heard_ms >= SILENCE_MS || now_ms < sender->heard_ms;

		if (sender->nmea.epoch.is_open && is_silent)
			end_epoch(sender);
	}
}

/* ---- The port ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct nmea_port *port = handle->data;

	(void)suggested;
	*buf = uv_buf_init(port->received, sizeof(port->received));
}

static void on_receive(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf,
		       const struct sockaddr *peer, unsigned flags)
{
	struct nmea_port *port = udp->data;

	if (size < 0 || !peer)
		return;
	stats_add(port->parts.stats, STAT_NMEA_DATAGRAMS, 1);
	if (!(flags & UV_UDP_PARTIAL))
		read_datagram(port, buf->base, (size_t)size, peer);
}

static void on_closed(uv_handle_t *handle)
{
	struct nmea_port *port = handle->data;

	if (--port->open_handles == 0)
		free(port);
}

void nmea_port_stop(struct nmea_port *port)
{
	uv_close((uv_handle_t *)&port->udp, on_closed);
	uv_close((uv_handle_t *)&port->timer, on_closed);
}

int nmea_port_start(uv_loop_t *loop, const struct sockaddr *address,
		    const struct nmea_port_parts *parts, struct nmea_port **out)
{
	struct nmea_port *port = x_calloc(1, sizeof(*port));
	int size = RECEIVE_BUFFER_BYTES, error;

	port->parts = *parts;
	port->open_handles = 2;
	uv_udp_init(loop, &port->udp);
	uv_timer_init(loop, &port->timer);
	port->udp.data = port->timer.data = port;
	error = uv_udp_bind(&port->udp, address, 0);
	if (!error)
		error = uv_udp_recv_start(&port->udp, on_alloc, on_receive);
	if (error) {
		nmea_port_stop(port);
		return error;
	}
	/* A larger buffer is a wish: the system's limit may cut it. */
	(void)!uv_recv_buffer_size((uv_handle_t *)&port->udp, &size);
	uv_timer_start(&port->timer, on_timer, SILENCE_MS, SILENCE_MS);
	*out = port;
	return 0;
}

int nmea_port_address(const struct nmea_port *port, struct sockaddr_storage *out)
{
	int size = sizeof(*out);

	return uv_udp_getsockname(&port->udp, (struct sockaddr *)out, &size);
}
