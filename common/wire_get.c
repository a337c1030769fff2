/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire_internal.h"

#include <errno.h>

static int64_t unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
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
	value = coded == 0 ? FIX_ABSENT : wire_present(before) + unzigzag(coded - 1);
	if (value == before || (coded != 0 && value <= FIX_ABSENT) || value > INT32_MAX)
		r->bad = true;
	return r->bad ? 0 : (int32_t)value;
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
	if (!wire_fix_is_sendable(fix) || wire_mask_of(before, fix) != mask)
		r->bad = true;
}

static void get_run(struct reader *r, struct wire_fixes *out)
{
	const struct wire_fix *last = out->count > 0 ? &out->fixes[out->count - 1] : NULL;
	struct fix before = last != NULL ? last->fix : wire_fix_origin();
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
