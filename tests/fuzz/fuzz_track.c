/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a CSV or a GPX track (the first byte chooses, and how long the pieces are): only
 * fixes with a position on Earth and a time come out.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/csvtrack.h"
#include "common/gpx.h"

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

static void read_csv(const char *text, size_t size, size_t piece)
{
	static struct csvtrack csv;
	uint64_t fixes = 0;
	int error = 0;

	csvtrack_init(&csv, take, &fixes);
	for (size_t at = 0; at < size && error == 0; at += piece)
		error = csvtrack_feed(&csv, text + at, size - at < piece ? size - at : piece,
				      false);
	if (error == 0)
		error = csvtrack_feed(&csv, "", 0, true);
	assert((error != 0) == (csv.why[0] != '\0'));
	assert(memchr(csv.unknown, '\0', sizeof(csv.unknown)));
}

static void read_gpx(const char *text, size_t size, size_t piece)
{
	uint64_t fixes = 0;
	struct gpx *gpx = gpx_new(take, &fixes);
	int error = 0;

	for (size_t at = 0; at < size && error == 0; at += piece)
		error = gpx_feed(gpx, text + at, size - at < piece ? size - at : piece, false);
	if (error == 0)
		error = gpx_feed(gpx, "", 0, true);
	assert((error != 0) == (gpx_why(gpx)[0] != '\0'));
	gpx_free(gpx);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size < 1)
		return 0;
	(bytes[0] & 1 ? read_csv : read_gpx)((const char *)bytes + 1, size - 1, 1 + bytes[0] / 2);
	return 0;
}
