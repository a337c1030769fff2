/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/*
 * Every message has exactly one encoding, so the reader refuses whatever the writer would not have
 * written: overlong numbers, fields marked as changed that did not change, bytes left over.
 */
enum {
	VARINT_MAX_BYTES = 10,
	SENT_BYTES = 6,
	RUN_MAX = 255,
	USUAL_STEP_MS = 1000,
	/* mask, time, longitude, latitude, five optional fields, quality and flags, work */
	FIX_MAX_BYTES = 1 + 10 + 5 + 5 + 5 * 5 + 1 + 2,
	ACK_HEAD_BYTES = 25,
};
#define SENT_MAX INT64_C(253402300800000) /* the end of the year 9999, as for fixes */

/* Which fields of a fix follow: those that differ from the fix before it in the message. */
enum mask {
	HAS_ALT = 1 << 0,
	HAS_SPEED = 1 << 1,
	HAS_COURSE = 1 << 2,
	HAS_HDOP = 1 << 3,
	HAS_SATELLITES = 1 << 4,
	HAS_QUALITY = 1 << 5, /* quality and flags, one byte */
	HAS_WORK = 1 << 6,    /* blade, work and its source, two bytes */
	HAS_TIME = 1 << 7,    /* not exactly 1,000 ms after the one before */
};

#define QUALITY_ABSENT 15
#define QUALITY_MAX 8
#define FLAGS_ALL (FIX_VALID | FIX_DEAD_RECKONING | FIX_TIME_REPAIRED | FIX_JUMP)

/* ---- numbers ---- */

static uint64_t zigzag(int64_t value)
{
	return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static uint8_t *put_fixed(uint8_t *out, uint64_t value, int bytes)
{
	for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
		*out++ = (uint8_t)(value >> shift);
	return out;
}

static uint8_t *put_varint(uint8_t *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		*out++ = (uint8_t)(value | 0x80);
	*out++ = (uint8_t)value;
	return out;
}

/* Reading is sticky: after the first byte that does not fit everything reads as 0. */
struct reader {
	const uint8_t *at, *end;
	bool bad;
};

static uint8_t get_byte(struct reader *r)
{
	if (r->at == r->end) {
		r->bad = true;
		return 0;
	}
	return *r->at++;
}

static uint64_t get_fixed(struct reader *r, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | get_byte(r);
	return value;
}

static uint64_t get_varint(struct reader *r)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < VARINT_MAX_BYTES; i++) {
		uint8_t byte = get_byte(r);

		/* A last byte of 0 is overlong; the tenth has room for one bit. */
		if ((i > 0 && byte == 0) || (i == VARINT_MAX_BYTES - 1 && byte > 1))
			break;
		value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte < 0x80)
			return value;
	}
	r->bad = true;
	return 0;
}

static uint64_t add_u64(struct reader *r, uint64_t a, uint64_t b)
{
	uint64_t sum = 0;

	if (__builtin_add_overflow(a, b, &sum))
		r->bad = true;
	return sum;
}

/* base + the signed difference that follows; plausibility is checked on the whole fix. */
static int64_t get_moved(struct reader *r, int64_t base)
{
	int64_t sum = 0;

	if (__builtin_add_overflow(base, unzigzag(get_varint(r)), &sum))
		r->bad = true;
	return sum;
}

static int32_t get_moved32(struct reader *r, int32_t base)
{
	int64_t value = get_moved(r, base);

	if (value < INT32_MIN || value > INT32_MAX)
		r->bad = true;
	return r->bad ? 0 : (int32_t)value;
}

/* ---- one fix ---- */

static bool is_in(int32_t value, int32_t low, int32_t high)
{
	return value == FIX_ABSENT || (value >= low && value <= high);
}

bool wire_fix_is_sendable(const struct fix *fix)
{
	return fix_is_plausible(fix) && is_in(fix->speed_cmps, 0, INT32_MAX) &&
	       is_in(fix->course_cdeg, 0, 35999) && is_in(fix->hdop_c, 0, INT32_MAX) &&
	       is_in(fix->satellites, 0, INT32_MAX) && is_in(fix->quality, 0, QUALITY_MAX) &&
	       (fix->flags & ~FLAGS_ALL) == 0 && fix->blade >= -1 && fix->blade <= 1 &&
	       work_is_known(fix->work) &&
	       (fix->work_source <= WORK_FROM_UNIT || fix->work_source == WORK_SOURCE_NONE);
}

/* What the first fix of a message is a difference to. */
static struct fix fix_origin(void)
{
	struct fix fix = fix_none();

	fix.time_ms = 0;
	return fix;
}

static uint8_t quality_byte(const struct fix *fix)
{
	int quality = fix->quality == FIX_ABSENT ? QUALITY_ABSENT : fix->quality;

	return (uint8_t)(quality << 4 | fix->flags);
}

static uint8_t work_byte(const struct fix *fix)
{
	return (uint8_t)((fix->blade + 1) << 4 | fix->work_source);
}

static int32_t present(int32_t value)
{
	return value == FIX_ABSENT ? 0 : value;
}

/* 0 says absent, 1 + zigzag the difference to the value before, which counts as 0 when absent. */
static uint8_t *put_optional(uint8_t *out, bool has, int32_t before, int32_t value)
{
	if (!has)
		return out;
	if (value == FIX_ABSENT)
		return put_varint(out, 0);
	return put_varint(out, 1 + zigzag((int64_t)value - present(before)));
}

static int32_t get_optional(struct reader *r, bool has, int32_t before)
{
	uint64_t coded;
	int64_t value;

	if (!has)
		return before;
	coded = get_varint(r);
	/* The difference of two int32 has 33 bits, and its zigzag 34: no overflow below. */
	if (coded >> 35 != 0) {
		r->bad = true;
		return 0;
	}
	value = coded == 0 ? FIX_ABSENT : present(before) + unzigzag(coded - 1);
	if (value == before || (coded != 0 && value <= FIX_ABSENT) || value > INT32_MAX)
		r->bad = true;
	return r->bad ? 0 : (int32_t)value;
}

static unsigned mask_of(const struct fix *before, const struct fix *fix)
{
	return (fix->alt_dm != before->alt_dm ? HAS_ALT : 0U) |
	       (fix->speed_cmps != before->speed_cmps ? HAS_SPEED : 0U) |
	       (fix->course_cdeg != before->course_cdeg ? HAS_COURSE : 0U) |
	       (fix->hdop_c != before->hdop_c ? HAS_HDOP : 0U) |
	       (fix->satellites != before->satellites ? HAS_SATELLITES : 0U) |
	       (quality_byte(fix) != quality_byte(before) ? HAS_QUALITY : 0U) |
	       (fix->work != before->work || work_byte(fix) != work_byte(before) ? HAS_WORK : 0U) |
	       (fix->time_ms != before->time_ms + USUAL_STEP_MS ? HAS_TIME : 0U);
}

static uint8_t *put_fix(uint8_t *out, const struct fix *before, const struct fix *fix)
{
	unsigned mask = mask_of(before, fix);

	*out++ = (uint8_t)mask;
	if (mask & HAS_TIME)
		out = put_varint(out, zigzag(fix->time_ms - before->time_ms - USUAL_STEP_MS));
	out = put_varint(out, zigzag((int64_t)fix->lon_e7 - before->lon_e7));
	out = put_varint(out, zigzag((int64_t)fix->lat_e7 - before->lat_e7));
	out = put_optional(out, mask & HAS_ALT, before->alt_dm, fix->alt_dm);
	out = put_optional(out, mask & HAS_SPEED, before->speed_cmps, fix->speed_cmps);
	out = put_optional(out, mask & HAS_COURSE, before->course_cdeg, fix->course_cdeg);
	out = put_optional(out, mask & HAS_HDOP, before->hdop_c, fix->hdop_c);
	out = put_optional(out, mask & HAS_SATELLITES, before->satellites, fix->satellites);
	if (mask & HAS_QUALITY)
		*out++ = quality_byte(fix);
	if (mask & HAS_WORK) {
		*out++ = (uint8_t)fix->work;
		*out++ = work_byte(fix);
	}
	return out;
}

static void get_fix(struct reader *r, const struct fix *before, struct fix *fix)
{
	unsigned mask = get_byte(r);

	*fix = *before;
	fix->time_ms = before->time_ms + USUAL_STEP_MS;
	if (mask & HAS_TIME)
		fix->time_ms = get_moved(r, fix->time_ms);
	fix->lon_e7 = get_moved32(r, before->lon_e7);
	fix->lat_e7 = get_moved32(r, before->lat_e7);
	fix->alt_dm = get_optional(r, mask & HAS_ALT, before->alt_dm);
	fix->speed_cmps = get_optional(r, mask & HAS_SPEED, before->speed_cmps);
	fix->course_cdeg = get_optional(r, mask & HAS_COURSE, before->course_cdeg);
	fix->hdop_c = get_optional(r, mask & HAS_HDOP, before->hdop_c);
	fix->satellites = get_optional(r, mask & HAS_SATELLITES, before->satellites);
	if (mask & HAS_QUALITY) {
		uint8_t byte = get_byte(r);

		fix->quality = byte >> 4 == QUALITY_ABSENT ? FIX_ABSENT : byte >> 4;
		fix->flags = byte & 0x0f;
	}
	if (mask & HAS_WORK) {
		uint8_t byte;

		fix->work = (char)get_byte(r);
		byte = get_byte(r);
		fix->blade = (int8_t)((byte >> 4) - 1);
		fix->work_source = byte & 0x0f;
	}
	/* A field that is marked and did not change has another mask in the one encoding. */
	if (!wire_fix_is_sendable(fix) || mask_of(before, fix) != mask)
		r->bad = true;
}

/* ---- fixes ---- */

static uint8_t *put_fixes_head(uint8_t *out, const struct wire_fixes *message)
{
	out = put_fixed(out, message->spool_id, 8);
	out = put_fixed(out, (uint64_t)message->sent_ms, SENT_BYTES);
	out = put_varint(out, message->oldest_seq);
	return put_varint(out, message->newest_seq - message->oldest_seq);
}

/*
 * Writes the fix `now`, preceded by the head of a new run unless it continues the one whose count
 * stands at *run.
 */
static uint8_t *put_numbered(uint8_t *out, uint8_t **run, uint64_t expected,
			     const struct fix *before, const struct wire_fix *now)
{
	if (*run == NULL || now->seq != expected) {
		/* Two runs never touch, so the second and later gaps count from one further. */
		out = put_varint(out, now->seq - expected - (*run != NULL));
		*run = out;
		*out++ = 0;
	}
	++**run;
	return put_fix(out, before, &now->fix);
}

size_t wire_put_fixes(const struct wire_fixes *message, uint8_t *out, size_t room,
		      size_t *out_taken)
{
	/* Each fix is written aside first: only then is it known whether it fits. */
	uint8_t piece[VARINT_MAX_BYTES + 1 + FIX_MAX_BYTES];
	uint8_t head[8 + SENT_BYTES + 2 * VARINT_MAX_BYTES];
	size_t used = (size_t)(put_fixes_head(head, message) - head);
	struct fix before = fix_origin();
	uint64_t expected = message->oldest_seq;
	uint8_t *run = NULL;
	size_t taken = 0;

	assert(message->count > 0 && message->count <= WIRE_FIXES_MAX);
	assert(message->oldest_seq > 0 && message->sent_ms >= 0 && message->sent_ms < SENT_MAX);
	*out_taken = 0;
	if (used > room)
		return 0;
	memcpy(out, head, used);
	for (; taken < message->count; taken++) {
		const struct wire_fix *now = &message->fixes[taken];
		uint8_t *count = run;
		size_t size;

		assert(now->seq >= expected && now->seq <= message->newest_seq);
		assert(wire_fix_is_sendable(&now->fix));
		size = (size_t)(put_numbered(piece, &count, expected, &before, now) - piece);
		if (size > room - used) {
			if (count == run)
				--*run;
			break;
		}
		memcpy(out + used, piece, size);
		if (count != run)
			run = out + used + (count - piece);
		used += size;
		before = now->fix;
		expected = now->seq + 1;
	}
	*out_taken = taken;
	return taken == 0 ? 0 : used;
}

static void get_run(struct reader *r, struct wire_fixes *out)
{
	const struct wire_fix *last = out->count > 0 ? &out->fixes[out->count - 1] : NULL;
	struct fix before = last != NULL ? last->fix : fix_origin();
	uint64_t seq = add_u64(r, last != NULL ? add_u64(r, last->seq, 2) : out->oldest_seq,
			       get_varint(r));
	size_t count = get_byte(r);

	if (count == 0 || count > WIRE_FIXES_MAX - out->count)
		r->bad = true;
	for (; !r->bad && count > 0; count--) {
		struct wire_fix *now = &out->fixes[out->count];

		now->seq = seq;
		get_fix(r, &before, &now->fix);
		if (seq > out->newest_seq)
			r->bad = true;
		before = now->fix;
		seq++;
		out->count++;
	}
}

int wire_get_fixes(const uint8_t *bytes, size_t size, struct wire_fixes *out)
{
	struct reader r = {bytes, bytes + size, false};

	out->spool_id = get_fixed(&r, 8);
	out->sent_ms = (int64_t)get_fixed(&r, SENT_BYTES);
	out->oldest_seq = get_varint(&r);
	out->newest_seq = add_u64(&r, out->oldest_seq, get_varint(&r));
	out->count = 0;
	if (out->oldest_seq == 0 || out->newest_seq == UINT64_MAX || out->sent_ms >= SENT_MAX)
		r.bad = true;
	do
		get_run(&r, out);
	while (!r.bad && r.at < r.end);
	return r.bad ? -EBADMSG : 0;
}

/* ---- acknowledgements ---- */

size_t wire_put_ack(const struct wire_ack *ack, uint8_t *out, size_t room)
{
	uint8_t piece[2 * VARINT_MAX_BYTES];
	uint8_t *end = out, *count;
	uint64_t before = ack->cumulative;

	assert(room >= ACK_HEAD_BYTES && ack->count <= WIRE_RANGES_MAX);
	end = put_fixed(end, ack->spool_id, 8);
	end = put_fixed(end, ack->answers, 8);
	end = put_fixed(end, ack->cumulative, 8);
	count = end;
	*end++ = 0;
	for (size_t i = 0; i < ack->count; i++) {
		const struct wire_range *range = &ack->ranges[i];
		uint8_t *to = piece;
		size_t size;

		assert(range->first > before && range->first - before >= 2 &&
		       range->last >= range->first);
		to = put_varint(to, range->first - before - 2);
		to = put_varint(to, range->last - range->first);
		size = (size_t)(to - piece);
		if (size > room - (size_t)(end - out))
			break;
		memcpy(end, piece, size);
		end += size;
		++*count;
		before = range->last;
	}
	return (size_t)(end - out);
}

int wire_get_ack(const uint8_t *bytes, size_t size, struct wire_ack *out)
{
	struct reader r = {bytes, bytes + size, false};
	uint64_t before;

	out->spool_id = get_fixed(&r, 8);
	out->answers = get_fixed(&r, 8);
	out->cumulative = get_fixed(&r, 8);
	out->count = get_byte(&r);
	if (out->count > WIRE_RANGES_MAX)
		return -EBADMSG;
	before = out->cumulative;
	for (size_t i = 0; i < out->count; i++) {
		struct wire_range *range = &out->ranges[i];

		range->first = add_u64(&r, add_u64(&r, before, 2), get_varint(&r));
		range->last = add_u64(&r, range->first, get_varint(&r));
		before = range->last;
	}
	return r.bad || r.at != r.end ? -EBADMSG : 0;
}
