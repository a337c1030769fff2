/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an HTTP answer to the cab, and as one of the public files that come in it. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tracker-client/http_reply.h"
#include "tracker-client/map_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_reply reply;
	struct map_names names = {0};
	char *text;

	if (http_reply_read((const char *)data, size, &reply) != 0)
		return 0;
	assert(reply.body >= (const char *)data && reply.size <= size);
	assert(reply.body + reply.size <= (const char *)data + size);
	text = malloc(reply.size + 1);
	memcpy(text, reply.body, reply.size);
	text[reply.size] = '\0';
	(void)!map_files_named(text, &names);
	for (size_t i = 0; i < names.count; i++)
		assert(strchr(names.list[i], '/') == NULL && names.list[i][0] != '.');
	map_names_clear(&names);
	free(text);
	return 0;
}
