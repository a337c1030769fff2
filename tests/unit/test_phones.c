/* SPDX-License-Identifier: Apache-2.0 */
#include "server/phones.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "common/decimal.h"
#include "common/rfc3339.h"

/* Everything a message says, as text, so that a row can say what it expects. */
static const char *told(const struct phone_message *message, char out[512])
{
	static const char *const verdicts[] = {"nothing", "malformed", "fix"};
	char time[RFC3339_BYTES] = "-", lon[DECIMAL_BYTES], lat[DECIMAL_BYTES];
	const struct fix *fix = &message->fix;
	int used = snprintf(out, 512, "%s", verdicts[message->verdict]);

	if (message->verdict == PHONE_FIX) {
		if (fix->time_ms != FIX_TIME_UNKNOWN)
			rfc3339_format(fix->time_ms, time);
		used += snprintf(out + used, 512 - (size_t)used, " %s %s %s", time,
				 decimal_format(fix->lon_e7, 7, lon),
				 decimal_format(fix->lat_e7, 7, lat));
		if (fix->speed_cmps != FIX_ABSENT)
			used += snprintf(out + used, 512 - (size_t)used, " %dcm/s",
					 fix->speed_cmps);
		if (fix->course_cdeg != FIX_ABSENT)
			used += snprintf(out + used, 512 - (size_t)used, " %dcdeg",
					 fix->course_cdeg);
		if (fix->hdop_c != FIX_ABSENT)
			used += snprintf(out + used, 512 - (size_t)used, " hdop%d", fix->hdop_c);
	}
	if (message->is_mock)
		used += snprintf(out + used, 512 - (size_t)used, " mock");
	for (size_t i = 0; i < message->name_count; i++)
		used += snprintf(out + used, 512 - (size_t)used, " [%s]", message->names[i]);
	if (message->token[0])
		snprintf(out + used, 512 - (size_t)used, " token=%s", message->token);
	return out;
}

struct row {
	const char *text, *told;
};

static void check(const struct row *rows, size_t count,
		  void (*read)(const char *text, size_t size, struct phone_message *message))
{
	for (size_t i = 0; i < count; i++) {
		struct phone_message message = phone_message_none();
		char text[512];

		read(rows[i].text, strlen(rows[i].text), &message);
		cr_expect_str_eq(told(&message, text), rows[i].told, "%s: %s", rows[i].text, text);
	}
}

#define CHECK(rows, read) check(rows, sizeof(rows) / sizeof((rows)[0]), read)

Test(phones, a_query_says_where_when_how_fast_and_who)
{
	static const struct row rows[] = {
		{"id=R-12&timestamp=1800041405&lat=38.6006&lon=140.4058&speed=8.1&bearing=271.4&"
		 "accuracy=5",
		 "fix 2027-01-15T19:30:05.000Z 140.4058 38.6006 417cm/s 27140cdeg [R-12]"},
		{"deviceid=a&lat=-38.5&lon=-140.25&timestamp=1800041405250&heading=360&hdop=0.8",
		 "fix 2027-01-15T19:30:05.250Z -140.25 -38.5 0cdeg hdop80 [a]"},
		{"id=a&location=60.0,30.0&timestamp=1800041405.5",
		 "fix 2027-01-15T19:30:05.500Z 30 60 [a]"},
		{"id=a&lat=1&lon=2&timestamp=2027-01-15T19%3A30%3A05Z",
		 "fix 2027-01-15T19:30:05.000Z 2 1 [a]"},
		{"id=a&lat=1&lon=2&timestamp=2027-01-16T04:30:05%2B09:00",
		 "fix 2027-01-15T19:30:05.000Z 2 1 [a]"},
		{"id=a&lat=1&lon=2&timestamp=2027-01-15+19%3A30%3A05",
		 "fix 2027-01-15T19:30:05.000Z 2 1 [a]"},
		{"id=a&lat=1&lon=2&timestamp=2027-01-15T19:30:05",
		 "fix 2027-01-15T19:30:05.000Z 2 1 [a]"},
		{"lat=1&lon=2", "fix - 2 1"},
		{"id=a&lat=1&lon=2&speed_mps=4.17", "fix - 2 1 417cm/s [a]"},
		{"id=a&lat=1&lon=2&speed=-1&bearing=-1&hdop=0", "fix - 2 1 [a]"},
		{"id=a&lat=1&lon=2&speed=fast&bearing=1e3&hdop=nan", "fix - 2 1 [a]"},
		{"id=a&token=b&u=c&lat=1&lon=2&mock=true", "fix - 2 1 mock [a] [c] token=b"},
		{"id=a%20b&lat=1&lon=2&alarm=sos&&x&=&batt=87", "fix - 2 1 [a b]"},
	};

	CHECK(rows, phone_read_query);
}

Test(phones, a_query_without_a_position_is_none_and_nonsense_is_malformed)
{
	static const struct row rows[] = {
		{"", "nothing"},
		{"id=a", "nothing [a]"},
		{"id=a&timestamp=1800041405&cell=257,02,16,2224", "nothing [a]"},
		{"id=a&lat=0&lon=0.0", "nothing [a]"},
		{"id=a&lat=1&lon=2&valid=false", "nothing [a]"},
		{"id=a&lat=1&lon=2&valid=0", "nothing [a]"},
		{"id=a&lat=1&lon=2&valid=1", "fix - 2 1 [a]"},
		{"id=a&lat=1", "malformed [a]"},
		{"id=a&lat=91&lon=2", "malformed [a]"},
		{"id=a&lat=1&lon=180.1", "malformed [a]"},
		{"id=a&lat=1&lon=2&timestamp=yesterday", "malformed [a]"},
		{"id=a&lat=1&lon=", "malformed [a]"},
		{"id=a&lat=1%00&lon=2", "fix - 2 1 [a]"},
		{"id=a&lat=1%&lon=2%3", "malformed [a]"},
		{"id=a&location=1", "malformed [a]"},
		{"id=a&location=1;2", "malformed [a]"},
		{"id=0123456789012345678901234567890123456789012345678901234567890123456789&lat=1&"
		 "lon=2",
		 "fix - 2 1 []"},
	};

	CHECK(rows, phone_read_query);
}

Test(phones, the_json_of_traccar_client)
{
	static const struct row rows[] = {
		{"{\"location\":{\"timestamp\":\"2027-01-15T19:30:05.862Z\",\"coords\":{"
		 "\"latitude\":38.6006,"
		 "\"longitude\":140.4058,\"accuracy\":5,\"speed\":4.17,\"heading\":271.4}},"
		 "\"device_id\":\"R-12\"}",
		 "fix 2027-01-15T19:30:05.862Z 140.4058 38.6006 417cm/s 27140cdeg [R-12]"},
		{"{\"location\":{\"timestamp\":1800041405862,\"mock\":true,\"coords\":{"
		 "\"latitude\":1,\"longitude\":2,"
		 "\"speed\":-1,\"heading\":-1}},\"device_id\":48241179}",
		 "fix 2027-01-15T19:30:05.862Z 2 1 mock [48241179]"},
		{"{\"location\":{\"event\":\"heartbeat\"},\"device_id\":\"a\"}", "nothing [a]"},
		{"{\"location\":{\"coords\":{\"latitude\":1,\"longitude\":2}},\"device_id\":\"a\"}",
		 "malformed [a]"},
		{"{\"location\":{\"timestamp\":0,\"coords\":{\"latitude\":\"1\",\"longitude\":2}}}",
		 "malformed"},
		{"{\"location\":{\"timestamp\":0,\"coords\":{\"latitude\":1e999,\"longitude\":2}}}",
		 "malformed"},
		{"{\"location\":{\"timestamp\":1e300,\"coords\":{\"latitude\":1,\"longitude\":2}}}",
		 "malformed"},
		{"{\"location\":", "malformed"},
		{"[]", "malformed"},
		{"{}", "nothing"},
	};

	CHECK(rows, phone_read_traccar);
}

Test(phones, the_json_of_owntracks)
{
	static const struct row rows[] = {
		{"{\"_type\":\"location\",\"lat\":38.6006,\"lon\":140.4058,\"tst\":1800041405,"
		 "\"tid\":\"JJ\",\"vel\":15,"
		 "\"cog\":271,\"acc\":5,\"topic\":\"owntracks/plow/R-12\"}",
		 "fix 2027-01-15T19:30:05.000Z 140.4058 38.6006 417cm/s 27100cdeg [plow] [R-12] "
		 "[JJ]"},
		{"{\"_type\":\"location\",\"lat\":1,\"lon\":2,\"tst\":1800041405,\"vel\":-1,"
		 "\"cog\":-1}",
		 "fix 2027-01-15T19:30:05.000Z 2 1"},
		{"{\"_type\":\"location\",\"lat\":1,\"lon\":2}", "malformed"},
		{"{\"_type\":\"location\",\"lat\":1,\"tst\":1800041405}", "malformed"},
		{"{\"_type\":\"waypoint\",\"lat\":1,\"lon\":2,\"tst\":1800041405}", "nothing"},
		{"{\"_type\":\"encrypted\",\"data\":\"…\"}", "malformed"},
		{"", "nothing"},
		{"{\"lat\":1}", "malformed"},
		{"null", "malformed"},
	};

	CHECK(rows, phone_read_owntracks);
}

Test(phones, an_authorization_is_a_name_and_a_token_or_a_token_alone)
{
	static const struct row rows[] = {
		{"Basic Ui0xMjpzZWNyZXQ=", "nothing [R-12] token=secret"},
		{"basic OnNlY3JldA==", "nothing token=secret"},
		{"Basic Ui0xMg==", "nothing"},
		{"Basic %%%", "nothing"},
		{"Basic ", "nothing"},
		{"Bearer secret", "nothing token=secret"},
		{"Digest username=\"R-12\"", "nothing"},
		{"", "nothing"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct phone_message message = phone_message_none();
		char text[512];

		phone_read_authorization(rows[i].text, &message);
		cr_expect_str_eq(told(&message, text), rows[i].told, "%s: %s", rows[i].text, text);
	}
}

Test(phones, names_beyond_the_last_place_are_left_out)
{
	struct phone_message message = phone_message_none();

	for (int i = 0; i < 2 * PHONE_NAMES; i++)
		phone_add_name(&message, "a", 1);
	cr_expect_eq(message.name_count, PHONE_NAMES);
}
