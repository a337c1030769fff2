/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/httpd/gzip.h"

Test(gzip, gives_back_what_it_packed)
{
	static const size_t sizes[] = {0, 1, 1000, 300000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *bytes = malloc(sizes[i] + 1);
		void *packed, *unpacked;
		size_t packed_size, size;

		for (size_t k = 0; k < sizes[i]; k++)
			bytes[k] = (unsigned char)(k * k >> 3);
		gzip_pack(bytes, sizes[i], 1, &packed, &packed_size);
		cr_assert_eq(gzip_unpack(packed, packed_size, 1 << 20, &unpacked, &size), 0);
		cr_assert_eq(size, sizes[i]);
		cr_assert_eq(memcmp(unpacked, bytes, size), 0);
		free(bytes);
		free(packed);
		free(unpacked);
	}
}

Test(gzip, refuses_a_bomb_and_what_is_cut_short)
{
	void *zeros = calloc(1, 1 << 20), *packed, *unpacked = NULL;
	size_t packed_size, size;

	gzip_pack(zeros, 1 << 20, 6, &packed, &packed_size);
	cr_assert(packed_size < 2000);
	cr_assert_eq(gzip_unpack(packed, packed_size, 1 << 19, &unpacked, &size), -EBADMSG);
	cr_assert_eq(gzip_unpack(packed, packed_size - 9, 1 << 21, &unpacked, &size), -EBADMSG);
	cr_assert_eq(gzip_unpack("no gzip", 7, 1 << 20, &unpacked, &size), -EBADMSG);
	free(zeros);
	free(packed);
}
