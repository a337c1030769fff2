/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what arrives beside a receiver's sentences, for a blade that is reported in one; the
 * same bytes in one piece and byte by byte say the same.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "tracker-client/sensor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sensor_config config = {.kind = SENSOR_SENTENCE, .address = "PX"};
	struct sensor *whole, *bytewise;
	uv_loop_t loop;
	int state;

	config.field = 1 + (size > 0 ? data[0] % 4 : 0);
	uv_loop_init(&loop);
	whole = sensor_start(&loop, &config, "blade");
	bytewise = sensor_start(&loop, &config, "blade");
	sensor_bytes(whole, (const char *)data, size);
	for (size_t i = 0; i < size; i++)
		sensor_bytes(bytewise, (const char *)data + i, 1);
	state = sensor_state(whole);
	assert(state >= -1 && state <= 1);
	assert(state == sensor_state(bytewise));
	sensor_stop(whole);
	sensor_stop(bytewise);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	sensor_free(whole);
	sensor_free(bytewise);
	return 0;
}
