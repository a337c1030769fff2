/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/intake.h"

#include <stdio.h>
#include <string.h>

#define EPOCH_PAUSE_MS 250 /* a receiver that pauses so long has said all about this second */
#define HEALTHY_MS 5000

static void on_decoded(const struct fix *fix, void *user)
{
	intake_fix(user, fix);
}

void intake_init(struct intake *intake, uv_loop_t *loop, const struct intake_calls *calls)
{
	*intake = (struct intake){.loop = loop, .calls = *calls, .opened_ms = uv_now(loop)};
	nmea_init(&intake->nmea, 0, on_decoded, intake);
	uv_timer_init(loop, &intake->epoch_timer);
	intake->epoch_timer.data = intake;
}

void intake_stop(struct intake *intake)
{
	nmea_flush(&intake->nmea);
	uv_close((uv_handle_t *)&intake->epoch_timer, NULL);
}

static void on_pause(uv_timer_t *timer)
{
	struct intake *intake = timer->data;

	nmea_flush(&intake->nmea);
}

void intake_bytes(struct intake *intake, const void *bytes, size_t size)
{
	const char *piece = bytes;

	intake->heard_ms = uv_now(intake->loop);
	/* Line by line, so that what a sentence says of the work is known when its fix is made. */
	while (size > 0) {
		const char *end = memchr(piece, '\n', size);
		size_t length = end != NULL ? (size_t)(end - piece) + 1 : size;

		intake->calls.bytes(piece, length, intake->calls.user);
		nmea_feed(&intake->nmea, piece, length);
		piece += length;
		size -= length;
	}
	uv_timer_start(&intake->epoch_timer, on_pause, EPOCH_PAUSE_MS, 0);
}

void intake_datagram(struct intake *intake, const void *bytes, size_t size)
{
	intake_bytes(intake, bytes, size);
	intake->calls.bytes("\n", 1, intake->calls.user);
	nmea_end_line(&intake->nmea);
}

void intake_fix(struct intake *intake, const struct fix *fix)
{
	intake->heard_ms = uv_now(intake->loop);
	if (fix->flags & FIX_VALID)
		intake->fix_ms = intake->heard_ms;
	intake->calls.fix(fix, intake->calls.user);
}

bool intake_has_room(const struct intake *intake)
{
	return intake->calls.has_room(intake->calls.user);
}

void intake_opened(struct intake *intake)
{
	if (intake->is_absent)
		fprintf(stderr, "plow-tracker: the receiver is there again\n");
	intake->is_absent = false;
	intake->opened_ms = uv_now(intake->loop);
}

void intake_absent(struct intake *intake, const char *what, const char *why)
{
	if (!intake->is_absent)
		fprintf(stderr,
			"plow-tracker: no receiver at %s: %s; it is tried again and again\n", what,
			why);
	intake->is_absent = true;
}

void intake_ended(struct intake *intake)
{
	nmea_end_line(&intake->nmea);
	nmea_flush(&intake->nmea);
	uv_timer_stop(&intake->epoch_timer);
	intake->has_ended = true;
	intake->calls.ended(intake->calls.user);
}

enum intake_health intake_health(const struct intake *intake)
{
	uint64_t now = uv_now(intake->loop);

	if (intake->has_ended)
		return INTAKE_ENDED;
	if (intake->is_absent)
		return INTAKE_ABSENT;
	if (intake->fix_ms != 0 && now - intake->fix_ms <= HEALTHY_MS)
		return INTAKE_OK;
	if (intake->heard_ms != 0 && now - intake->heard_ms <= HEALTHY_MS)
		return INTAKE_NO_FIX;
	return INTAKE_SILENT;
}

const char *intake_health_name(enum intake_health health)
{
	static const char *const names[] = {
		[INTAKE_OK] = "ok",         [INTAKE_NO_FIX] = "no_fix", [INTAKE_SILENT] = "silent",
		[INTAKE_ABSENT] = "absent", [INTAKE_ENDED] = "ended",
	};

	return names[health];
}
