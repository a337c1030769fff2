/* SPDX-License-Identifier: Apache-2.0 */
#include "common/httpd/gzip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "common/alloc.h"

#define GZIP_WINDOW_BITS (15 + 16) /* zlib's way of asking for gzip's header and trailer */

void gzip_pack(const void *bytes, size_t size, int level, void **out, size_t *out_size)
{
	z_stream stream;
	uLong room;

	memset(&stream, 0, sizeof(stream));
	if (deflateInit2(&stream, level, Z_DEFLATED, GZIP_WINDOW_BITS, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		abort();
	room = deflateBound(&stream, (uLong)size);
	*out = x_malloc(room);
	stream.next_in = bytes;
	stream.avail_in = (uInt)size;
	stream.next_out = *out;
	stream.avail_out = (uInt)room;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	*out_size = stream.total_out;
	deflateEnd(&stream);
}

int gzip_unpack(const void *packed, size_t size, size_t most, void **out, size_t *out_size)
{
	z_stream stream;
	size_t room = size * 4 < most ? size * 4 + 64 : most;
	unsigned char *block = x_malloc(room);
	int verdict = Z_OK;

	memset(&stream, 0, sizeof(stream));
	if (inflateInit2(&stream, GZIP_WINDOW_BITS) != Z_OK)
		abort();
	stream.next_in = packed;
	stream.avail_in = (uInt)size;
	for (;;) {
		stream.next_out = block + stream.total_out;
		stream.avail_out = (uInt)(room - stream.total_out);
		verdict = inflate(&stream, Z_NO_FLUSH);
		if (verdict != Z_OK || stream.avail_out > 0 || room >= most)
			break;
		room = room * 2 < most ? room * 2 : most;
		block = x_realloc(block, room, 1);
	}
	*out = block;
	*out_size = stream.total_out;
	inflateEnd(&stream);
	if (verdict == Z_STREAM_END)
		return 0;
	free(block);
	*out = NULL;
	return -EBADMSG;
}
