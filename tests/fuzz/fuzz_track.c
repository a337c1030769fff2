/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a track file whose format its own bytes must tell: what is read is a list of fixes
 * with a place and a time, or there is a sentence why not.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/trackfile.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[256] = "";
	struct track track;
	int error = track_read(scratch_file("track", data, size), &track, why, sizeof(why));

	assert((error != 0) == (why[0] != '\0'));
	for (size_t i = 0; i < track.count; i++)
		assert(fix_is_plausible(&track.fixes[i]));
	assert(error == 0 || track.count == 0);
	assert(memchr(track.unknown_columns, '\0', sizeof(track.unknown_columns)));
	track_free(&track);
	return 0;
}
