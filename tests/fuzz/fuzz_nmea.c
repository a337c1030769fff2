/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes into the NMEA decoder, whole and in pieces: the same fixes and counts come out, every
 * fix is on Earth, and every sentence is counted once.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/nmea.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What came out, folded into numbers that differ when anything differs. */
struct outcome {
	uint64_t fixes;
	uint64_t digest;
};

static void take(const struct fix *fix, void *user)
{
	struct outcome *outcome = user;
	uint8_t bytes[FIX_CANONICAL_BYTES];

	assert(fix->lon_e7 >= -1800000000 && fix->lon_e7 <= 1800000000);
	assert(fix->lat_e7 >= -900000000 && fix->lat_e7 <= 900000000);
	assert(fix->course_cdeg == FIX_ABSENT ||
	       (fix->course_cdeg >= 0 && fix->course_cdeg < 36000));
	assert(fix->speed_cmps == FIX_ABSENT || fix->speed_cmps >= 0);
	assert(fix->quality == FIX_ABSENT || (fix->quality >= 0 && fix->quality <= 8));
	assert(!(fix->flags & FIX_VALID) ||
	       (fix->quality != 0 && fix->quality != 7 && fix->quality != 8));
	fix_canonical(fix, bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		outcome->digest = (outcome->digest ^ bytes[i]) * UINT64_C(1099511628211);
	outcome->fixes++;
}

static struct nmea_counts run(const uint8_t *bytes, size_t size, unsigned options, size_t piece,
			      struct outcome *out)
{
	struct nmea nmea;

	*out = (struct outcome){.fixes = 0};
	nmea_init(&nmea, options, take, out);
	for (size_t at = 0; at < size; at += piece)
		nmea_feed(&nmea, bytes + at, size - at < piece ? size - at : piece);
	nmea_end_line(&nmea);
	nmea_flush(&nmea);
	assert(nmea.counts.sentences == nmea.counts.used + nmea.counts.voids +
						nmea.counts.bad_checksum + nmea.counts.no_checksum +
						nmea.counts.unknown + nmea.counts.malformed);
	return nmea.counts;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct outcome whole, pieces;
	struct nmea_counts whole_counts, pieces_counts;
	unsigned options;
	size_t piece;

	if (size < 1)
		return 0;
	options = bytes[0] & 1 ? NMEA_ALLOW_NO_CHECKSUM : 0;
	piece = 1 + bytes[0] / 2;
	whole_counts = run(bytes + 1, size - 1, options, size, &whole);
	pieces_counts = run(bytes + 1, size - 1, options, piece, &pieces);
	assert(memcmp(&whole_counts, &pieces_counts, sizeof(whole_counts)) == 0);
	assert(whole.fixes == pieces.fixes && whole.digest == pieces.digest);
	return 0;
}
