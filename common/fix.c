/* SPDX-License-Identifier: Apache-2.0 */
#include "common/fix.h"

#include <string.h>

struct fix fix_none(void)
{
	return (struct fix){
		.time_ms = FIX_TIME_UNKNOWN,
		.alt_dm = FIX_ABSENT,
		.speed_cmps = FIX_ABSENT,
		.course_cdeg = FIX_ABSENT,
		.hdop_c = FIX_ABSENT,
		.satellites = FIX_ABSENT,
		.quality = FIX_ABSENT,
		.blade = -1,
		.work = 'U',
		.work_source = WORK_SOURCE_NONE,
	};
}

bool fix_is_plausible(const struct fix *fix)
{
	/* 1980-01-06, the GPS epoch, to the last year four digits can write. */
	return fix->time_ms >= 315964800000 && fix->time_ms < 253402300800000 &&
	       fix->lon_e7 >= -1800000000 && fix->lon_e7 <= 1800000000 &&
	       fix->lat_e7 >= -900000000 && fix->lat_e7 <= 900000000;
}

int trust_rank(enum fix_trust trust)
{
	static const int ranks[] = {
		[TRUST_PLAIN] = 0, [TRUST_LISTED] = 1, [TRUST_TOKEN] = 2, [TRUST_FILE] = 3, [TRUST_SEALED] = 4,
	};

	return ranks[trust];
}

bool work_is_clearing(char code)
{
	return code != '\0' && strchr("NLWTSPFA", code) != NULL;
}

bool work_is_known(char code)
{
	return code != '\0' && strchr("NLWTSPFAMBRGXOU", code) != NULL;
}

static uint8_t *put_u32(uint8_t *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*out++ = (uint8_t)(value >> shift);
	return out;
}

static uint8_t *put_i32(uint8_t *out, int32_t value)
{
	return put_u32(out, (uint32_t)value ^ UINT32_C(0x80000000));
}

void fix_canonical(const struct fix *fix, uint8_t out[FIX_CANONICAL_BYTES])
{
	uint64_t time = (uint64_t)fix->time_ms ^ (UINT64_C(1) << 63);

	out = put_u32(out, (uint32_t)(time >> 32));
	out = put_u32(out, (uint32_t)time);
	out = put_i32(out, fix->lon_e7);
	out = put_i32(out, fix->lat_e7);
	out = put_i32(out, fix->alt_dm);
	out = put_i32(out, fix->speed_cmps);
	out = put_i32(out, fix->course_cdeg);
	out = put_i32(out, fix->hdop_c);
	out = put_i32(out, fix->satellites);
	out = put_i32(out, fix->quality);
	*out++ = fix->flags;
	*out++ = (uint8_t)((uint8_t)fix->blade ^ 0x80U);
	*out++ = (uint8_t)fix->work;
	*out++ = fix->work_source;
}

static const uint8_t *get_u32(const uint8_t *in, uint32_t *out)
{
	*out = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
	return in + 4;
}

static const uint8_t *get_i32(const uint8_t *in, int32_t *out)
{
	uint32_t value;

	in = get_u32(in, &value);
	*out = (int32_t)(value ^ UINT32_C(0x80000000));
	return in;
}

struct fix fix_from_canonical(const uint8_t bytes[FIX_CANONICAL_BYTES])
{
	struct fix fix;
	uint32_t high, low;

	bytes = get_u32(get_u32(bytes, &high), &low);
	fix.time_ms = (int64_t)(((uint64_t)high << 32 | low) ^ (UINT64_C(1) << 63));
	bytes = get_i32(get_i32(get_i32(bytes, &fix.lon_e7), &fix.lat_e7), &fix.alt_dm);
	bytes = get_i32(get_i32(get_i32(bytes, &fix.speed_cmps), &fix.course_cdeg), &fix.hdop_c);
	bytes = get_i32(get_i32(bytes, &fix.satellites), &fix.quality);
	fix.flags = *bytes++;
	fix.blade = (int8_t)(*bytes++ ^ 0x80U);
	fix.work = (char)*bytes++;
	fix.work_source = *bytes;
	return fix;
}

int fix_compare(const struct fix *a, const struct fix *b)
{
	uint8_t left[FIX_CANONICAL_BYTES], right[FIX_CANONICAL_BYTES];

	fix_canonical(a, left);
	fix_canonical(b, right);
	return memcmp(left, right, sizeof(left));
}
