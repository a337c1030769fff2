/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a CSV track, in pieces of a length that the first byte chooses: only fixes with a
 * position on Earth and a time come out.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/csvtrack.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void take(const struct fix *fix, void *user)
{
	uint64_t *fixes = user;

	assert(fix_is_plausible(fix));
	assert(fix->blade >= -1 && fix->blade <= 1);
	assert(work_is_known(fix->work));
	assert(fix->course_cdeg == FIX_ABSENT ||
	       (fix->course_cdeg >= 0 && fix->course_cdeg < 36000));
	(*fixes)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct csvtrack csv;
	const char *text = (const char *)bytes + 1;
	uint64_t fixes = 0;
	size_t piece;
	int error = 0;

	if (size < 1)
		return 0;
	piece = 1 + bytes[0];
	size--;
	csvtrack_init(&csv, take, &fixes);
	for (size_t at = 0; at < size && error == 0; at += piece)
		error = csvtrack_feed(&csv, text + at, size - at < piece ? size - at : piece,
				      false);
	if (error == 0)
		error = csvtrack_feed(&csv, "", 0, true);
	assert((error != 0) == (csv.why[0] != '\0'));
	assert(memchr(csv.unknown, '\0', sizeof(csv.unknown)));
	assert(fixes <= csv.line);
	return 0;
}
