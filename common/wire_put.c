/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire_internal.h"

#include <assert.h>
#include <string.h>

static uint64_t zigzag(int64_t value)
{
	return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
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

/* 0 says absent, 1 + zigzag the difference to the value before, which counts as 0 when absent. */
static uint8_t *put_optional(uint8_t *out, bool has, int32_t before, int32_t value)
{
	if (!has)
		return out;
	if (value == FIX_ABSENT)
		return put_varint(out, 0);
	return put_varint(out, 1 + zigzag((int64_t)value - wire_present(before)));
}

static uint8_t *put_fix(uint8_t *out, const struct fix *before, const struct fix *fix)
{
	unsigned mask = wire_mask_of(before, fix);

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
		*out++ = wire_quality_byte(fix);
	if (mask & HAS_WORK) {
		*out++ = (uint8_t)fix->work;
		*out++ = wire_work_byte(fix);
	}
	return out;
}

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
	struct fix before = wire_fix_origin();
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
