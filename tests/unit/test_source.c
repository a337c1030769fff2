/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

Test(source, reads_every_kind)
{
	struct source source;

	cr_assert_eq(source_parse("-", &source), 0);
	cr_assert_eq(source.kind, SOURCE_STDIN);
	cr_assert_eq(source_parse("serial:/dev/ttyUSB0@9600", &source), 0);
	cr_assert_eq(source.kind, SOURCE_SERIAL);
	cr_assert_str_eq(source.path, "/dev/ttyUSB0");
	cr_assert_eq(source.baud, 9600);
	cr_assert_eq(source_parse("serial:/dev/ttyUSB0@auto", &source), 0);
	cr_assert_eq(source.baud, 0);
	cr_assert_eq(source_parse("serial:/dev/ttyUSB0", &source), 0);
	cr_assert_eq(source.baud, 0);
	cr_assert_eq(source_parse("gpsd://localhost:2947", &source), 0);
	cr_assert_eq(source.kind, SOURCE_GPSD);
	cr_assert_str_eq(source.endpoint.host, "localhost");
	cr_assert_str_eq(source.endpoint.port, "2947");
	cr_assert_eq(source_parse("udp://[::1]:10110", &source), 0);
	cr_assert_eq(source.kind, SOURCE_UDP);
	cr_assert_str_eq(source.endpoint.host, "::1");
	cr_assert_eq(source_parse("file:a b@c.nmea", &source), 0);
	cr_assert_eq(source.kind, SOURCE_FILE);
	cr_assert_str_eq(source.path, "a b@c.nmea");
}

Test(source, refuses_what_is_none)
{
	static const char *const texts[] = {
		"",
		"--",
		"file:",
		"serial:",
		"serial:@9600",
		"serial:/dev/x@",
		"serial:/dev/x@-9600",
		"serial:/dev/x@9600baud",
		"gpsd://host",
		"gpsd://:2947",
		"gpsd://host:",
		"gpsd://host:65536",
		"udp://::1:10110",
		"udp://[]:1",
		"tcp://host:1",
		"udp://host:+1",
	};
	struct source source;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert_eq(source_parse(texts[i], &source), -EINVAL, "%s", texts[i]);
}

Test(source, refuses_texts_that_do_not_fit)
{
	static char text[2000];
	struct source source;

	snprintf(text, sizeof(text), "file:");
	memset(text + 5, 'x', 1500);
	cr_assert_eq(source_parse(text, &source), -EINVAL);
	snprintf(text, sizeof(text), "gpsd://");
	memset(text + 7, 'x', 300);
	memcpy(text + 307, ":1", 3);
	cr_assert_eq(source_parse(text, &source), -EINVAL);
}
