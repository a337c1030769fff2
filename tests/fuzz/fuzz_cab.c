/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a unit takes from outside beside fixes and answers; the first byte chooses: an HTTP answer, the
 * names in a public file, a tile of the town's map, sentences of the work inputs.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "tests/fuzz/scratch.h"
#include "tracker-client/http_reply.h"
#include "tracker-client/map_files.h"
#include "tracker-client/sensor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_answer(const char *bytes, size_t size)
{
	struct http_reply reply;

	if (http_reply_read(bytes, size, &reply) != 0)
		return;
	assert(reply.status <= 999);
	assert(reply.body >= bytes && reply.size <= size &&
	       (size_t)(reply.body - bytes) <= size - reply.size);
}

static void read_names(const char *text)
{
	struct map_names names = {0};

	(void)!map_files_named(text, &names);
	assert(names.count <= MAP_FILES_MAX);
	for (size_t i = 0; i < names.count; i++) {
		assert(memchr(names.list[i], '\0', MAP_NAME_BYTES));
		assert(!strchr(names.list[i], '/') && names.list[i][0] != '.');
	}
	map_names_clear(&names);
}

static void take_link(const char *name, const struct map_place *line, size_t count, void *user)
{
	(void)name;
	(void)user;
	for (size_t i = 0; i < count; i++)
		assert(abs(line[i].lon_e7) <= 1800000000 && abs(line[i].lat_e7) <= 900000000);
}

static void read_tile(const char *text, size_t size)
{
	static const char manifest[] = "{\"network\":{\"file\":\"network-1.json\"},\"state\":{\"file\":\"s.json\"}}";
	static const char network[] = "{\"tiles\":[\"tile-1.json\"]}";
	char folder[128];
	char *slash;

	strcpy(folder, scratch_file("manifest.json", manifest, sizeof(manifest) - 1));
	(void)scratch_file("network-1.json", network, sizeof(network) - 1);
	(void)scratch_file("tile-1.json", text, size);
	slash = strrchr(folder, '/');
	*slash = '\0';
	(void)!map_files_read_links(folder, take_link, NULL);
}

static void read_sentences(const char *bytes, size_t size)
{
	struct sensor_config config;
	struct sensor *sensor;
	uv_loop_t loop;
	int state;

	if (sensor_parse("sentence:PSPST/2", &config) != 0 || uv_loop_init(&loop) != 0)
		abort();
	sensor = sensor_start(&loop, &config, "blade");
	sensor_bytes(sensor, bytes, size);
	state = sensor_state(sensor);
	assert(state >= -1 && state <= 1);
	sensor_stop(sensor);
	uv_run(&loop, UV_RUN_DEFAULT);
	sensor_free(sensor);
	uv_loop_close(&loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sensor_config config;
	char *text;

	if (size < 1)
		return 0;
	/* A block of its own, so that reading behind its NUL is seen. */
	text = malloc(size);
	assert(text);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	switch (data[0] % 5) {
	case 0:
		read_answer((const char *)data + 1, size - 1);
		break;
	case 1:
		read_names(text);
		break;
	case 2:
		read_tile(text, size - 1);
		break;
	case 3:
		read_sentences(text, size - 1);
		break;
	default:
		(void)!sensor_parse(text, &config);
	}
	free(text);
	return 0;
}
