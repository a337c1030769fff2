/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct fix a_fix(void)
{
	return (struct fix){
		.time_ms = 1800041405000,
		.lon_e7 = 1404058000,
		.lat_e7 = 386006000,
		.alt_dm = 924,
		.speed_cmps = 417,
		.course_cdeg = 27140,
		.hdop_c = 80,
		.satellites = 14,
		.quality = 2,
		.flags = FIX_VALID,
		.blade = 1,
		.work = 'N',
		.work_source = WORK_FROM_BUTTON,
	};
}

static struct wire_fixes *a_message(size_t count)
{
	static struct wire_fixes message;

	message = (struct wire_fixes){.spool_id = 0x0123456789abcdef,
				      .oldest_seq = 10,
				      .newest_seq = 1000000,
				      .sent_ms = 1800041406789,
				      .count = count};
	for (size_t i = 0; i < count; i++) {
		message.fixes[i].seq = 10 + i;
		message.fixes[i].fix = a_fix();
		message.fixes[i].fix.time_ms += 1000 * (int64_t)i;
	}
	return &message;
}

static bool is_same(const struct wire_fixes *a, const struct wire_fixes *b, size_t count)
{
	if (a->spool_id != b->spool_id || a->oldest_seq != b->oldest_seq ||
	    a->newest_seq != b->newest_seq || a->sent_ms != b->sent_ms || b->count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (a->fixes[i].seq != b->fixes[i].seq ||
		    fix_compare(&a->fixes[i].fix, &b->fixes[i].fix) != 0)
			return false;
	return true;
}

/* Encodes into SEAL_PLAIN_MAX bytes, decodes, compares; returns the bytes taken. */
static size_t through(const struct wire_fixes *message, size_t *out_taken)
{
	static struct wire_fixes back;
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t size = wire_put_fixes(message, bytes, sizeof(bytes), out_taken);

	cr_assert_eq(wire_get_fixes(bytes, size, &back), 0);
	cr_assert(is_same(message, &back, *out_taken));
	return size;
}

Test(wire, carries_every_field_of_a_fix)
{
	struct wire_fixes *message = a_message(1);
	size_t taken;

	through(message, &taken);
	cr_assert_eq(taken, 1);
}

Test(wire, carries_extremes_and_absent_values)
{
	struct wire_fixes *message = a_message(6);
	struct fix *f[6];
	size_t taken;

	for (int i = 0; i < 6; i++)
		f[i] = &message->fixes[i].fix;
	*f[1] = fix_none();
	f[1]->time_ms = 315964800000;
	f[1]->lon_e7 = -1800000000;
	f[1]->lat_e7 = -900000000;
	f[2]->time_ms = 253402300799999;
	f[2]->lon_e7 = 1800000000;
	f[2]->lat_e7 = 900000000;
	f[2]->alt_dm = INT32_MAX;
	f[3]->alt_dm = INT32_MIN + 1;
	f[3]->speed_cmps = f[3]->hdop_c = f[3]->satellites = INT32_MAX;
	f[3]->course_cdeg = 35999;
	f[4]->flags = FIX_VALID | FIX_DEAD_RECKONING | FIX_TIME_REPAIRED | FIX_JUMP;
	f[4]->alt_dm = 0;
	f[4]->quality = 0;
	f[4]->blade = 0;
	f[4]->work = 'U';
	f[4]->work_source = WORK_SOURCE_NONE;
	f[5]->alt_dm = f[5]->speed_cmps = f[5]->quality = FIX_ABSENT;
	f[5]->work_source = WORK_FROM_UNIT;
	message->fixes[3].seq = 500;
	message->fixes[4].seq = 501;
	message->fixes[5].seq = 1000000;
	through(message, &taken);
	cr_assert_eq(taken, 6);
}

Test(wire, carries_random_fixes_unchanged)
{
	uint64_t random = 7;

	for (int round = 0; round < 2000; round++) {
		struct wire_fixes *message = a_message(40);
		size_t taken;

		for (size_t i = 0; i < message->count; i++) {
			struct fix *fix = &message->fixes[i].fix;
			int32_t *fields[] = {&fix->alt_dm, &fix->speed_cmps, &fix->course_cdeg,
					     &fix->hdop_c, &fix->satellites, &fix->lon_e7,
					     &fix->lat_e7};
			unsigned which;

			random = random * 6364136223846793005u + 1442695040888963407u;
			which = (random >> 60) % 9;
			if (which < 7)
				*fields[which] = (int32_t)((random >> 20) % 36000);
			if (which < 5 && (random >> 50) % 4 == 0)
				*fields[which] = FIX_ABSENT;
			if (which == 7)
				fix->time_ms -= (int64_t)(random >> 30);
			if (which == 8)
				message->fixes[i].seq += 1;
			if (i > 0 && message->fixes[i].seq <= message->fixes[i - 1].seq)
				message->fixes[i].seq = message->fixes[i - 1].seq + 1;
		}
		through(message, &taken);
		cr_assert_eq(taken, 40);
	}
}

Test(wire, takes_as_many_fixes_as_fit_and_never_more)
{
	static struct wire_fixes back;
	struct wire_fixes *message = a_message(WIRE_FIXES_MAX);

	for (size_t i = 0; i < message->count; i++)
		message->fixes[i].fix.lon_e7 += (int32_t)(i * i * 50);
	for (size_t i = 100; i < message->count; i++)
		message->fixes[i].seq += i;
	for (size_t room = 0; room <= SEAL_PLAIN_MAX; room++) {
		uint8_t bytes[SEAL_PLAIN_MAX];
		size_t taken, size = wire_put_fixes(message, bytes, room, &taken);

		cr_assert_leq(size, room);
		cr_assert_eq(size == 0, taken == 0);
		if (size == 0)
			continue;
		cr_assert_eq(wire_get_fixes(bytes, size, &back), 0, "room %zu", room);
		cr_assert(is_same(message, &back, taken));
	}
}

Test(wire, holds_255_fixes_of_a_vehicle_that_stands)
{
	struct wire_fixes *message = a_message(WIRE_FIXES_MAX);
	size_t taken;

	cr_assert_leq(through(message, &taken), 820);
	cr_assert_eq(taken, WIRE_FIXES_MAX);
}

Test(wire, refuses_every_message_cut_short_or_with_a_byte_too_many)
{
	static struct wire_fixes back;
	struct wire_fixes *message = a_message(3);
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t taken, size;

	message->fixes[2].seq = 100;
	size = wire_put_fixes(message, bytes, sizeof(bytes), &taken);
	for (size_t n = 0; n < size; n++) {
		/* What is left after the first run is a whole message of two fixes. */
		int result = wire_get_fixes(bytes, n, &back);

		cr_assert(result == -EBADMSG || back.count == 2, "%zu bytes", n);
	}
	bytes[size] = 0;
	cr_assert_eq(wire_get_fixes(bytes, size + 1, &back), -EBADMSG);
}

/* Whatever is accepted is exactly what this side would have written. */
Test(wire, accepts_only_the_one_encoding)
{
	static struct wire_fixes back;
	uint8_t original[SEAL_PLAIN_MAX], bytes[SEAL_PLAIN_MAX], again[SEAL_PLAIN_MAX];
	struct wire_fixes *message = a_message(4);
	size_t taken, size, accepted = 0;

	message->fixes[2].fix.alt_dm = FIX_ABSENT;
	message->fixes[3].seq = 90;
	size = wire_put_fixes(message, original, sizeof(original), &taken);
	for (size_t at = 0; at < size; at++) {
		for (unsigned value = 0; value < 256; value++) {
			memcpy(bytes, original, size);
			bytes[at] = (uint8_t)value;
			if (wire_get_fixes(bytes, size, &back) != 0)
				continue;
			accepted++;
			cr_assert_eq(wire_put_fixes(&back, again, sizeof(again), &taken), size);
			cr_assert_arr_eq(again, bytes, size, "byte %zu is %u", at, value);
		}
	}
	cr_assert_gt(accepted, size);
}

Test(wire, says_which_fixes_it_can_carry)
{
	struct fix fix = a_fix();

	cr_assert(wire_fix_is_sendable(&fix));
	fix.time_ms = FIX_TIME_UNKNOWN;
	cr_assert_not(wire_fix_is_sendable(&fix));
	fix = a_fix();
	fix.course_cdeg = 36000;
	cr_assert_not(wire_fix_is_sendable(&fix));
	fix = a_fix();
	fix.quality = 9;
	cr_assert_not(wire_fix_is_sendable(&fix));
	fix = a_fix();
	fix.work = 'Z';
	cr_assert_not(wire_fix_is_sendable(&fix));
	fix = a_fix();
	fix.work_source = WORK_ASSUMED;
	cr_assert_not(wire_fix_is_sendable(&fix));
	fix = a_fix();
	fix.blade = 2;
	cr_assert_not(wire_fix_is_sendable(&fix));
}

/* The first is good; each of the others is the same made wrong in one way. */
Test(wire, refuses_messages_that_make_no_sense)
{
	static const struct {
		const char *what;
		size_t size;
		uint8_t bytes[40];
	} rows[] = {
		{"a good one", 27, {0, 0, 0, 0, 0,    0,    0,    1,    0,    0,    0,    0, 0, 1,
				    1, 0, 0, 1, 0x80, 0xb0, 0xa2, 0xd9, 0xfa, 0xbd, 0x12, 0, 0}},
		{"oldest 0", 27, {0, 0, 0, 0, 0,    0,    0,    1,    0,    0,    0,    0, 0, 1,
				  0, 1, 1, 1, 0x80, 0xb0, 0xa2, 0xd9, 0xfa, 0xbd, 0x12, 0, 0}},
		{"a seq above the newest", 27, {0,    0,    0,    0,    0,    0,    0,    1, 0,
						0,    0,    0,    0,    1,    1,    0,    1, 1,
						0x80, 0xb0, 0xa2, 0xd9, 0xfa, 0xbd, 0x12, 0, 0}},
		{"no fixes", 16, {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0}},
		{"a run of none", 18, {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0}},
		{"an overlong number", 28, {0,    0,    0,    0,    0,    0,    0, 1, 0, 0,
					    0,    0,    0,    1,    0x81, 0,    0, 0, 1, 0x80,
					    0xb0, 0xa2, 0xd9, 0xfa, 0xbd, 0x12, 0, 0}},
		{"sent after the year 9999", 27, {0,    0,    0,    0,    0,    0,    0,    1, 0xff,
						  0xff, 0,    0,    0,    1,    1,    0,    0, 1,
						  0x80, 0xb0, 0xa2, 0xd9, 0xfa, 0xbd, 0x12, 0, 0}},
		{"a fix before GPS", 26, {0, 0, 0, 0, 0, 0,    0,    1,    0,    0,    0,    0, 0,
					  1, 1, 0, 0, 1, 0x80, 0xb0, 0xa2, 0xd9, 0xfa, 0x3d, 0, 0}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct wire_fixes back;

		cr_assert_eq(wire_get_fixes(rows[i].bytes, rows[i].size, &back),
			     i == 0 ? 0 : -EBADMSG, "%s", rows[i].what);
	}
}

Test(wire_ack, comes_back_as_it_was)
{
	struct wire_ack ack = {.spool_id = 9,
			       .answers = 1ULL << 51,
			       .cumulative = 41,
			       .count = 3,
			       .ranges = {{43, 43}, {45, 100}, {1000000, UINT64_MAX}}};
	struct wire_ack back;
	uint8_t bytes[100];
	size_t size = wire_put_ack(&ack, bytes, sizeof(bytes));

	cr_assert_eq(wire_get_ack(bytes, size, &back), 0);
	cr_assert_eq(back.spool_id, 9);
	cr_assert_eq(back.answers, 1ULL << 51);
	cr_assert_eq(back.cumulative, 41);
	cr_assert_eq(back.count, 3);
	cr_assert_arr_eq(back.ranges, ack.ranges, 3 * sizeof(ack.ranges[0]));
	for (size_t n = 0; n < size; n++)
		cr_assert_eq(wire_get_ack(bytes, n, &back), -EBADMSG);
	bytes[size] = 0;
	cr_assert_eq(wire_get_ack(bytes, size + 1, &back), -EBADMSG);
}

Test(wire_ack, never_outgrows_its_room)
{
	struct wire_ack ack = {.spool_id = 9, .cumulative = 1, .count = WIRE_RANGES_MAX}, back;

	for (size_t i = 0; i < ack.count; i++)
		ack.ranges[i] = (struct wire_range){1000 * (i + 1), 1000 * (i + 1) + 5 * i};
	for (size_t room = 25; room < 500; room++) {
		uint8_t bytes[500];
		size_t size = wire_put_ack(&ack, bytes, room);

		cr_assert_leq(size, room);
		cr_assert_eq(wire_get_ack(bytes, size, &back), 0);
		cr_assert_arr_eq(back.ranges, ack.ranges, back.count * sizeof(ack.ranges[0]));
	}
}

Test(wire_ack, refuses_ranges_that_run_past_the_last_number)
{
	struct wire_ack back;
	uint8_t bytes[] = {0, 0, 0,    0,    0,    0,    0,    9,    0,    0,    0, 0, 0, 0,
			   0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd, 1, 0, 0};

	cr_assert_eq(wire_get_ack(bytes, sizeof(bytes), &back), 0);
	bytes[26] = 1;
	cr_assert_eq(wire_get_ack(bytes, sizeof(bytes), &back), -EBADMSG);
	bytes[26] = 0;
	bytes[24] = WIRE_RANGES_MAX + 1;
	cr_assert_eq(wire_get_ack(bytes, sizeof(bytes), &back), -EBADMSG);
}

/* The test vectors of docs/PROTOCOL.md, which tests/python/michiake_client.py reproduces. */
static const uint8_t vector_fixes[] = {
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0xa3, 0x1a, 0xd4, 0x2b, 0xdc,
	0x29, 0x05, 0x00, 0x02, 0xff, 0xc0, 0xd9, 0xa0, 0xad, 0xe3, 0x68, 0xa0, 0xe6, 0x81,
	0xbb, 0x0a, 0xe0, 0xef, 0x8f, 0xf0, 0x02, 0xb9, 0x0e, 0xc3, 0x06, 0x89, 0xa8, 0x03,
	0xa1, 0x01, 0x1d, 0x21, 0x4e, 0x21, 0x02, 0xbb, 0x07, 0x12, 0x07, 0x01, 0x01, 0xe5,
	0x94, 0x23, 0xe3, 0x17, 0x2c, 0x00, 0x00, 0x63, 0x55, 0x05,
};
static const uint8_t vector_fixes_datagram[] = {
	0x4d, 0x69, 0x01, 0x01, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x00, 0x06, 0x8c,
	0x6b, 0x50, 0xf5, 0xc0, 0x01, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9,
	0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x37, 0x7e, 0x7f, 0x17, 0x3d, 0x6f, 0x7a, 0xbb, 0x60,
	0x2d, 0x7a, 0x3b, 0xb0, 0x1c, 0x1a, 0x4f, 0xde, 0xf5, 0xfb, 0x68, 0xe4, 0x5f, 0xf6, 0x81,
	0x48, 0x42, 0xdc, 0x7c, 0xf9, 0x9e, 0x28, 0x5e, 0xfc, 0xd7, 0xd0, 0x1b, 0x10, 0xe5, 0x57,
	0xa9, 0x97, 0xbf, 0x9b, 0x67, 0xa3, 0x57, 0xd0, 0xca, 0x4c, 0x9c, 0xfd, 0x97, 0x47, 0x83,
	0xf4, 0x39, 0x73, 0xdd, 0x90, 0xaf, 0x62, 0x70, 0xba, 0x2c, 0x30, 0x99, 0x21, 0x94, 0x6f,
	0x2c, 0xe2, 0xb1, 0x32, 0x8e, 0xac, 0x3e, 0x3d, 0xfa, 0xbd, 0x9a, 0x0f, 0x9f,
};
static const uint8_t vector_ack[] = {
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x00, 0x06, 0x8c, 0x6b, 0x50, 0xf5, 0xc0,
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x2a, 0x02, 0x01, 0x00, 0x00, 0xfd, 0x01,
};
static const uint8_t vector_ack_datagram[] = {
	0x4d, 0x69, 0x01, 0x02, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
	0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x6f, 0x7c, 0x5d, 0x88, 0xb5, 0x4f,
	0xac, 0xbe, 0x26, 0x1f, 0x55, 0x4e, 0xcc, 0x8e, 0x97, 0x17, 0xb3, 0xa8, 0x89, 0x38,
	0x30, 0xe7, 0x62, 0x85, 0x07, 0xaf, 0xc5, 0x01, 0xb4, 0xf8, 0xa0, 0x73, 0xef, 0x33,
	0x4c, 0xc7, 0xd9, 0xf4, 0xa2, 0x71, 0x8a, 0x56, 0x5a, 0x84, 0x71, 0x32,
};
#define VECTOR_NUMBER UINT64_C(1843242407936001)

static struct seal_key vector_key(void)
{
	struct seal_key key;

	for (size_t i = 0; i < sizeof(key.id); i++)
		key.id[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof(key.secret); i++)
		key.secret[i] = (uint8_t)(0x20 + i);
	return key;
}

static struct wire_fixes *vector_message(void)
{
	struct wire_fixes *message = a_message(3);
	struct fix *fix[] = {&message->fixes[0].fix, &message->fixes[1].fix,
			     &message->fixes[2].fix};

	message->sent_ms = 1800041409500;
	message->oldest_seq = 41;
	message->newest_seq = 46;
	message->fixes[0].seq = 41;
	message->fixes[1].seq = 42;
	message->fixes[2].seq = 45;
	fix[1]->lon_e7 = 1404057522;
	fix[1]->lat_e7 = 386006009;
	fix[1]->speed_cmps = 420;
	*fix[2] = *fix[1];
	fix[2]->time_ms = 1800041409250;
	fix[2]->lon_e7 = 1404056000;
	fix[2]->lat_e7 = 386006031;
	fix[2]->alt_dm = fix[2]->course_cdeg = FIX_ABSENT;
	fix[2]->quality = 6;
	fix[2]->flags = FIX_VALID | FIX_DEAD_RECKONING;
	fix[2]->blade = -1;
	fix[2]->work = 'U';
	fix[2]->work_source = WORK_SOURCE_NONE;
	return message;
}

/* Seals under the vectors' key, number and random bytes, and compares. */
static void is_sealed_as(enum seal_type type, uint64_t number, const uint8_t *plain, size_t size,
			 const uint8_t *expected)
{
	struct seal_key key = vector_key();
	uint8_t nonce[SEAL_NONCE_BYTES], datagram[SEAL_DATAGRAM_MAX];

	cr_assert_eq(seal_init(), 0);
	for (int i = 0; i < 8; i++)
		nonce[i] = (uint8_t)(number >> (56 - 8 * i));
	for (int i = 8; i < SEAL_NONCE_BYTES; i++)
		nonce[i] = (uint8_t)(0xe8 + i);
	cr_assert_eq(seal_close_with(&key, type, nonce, plain, size, datagram),
		     size + SEAL_OVERHEAD);
	cr_assert_arr_eq(datagram, expected, size + SEAL_OVERHEAD);
}

Test(wire_vectors, fixes_are_the_bytes_of_the_document)
{
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t taken, size = wire_put_fixes(vector_message(), bytes, sizeof(bytes), &taken);

	cr_assert_eq(taken, 3);
	cr_assert_eq(size, sizeof(vector_fixes));
	cr_assert_arr_eq(bytes, vector_fixes, size);
	is_sealed_as(SEAL_FIXES, VECTOR_NUMBER, vector_fixes, size, vector_fixes_datagram);
}

Test(wire_vectors, an_acknowledgement_is_the_bytes_of_the_document)
{
	struct wire_ack ack = {.spool_id = 0x0123456789abcdef,
			       .answers = VECTOR_NUMBER,
			       .cumulative = 42,
			       .count = 2,
			       .ranges = {{45, 45}, {47, 300}}};
	uint8_t bytes[SEAL_PLAIN_MAX];
	size_t size = wire_put_ack(&ack, bytes, sizeof(bytes));

	cr_assert_eq(size, sizeof(vector_ack));
	cr_assert_arr_eq(bytes, vector_ack, size);
	is_sealed_as(SEAL_ACK, 7, vector_ack, size, vector_ack_datagram);
}

Test(wire_vectors, the_key_is_the_text_of_the_document)
{
	struct seal_key key = vector_key();
	char text[SEAL_KEY_TEXT_BYTES];

	seal_key_format(&key, text);
	cr_assert_str_eq(text, "mk1.AAECAwQFBgcgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pw");
}
