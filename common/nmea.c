/* SPDX-License-Identifier: Apache-2.0 */
#include "common/nmea.h"

#include <string.h>

#include "common/nmea_fields.h"
#include "common/nmea_sentence.h"

#define DAY_MS INT64_C(86400000)
#define CLOCK_UNKNOWN (-1)

/*
 * Sentences of one epoch may round its time differently (GLL 200619.295, GGA 200619.30); receivers
 * that measure 100 times a second are 10 ms apart.
 */
#define SAME_EPOCH_MS 10

void nmea_init(struct nmea *nmea, unsigned options, nmea_fix_cb fix_cb, void *user)
{
	memset(nmea, 0, sizeof(*nmea));
	nmea->options = options;
	nmea->fix_cb = fix_cb;
	nmea->user = user;
	nmea->anchor_ms = FIX_TIME_UNKNOWN;
}

/* ---- Epochs ---- */

/*
 * A time of day without a date is meant to be near the newest time that had one: so a GGA of
 * 00:00:01 that follows an RMC of 23:59:59 is of the next day.
 */
int64_t nmea_time_near(int64_t anchor_ms, int32_t clock_ms)
{
	int64_t time_ms = anchor_ms - anchor_ms % DAY_MS + clock_ms;

	if (time_ms - anchor_ms > DAY_MS / 2)
		return time_ms - DAY_MS;
	if (anchor_ms - time_ms > DAY_MS / 2)
		return time_ms + DAY_MS;
	return time_ms;
}

static int64_t epoch_time(const struct nmea *nmea)
{
	const struct nmea_epoch *epoch = &nmea->epoch;

	if (epoch->clock_ms == CLOCK_UNKNOWN)
		return FIX_TIME_UNKNOWN;
	if (epoch->day != NMEA_DAY_UNKNOWN)
		return epoch->day * DAY_MS + epoch->clock_ms;
	if (nmea->anchor_ms != FIX_TIME_UNKNOWN)
		return nmea_time_near(nmea->anchor_ms, epoch->clock_ms);
	return FIX_TIME_UNKNOWN;
}

static void epoch_close(struct nmea *nmea)
{
	struct nmea_epoch *epoch = &nmea->epoch;

	if (!epoch->is_open)
		return;
	epoch->is_open = false;
	epoch->fix.time_ms = epoch_time(nmea);
	if (epoch->fix.time_ms != FIX_TIME_UNKNOWN)
		nmea->anchor_ms = epoch->fix.time_ms;
	if (!epoch->has_position)
		return;
	if (!epoch->is_refused)
		epoch->fix.flags |= FIX_VALID;
	nmea->fix_cb(&epoch->fix, nmea->user);
}

static void epoch_open(struct nmea *nmea, const struct nmea_said *said)
{
	nmea->epoch = (struct nmea_epoch){
		.fix = fix_none(),
		.day = NMEA_DAY_UNKNOWN,
		.clock_ms = said->clock == NMEA_READ ? said->clock_ms : CLOCK_UNKNOWN,
		.is_open = true,
	};
}

/*
 * Sentences without a time are of one epoch until one of them comes for the second time; so are
 * those whose times differ by a rounding.
 */
static bool epoch_holds(const struct nmea_epoch *epoch, const struct nmea_said *said)
{
	bool is_repeated = (epoch->seen & said->kind) != 0;
	int32_t apart_ms;

	if (!epoch->is_open)
		return false;
	if (said->clock == NMEA_EMPTY)
		return epoch->clock_ms == CLOCK_UNKNOWN && !is_repeated;
	if (epoch->clock_ms == CLOCK_UNKNOWN)
		return false;
	apart_ms = said->clock_ms - epoch->clock_ms;
	return apart_ms == 0 ||
	       (!is_repeated && apart_ms > -SAME_EPOCH_MS && apart_ms < SAME_EPOCH_MS);
}

static void take(int32_t *into, int32_t value)
{
	if (value != FIX_ABSENT)
		*into = value;
}

static void take_if_absent(int32_t *into, int32_t value)
{
	if (*into == FIX_ABSENT)
		*into = value;
}

/* RMC and VTG say the same of the movement, GGA and GNS of the solution: the first named win. */
static void epoch_take_values(struct nmea_epoch *epoch, const struct nmea_said *said)
{
	bool is_first_choice = said->kind == NMEA_RMC || said->kind == NMEA_GGA;
	void (*into)(int32_t *, int32_t) = is_first_choice ? take : take_if_absent;

	into(&epoch->fix.speed_cmps, said->fix.speed_cmps);
	into(&epoch->fix.course_cdeg, said->fix.course_cdeg);
	into(&epoch->fix.alt_dm, said->fix.alt_dm);
	into(&epoch->fix.hdop_c, said->fix.hdop_c);
	into(&epoch->fix.satellites, said->fix.satellites);
	into(&epoch->fix.quality, said->fix.quality);
}

static void epoch_take(struct nmea *nmea, const struct nmea_said *said)
{
	struct nmea_epoch *epoch = &nmea->epoch;

	epoch->seen |= (uint8_t)said->kind;
	epoch->is_unchecked = epoch->is_unchecked || said->is_unchecked;
	if (said->clock == NMEA_READ)
		epoch->clock_ms = said->clock_ms;
	epoch_take_values(epoch, said);
	if (said->day != NMEA_DAY_UNKNOWN)
		epoch->day = said->day;
	if (said->is_refusing)
		epoch->is_refused = true;
	if (said->is_dead_reckoning)
		epoch->fix.flags |= FIX_DEAD_RECKONING;
	if (said->position == NMEA_READ) {
		epoch->has_position = true;
		epoch->fix.lon_e7 = said->fix.lon_e7;
		epoch->fix.lat_e7 = said->fix.lat_e7;
	}
}

/*
 * VTG and GSA have no time: they are of the epoch before them.  GST and ZDA have one, but no
 * position; ZDA may announce the next second, so neither begins nor ends an epoch.
 */
static void apply(struct nmea *nmea, const struct nmea_said *said)
{
	struct nmea_epoch *epoch = &nmea->epoch;

	nmea->dates += said->day != NMEA_DAY_UNKNOWN;
	switch (said->kind) {
	case NMEA_VTG:
	case NMEA_GSA:
		if (epoch->is_open)
			epoch_take(nmea, said);
		break;
	case NMEA_GST:
		break;
	case NMEA_ZDA:
		if (said->day == NMEA_DAY_UNKNOWN || said->clock != NMEA_READ)
			break;
		if (epoch->clock_ms == said->clock_ms && epoch_holds(epoch, said))
			epoch_take(nmea, said);
		else
			nmea->anchor_ms = said->day * DAY_MS + said->clock_ms;
		break;
	default:
		if (!epoch_holds(epoch, said)) {
			epoch_close(nmea);
			epoch_open(nmea, said);
		}
		epoch_take(nmea, said);
	}
}

static void read_body(struct nmea *nmea, const char *body, size_t size, bool is_unchecked)
{
	struct nmea_said said;

	switch (nmea_read_sentence(body, size, &said)) {
	case NMEA_UNKNOWN:
		nmea->counts.unknown++;
		return;
	case NMEA_MALFORMED:
		nmea->counts.malformed++;
		return;
	case NMEA_VOID:
		nmea->counts.voids++;
		break;
	case NMEA_USED:
		nmea->counts.used++;
		break;
	}
	said.is_unchecked = is_unchecked;
	apply(nmea, &said);
}

/* ---- Lines ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* What stands behind '*': blanks, two digits, and whatever else a modem left there. */
static int checksum_said(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	if (end - at < 2 || hex_value(at[0]) < 0 || hex_value(at[1]) < 0)
		return -1;
	return hex_value(at[0]) * 16 + hex_value(at[1]);
}

static const char *without_blanks(const char *body, const char *end)
{
	while (end > body && end[-1] == ' ')
		end--;
	return end;
}

static bool is_printable(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at < ' ' || *at > '~')
			return false;
	}
	return true;
}

/* Modems that put blanks before '*' have not counted them. */
static bool checksum_fits(const char *body, const char *star, const char *end)
{
	int said = checksum_said(star + 1, end);

	return said == nmea_xor(body, (size_t)(star - body)) ||
	       said == nmea_xor(body, (size_t)(without_blanks(body, star) - body));
}

/* One sentence, from behind its '$' to before `end`; is_cut when the next one's '$' ended it. */
static void read_sentence(struct nmea *nmea, const char *body, const char *end, bool is_cut)
{
	const char *star = memchr(body, '*', (size_t)(end - body));

	nmea->counts.sentences++;
	if (star && !checksum_fits(body, star, end)) {
		nmea->counts.bad_checksum++;
		return;
	}
	if (!star &&
	    (!(nmea->options & NMEA_ALLOW_NO_CHECKSUM) || is_cut || !is_printable(body, end))) {
		nmea->counts.no_checksum++;
		return;
	}
	end = without_blanks(body, star ? star : end);
	read_body(nmea, body, (size_t)(end - body), !star);
}

/* Where a sentence ends: at a line end, or where another begins.  NULL if not before `end`. */
static const char *find_stop(const char *at, const char *end)
{
	const char *stop = NULL;

	for (const char *c = "\n\r$"; *c; c++) {
		const char *found = memchr(at, *c, (size_t)(end - at));

		if (found)
			stop = end = found;
	}
	return stop;
}

static void count_too_long(struct nmea *nmea)
{
	nmea->counts.sentences++;
	nmea->counts.malformed++;
}

/* A sentence that begins in these bytes, read where it lies; what has no end yet is carried. */
static const char *feed_fresh(struct nmea *nmea, const char *at, const char *end)
{
	const char *start = memchr(at, '$', (size_t)(end - at));
	const char *stop;

	if (!start)
		return end;
	if (end - start > NMEA_SENTENCE_MAX)
		end = start + NMEA_SENTENCE_MAX + 1;
	stop = find_stop(start + 1, end);
	if (stop) {
		read_sentence(nmea, start + 1, stop, *stop == '$');
		return stop;
	}
	if (end - start > NMEA_SENTENCE_MAX) {
		count_too_long(nmea);
		return end;
	}
	nmea->carried = (size_t)(end - start);
	memcpy(nmea->carry, start, nmea->carried);
	return end;
}

static const char *feed_carried(struct nmea *nmea, const char *at, const char *end)
{
	size_t room = sizeof(nmea->carry) - nmea->carried;
	const char *stop;
	size_t taken;

	if ((size_t)(end - at) > room)
		end = at + room;
	stop = find_stop(at, end);
	taken = (size_t)((stop ? stop : end) - at);
	memcpy(nmea->carry + nmea->carried, at, taken);
	nmea->carried += taken;
	if (stop) {
		read_sentence(nmea, nmea->carry + 1, nmea->carry + nmea->carried, *stop == '$');
		nmea->carried = 0;
	} else if (nmea->carried == sizeof(nmea->carry)) {
		count_too_long(nmea);
		nmea->carried = 0;
	}
	return at + taken;
}

void nmea_feed(struct nmea *nmea, const void *bytes, size_t size)
{
	const char *at = bytes, *end = at + size;

	while (at < end)
		at = nmea->carried > 0 ? feed_carried(nmea, at, end) : feed_fresh(nmea, at, end);
}

void nmea_end_line(struct nmea *nmea)
{
	if (nmea->carried > 0)
		nmea_feed(nmea, "\n", 1);
}

void nmea_flush(struct nmea *nmea)
{
	epoch_close(nmea);
}
