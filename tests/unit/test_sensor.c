/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/sensor.h"

#include <string.h>

#include <criterion/criterion.h>

Test(sensor, reads_what_a_configuration_says)
{
	struct sensor_config config;

	cr_assert_eq(sensor_parse("gpio:gpiochip0/17", &config), 0);
	cr_assert_eq(config.kind, SENSOR_GPIO);
	cr_assert_str_eq(config.chip, "gpiochip0");
	cr_assert_eq(config.line, 17);
	cr_assert_not(config.active_low);
	cr_assert_eq(config.bias, SENSOR_AS_IS);
	cr_assert_eq(sensor_parse("gpio:/dev/gpiochip1/3  active-low pull-up", &config), 0);
	cr_assert_str_eq(config.chip, "/dev/gpiochip1");
	cr_assert(config.active_low);
	cr_assert_eq(config.bias, SENSOR_PULL_UP);
	cr_assert_eq(sensor_parse("sentence:PSPST/4 active-low", &config), 0);
	cr_assert_eq(config.kind, SENSOR_SENTENCE);
	cr_assert_str_eq(config.address, "PSPST");
	cr_assert_eq(config.field, 4);
}

Test(sensor, refuses_what_it_cannot_mean)
{
	static const char *const wrong[] = {
		"",
		"gpio:",
		"gpio:17",
		"gpio:/17",
		"gpio:gpiochip0/",
		"gpio:gpiochip0/x",
		"gpio:gpiochip0/4096",
		"gpio:gpiochip0/-1",
		"gpio:gpiochip0/1 active-high-ish",
		"sentence:PSPST/0",
		"sentence:PSPST",
		"sentence:$PSPST/4",
		"sentence:PSPST/4 pull-up",
		"sentence:ANADDRESSTHATISLONG/4",
		"blade",
	};
	struct sensor_config config;
	char longest[400];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_neq(sensor_parse(wrong[i], &config), 0, "%s", wrong[i]);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	cr_assert_neq(sensor_parse(longest, &config), 0);
}

/* Feeds one sentence after the other, split where it hurts most. */
static int state_after(const char *text, const char *input)
{
	struct sensor_config config;
	struct sensor *sensor;
	uv_loop_t loop;
	int state;

	cr_assert_eq(sensor_parse(input, &config), 0);
	uv_loop_init(&loop);
	sensor = sensor_start(&loop, &config, "blade");
	for (size_t i = 0; i < strlen(text); i++)
		sensor_bytes(sensor, text + i, 1);
	state = sensor_state(sensor);
	sensor_stop(sensor);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	sensor_free(sensor);
	return state;
}

Test(sensor, believes_a_sentence_with_a_checksum_and_nothing_else)
{
	cr_assert_eq(state_after("$PX,1*15\r\n", "sentence:PX/1"), 1);
	cr_assert_eq(state_after("$PX,0*14\r\n", "sentence:PX/1"), 0);
	cr_assert_eq(state_after("$PX,1*15\r\n", "sentence:PX/1 active-low"), 0);
	cr_assert_eq(state_after("$PX,1*14\r\n", "sentence:PX/1"), -1);
	cr_assert_eq(state_after("$PX,1\r\n", "sentence:PX/1"), -1);
	cr_assert_eq(state_after("$PX,1*15", "sentence:PX/1"), -1, "it has not ended yet");
	cr_assert_eq(state_after("$PX,1*15\r\n", "sentence:PX/2"), -1);
	cr_assert_eq(state_after("$PX,1*15\r\n", "sentence:PY/1"), -1);
	cr_assert_eq(state_after("$PX,1$PX,1*15\r\n", "sentence:PX/1"), 1, "begun anew");
}

Test(sensor, outlives_a_sentence_without_end)
{
	char text[2000];

	memset(text, 'A', sizeof(text) - 1);
	text[0] = '$';
	text[sizeof(text) - 1] = '\0';
	strcpy(text + sizeof(text) - 20, "\r\n$PX,1*15\r\n");
	cr_assert_eq(state_after(text, "sentence:PX/1"), 1);
}
