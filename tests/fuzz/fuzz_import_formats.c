/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a map in the formats that are not GeoJSON.  The first byte chooses the options (see
 * import_map.h), the second the format; of OpenStreetMap's PBF there is also one whose frames are
 * whole, so that what is tried are the roads within.
 */
#include <stdint.h>
#include <string.h>

#include "tests/fuzz/import_map.h"
#include "tests/fuzz/scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { XML, XML_GZIP, PBF, PBF_BLOCK, SHAPEFILE, GEOPACKAGE, FORMATS };

#define MAX_BLOCK 32000

/* A number of protocol buffers in three bytes, as long as it is below 2^21. */
static uint8_t *put_number(uint8_t *to, size_t number)
{
	*to++ = (uint8_t)(0x80 | (number & 0x7f));
	*to++ = (uint8_t)(0x80 | (number >> 7 & 0x7f));
	*to++ = (uint8_t)(number >> 14);
	return to;
}

/* The header of the file, then the bytes as its one block of data, not compressed. */
static const char *pbf_of_block(const uint8_t *bytes, size_t size)
{
	static const uint8_t header[] = "\0\0\0\x0d\x0a\x09OSMHeader\x18\x1e\x0a\x1c"
					"\x22\x0eOsmSchema-V0.6\x22\x0a"
					"DenseNodes";
	static const uint8_t frame[] = "\0\0\0\x0d\x0a\x07OSMData\x18";
	uint8_t file[sizeof(header) + sizeof(frame) + 8 + MAX_BLOCK], *to = file;

	size = size < MAX_BLOCK ? size : MAX_BLOCK;
	to = memcpy(to, header, sizeof(header) - 1);
	to += sizeof(header) - 1;
	memcpy(to, frame, sizeof(frame) - 1);
	to = put_number(to + sizeof(frame) - 1, size + 4);
	*to++ = 0x0a;
	to = put_number(to, size);
	memcpy(to, bytes, size);
	return scratch_file("block.osm.pbf", file, (size_t)(to - file) + size);
}

/* Five files in one: the first eight bytes are the lengths of .shx, .dbf, .cpg and .prj, .shp is the rest. */
static const char *shapefile(const uint8_t *bytes, size_t size)
{
	static const char *const names[] = {"map.shx", "map.dbf", "map.cpg", "map.prj", "map.shp"};
	size_t at = 8;
	const char *path = NULL;

	if (size < at)
		return NULL;
	for (size_t i = 0; i < 5; i++) {
		size_t length = i < 4 ? (size_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]) : size;

		length = length < size - at ? length : size - at;
		path = scratch_file(names[i], bytes + at, length);
		at += length;
	}
	return path;
}

static const char *map_of(unsigned format, const uint8_t *bytes, size_t size)
{
	switch (format) {
	case XML:
		return scratch_file("map.osm", bytes, size);
	case XML_GZIP:
		return scratch_file("map.osm.gz", bytes, size);
	case PBF:
		return scratch_file("map.osm.pbf", bytes, size);
	case PBF_BLOCK:
		return pbf_of_block(bytes, size);
	case SHAPEFILE:
		return shapefile(bytes, size);
	default:
		return scratch_file("map.gpkg", bytes, size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *file = size < 3 ? NULL : map_of(data[1] % FORMATS, data + 2, size - 2);

	if (file)
		import_file(file, data[0]);
	return 0;
}
