/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/nmea_sender.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netinet/in.h>

#include "common/clock.h"
#include "server/plowd/intake/nmea_forms.h"
#include "server/plowd/base/may_log.h"
#include "server/plowd/base/now.h"
#include "server/plowd/base/options.h"
#include "server/plowd/intake/registry.h"
#include "server/plowd/base/stats.h"

#define DATE_HOLDS_MS 60000 /* for the undated sentences after a dated one */
#define HALF_DAY_MS INT64_C(43200000)
#define AHEAD_MS 120000 /* a clock may be, before what it says is of yesterday */

/* "Now" for dating what has no date. */
static int64_t reference_ms(const struct nmea_desk *desk)
{
	int64_t now = now_ms(desk->parts.now);

	return now ? now : wall_clock_ms();
}

/* ---- Handing on ---- */

static void explain_unknown(struct nmea_desk *desk, const struct nmea_sender *sender)
{
	if (may_log(&desk->unknown_logged_ms, wall_clock_ms()))
		fprintf(stderr,
			"<5>plowd: plain NMEA comes from \"%s\", which is no vehicle; if it is yours: "
			"plowctl vehicle add --code %s\n",
			sender->id, sender->id);
}

static void explain_excess(struct nmea_desk *desk, const struct nmea_sender *sender)
{
	if (may_log(&desk->excess_logged_ms, wall_clock_ms()))
		fprintf(stderr,
			"<4>plowd: more plain NMEA comes under \"%s\" than a receiver gives, and is not all kept; "
			"let the firewall open the port to the routers alone\n",
			sender->id);
}

static void submit_heap(struct nmea_desk *desk, const struct nmea_sender *sender, int64_t vehicle_id,
			enum nmea_heap heap)
{
	int64_t received_ms = wall_clock_ms();
	struct writer_item *items = desk->items[heap];
	struct writer_job job = {.vehicle_id = vehicle_id,
				 .received_ms = received_ms,
				 .trust = heap == HEAP_CHECKED && sender->is_listed ? TRUST_LISTED : TRUST_PLAIN,
				 .count = desk->counts[heap]};

	for (size_t i = 0; i < job.count; i++) {
		struct fix *fix = &items[i].fix;
		int64_t judged_ms = desk->parts.now->by_fixes ? fix->time_ms : received_ms;

		stats_add(desk->parts.stats, STAT_TIMES_REPAIRED, fix_repair_weeks(fix, judged_ms));
		items[i].doubt = fix_doubt(fix, judged_ms);
	}
	stats_add(desk->parts.stats, STAT_NMEA_FIXES, job.count);
	/* What is refused is counted there. */
	if (writer_submit(desk->parts.writer, &job, items) == -EDQUOT)
		explain_excess(desk, sender);
}

/* Hands on the fixes gathered, if their unit is known. */
static void submit(struct nmea_sender *sender)
{
	struct nmea_desk *desk = sender->desk;
	size_t count = desk->counts[HEAP_CHECKED] + desk->counts[HEAP_UNCHECKED];
	const struct vehicle *vehicle;

	if (count == 0)
		return;
	vehicle = registry_vehicle(desk->parts.registry, sender->id);
	sender->is_vehicle = vehicle != NULL;
	sender->is_listed = options_allow(&desk->parts.options->nmea_allow, (const struct sockaddr *)&sender->address);
	if (!sender->id[0]) {
		stats_add(desk->parts.stats, STAT_NMEA_NO_ID, count);
	} else if (!vehicle) {
		stats_add(desk->parts.stats, STAT_NMEA_UNKNOWN_ID, count);
		explain_unknown(desk, sender);
	}
	for (enum nmea_heap heap = HEAP_CHECKED; heap < HEAPS; heap++) {
		if (vehicle && desk->counts[heap] > 0)
			submit_heap(desk, sender, vehicle->id, heap);
		desk->counts[heap] = 0;
	}
}

static void gather(struct nmea_sender *sender, const struct fix *fix, bool is_unchecked)
{
	struct nmea_desk *desk = sender->desk;
	enum nmea_heap heap = is_unchecked ? HEAP_UNCHECKED : HEAP_CHECKED;

	if (desk->counts[heap] == NMEA_HEAP_MAX)
		submit(sender);
	desk->items[heap][desk->counts[heap]++] = (struct writer_item){.fix = *fix};
}

static void on_fix(const struct fix *fix, void *user)
{
	struct nmea_sender *sender = user;

	if ((fix->flags & FIX_VALID) && fix->time_ms != FIX_TIME_UNKNOWN)
		gather(sender, fix, sender->nmea.epoch.is_unchecked);
}

void nmea_sender_init(struct nmea_sender *sender, struct nmea_desk *desk, const struct sockaddr *address)
{
	memset(sender, 0, sizeof(*sender));
	sender->desk = desk;
	memcpy(&sender->address, address,
	       address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	nmea_init(&sender->nmea, NMEA_ALLOW_NO_CHECKSUM, on_fix, sender);
	sender->dated_ms = INT64_MIN / 2;
}

/* ---- Reading ---- */

/*
 * A time of day without a date is of the day before its receipt: as routers hold reports back, but
 * never send them ahead of time.  Unless the unit itself named the date a moment ago.
 */
static void anchor(struct nmea_sender *sender)
{
	if (sender->heard_ms - sender->dated_ms > DATE_HOLDS_MS ||
	    sender->heard_ms < sender->dated_ms)
		sender->nmea.anchor_ms = reference_ms(sender->desk) + AHEAD_MS - HALF_DAY_MS;
}

void nmea_sender_end_epoch(struct nmea_sender *sender)
{
	anchor(sender);
	nmea_flush(&sender->nmea);
	submit(sender);
}

/* What was said under another name is that one's. */
static void name_sender(struct nmea_sender *sender, const char *id)
{
	if (strcmp(sender->id, id) == 0)
		return;
	if (sender->id[0])
		nmea_sender_end_epoch(sender);
	snprintf(sender->id, sizeof(sender->id), "%s", id);
}

static void read_sentence(struct nmea_sender *sender, const char *bytes, size_t size)
{
	struct stats *stats = sender->desk->parts.stats;
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

static void take_form(struct nmea_sender *sender, struct nmea_form *form)
{
	if (form->id[0])
		name_sender(sender, form->id);
	anchor(sender);
	if (form->fix.time_ms == FIX_TIME_UNKNOWN)
		form->fix.time_ms = nmea_time_near(sender->nmea.anchor_ms, form->clock_ms);
	gather(sender, &form->fix, form->is_unchecked);
}

/* One sentence with what stands before it, or a line without any. */
static void read_piece(struct nmea_sender *sender, const char *bytes, size_t size)
{
	struct stats *stats = sender->desk->parts.stats;
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
static void read_line(struct nmea_sender *sender, const char *line, size_t size)
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
			stats_add(sender->desk->parts.stats, STAT_NMEA_MALFORMED, 1);
		line = stop;
	}
}

void nmea_sender_read(struct nmea_sender *sender, const char *bytes, size_t size)
{
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
