/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a GeoJSON map of roads, areas or depots; the first byte chooses, and with which options.
 * The other formats are fuzz_import_formats'.
 */
#include <stdint.h>

#include "tests/fuzz/import_map.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	import_file(scratch_file("map.geojson", data + 1, size - 1), data[0]);
	return 0;
}
