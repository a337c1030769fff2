/* SPDX-License-Identifier: Apache-2.0 */
#include "common/nmea.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "common/decimal.h"
#include "common/nmea_fields.h"
#include "common/rfc3339.h"

/* Sentences with the checksums of the domain's own vectors; the others get theirs from wire(). */
#define GOLDEN_RMC "$GNRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,150127,,,D,V*3F\r\n"
#define GOLDEN_GGA "$GNGGA,193005.00,3836.03600,N,14024.34800,E,2,14,0.8,92.4,M,38.1,M,,0000*40\r\n"
#define GOLDEN_GSA "$GQGSA,A,3,02,03,,,,,,,,,,,1.4,0.8,1.1,5*26\r\n"
#define GOLDEN_GST "$GNGST,193005.00,2.1,1.6,1.2,40.0,1.5,1.3,2.9*79\r\n"
#define GOLDEN_GNS "$GNGNS,193005.00,3918.8240,N,14033.9900,E,AANNA,14,0.8,58.0,38.0,,,V*5E\r\n"
#define GOLDEN_ZDA "$GNZDA,193005.00,15,01,2027,00,00*74\r\n"
#define GOLDEN_VOID "$GNRMC,193006.00,V,,,,,,,150127,,,N,V*14\r\n"
#define GOLDEN_ROLLOVER "$GPRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,010607,,,A*5E\r\n"

#define TEXT_MAX 4096

/* Fixes as text, so that a row can say what it expects. */
struct heard {
	char text[TEXT_MAX];
	size_t count;
	struct fix last;
};

static void hear(const struct fix *fix, void *user)
{
	struct heard *heard = user;
	char time[RFC3339_BYTES] = "-", lon[DECIMAL_BYTES], lat[DECIMAL_BYTES];
	size_t used = strlen(heard->text);

	if (fix->time_ms != FIX_TIME_UNKNOWN)
		rfc3339_format(fix->time_ms, time);
	snprintf(heard->text + used, sizeof(heard->text) - used, "%s%s %s %s %s%s",
		 used ? "; " : "", time, decimal_format(fix->lon_e7, 7, lon),
		 decimal_format(fix->lat_e7, 7, lat), fix->flags & FIX_VALID ? "valid" : "invalid",
		 fix->flags & FIX_DEAD_RECKONING ? " reckoned" : "");
	heard->last = *fix;
	heard->count++;
}

/* Lines of bodies, each given its '$' and its checksum unless it has a '$' already. */
static void wire(const char *bodies, char *out)
{
	for (const char *line = bodies; *line;) {
		size_t size = strcspn(line, "\n");

		if (memchr(line, '$', size))
			out += sprintf(out, "%.*s\r\n", (int)size, line);
		else
			out += sprintf(out, "$%.*s*%02X\r\n", (int)size, line,
				       nmea_xor(line, size));
		line += size + (line[size] == '\n');
	}
}

static struct heard decode_bytes(const char *bytes, size_t size, unsigned options,
				 struct nmea_counts *out_counts)
{
	struct heard heard = {.count = 0};
	struct nmea nmea;

	nmea_init(&nmea, options, hear, &heard);
	nmea_feed(&nmea, bytes, size);
	nmea_end_line(&nmea);
	nmea_flush(&nmea);
	if (out_counts)
		*out_counts = nmea.counts;
	return heard;
}

static struct heard decode(const char *text, unsigned options, struct nmea_counts *out_counts)
{
	return decode_bytes(text, strlen(text), options, out_counts);
}

static struct heard decode_bodies(const char *bodies, struct nmea_counts *out_counts)
{
	char text[TEXT_MAX];

	wire(bodies, text);
	return decode(text, 0, out_counts);
}

struct row {
	const char *what;
	const char *bodies;
	const char *fixes;
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct heard heard = decode_bodies(rows[i].bodies, NULL);

		cr_expect_str_eq(heard.text, rows[i].fixes, "%s: got \"%s\", not \"%s\"",
				 rows[i].what, heard.text, rows[i].fixes);
	}
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#define PLACE "3836.03600,N,14024.34800,E"
#define HERE "140.4058 38.6006"

Test(nmea, reads_a_position_a_time_and_a_movement)
{
	struct heard heard = decode(GOLDEN_RMC, 0, NULL);

	cr_expect_str_eq(heard.text, "2027-01-15T19:30:05.000Z " HERE " valid");
	cr_expect_eq(heard.last.speed_cmps, 417);
	cr_expect_eq(heard.last.course_cdeg, 27140);
	cr_expect_eq(heard.last.alt_dm, FIX_ABSENT);
	cr_expect_eq(heard.last.blade, -1);
	cr_expect_eq(heard.last.work, 'U');
}

Test(nmea, makes_one_fix_of_the_sentences_of_one_epoch)
{
	struct nmea_counts counts;
	struct heard heard = decode(
		GOLDEN_RMC GOLDEN_GGA GOLDEN_GSA GOLDEN_GST GOLDEN_ZDA GOLDEN_VOID, 0, &counts);

	cr_expect_str_eq(heard.text, "2027-01-15T19:30:05.000Z " HERE " valid");
	cr_expect_eq(heard.last.alt_dm, 924);
	cr_expect_eq(heard.last.hdop_c, 80);
	cr_expect_eq(heard.last.satellites, 14);
	cr_expect_eq(heard.last.quality, 2);
	cr_expect_eq(counts.sentences, 6);
	cr_expect_eq(counts.used, 5);
	cr_expect_eq(counts.voids, 1);
}

Test(nmea, reads_gns_with_a_mode_for_each_constellation)
{
	struct heard heard = decode(GOLDEN_ZDA GOLDEN_GNS, 0, NULL);

	cr_expect_str_eq(heard.text, "2027-01-15T19:30:05.000Z 140.5665 39.3137333 valid");
	cr_expect_eq(heard.last.quality, 1);
	cr_expect_eq(heard.last.satellites, 14);
	cr_expect_eq(heard.last.alt_dm, 580);
}

Test(nmea, leaves_a_week_rollover_to_those_who_know_the_time)
{
	cr_expect_str_eq(decode(GOLDEN_ROLLOVER, 0, NULL).text,
			 "2007-06-01T19:30:05.000Z " HERE " valid");
}

Test(nmea, believes_what_the_receiver_says_of_its_position)
{
	static const struct row rows[] = {
		{"status V", "GPRMC,193005,V," PLACE ",,,150127,,,A",
		 "2027-01-15T19:30:05.000Z " HERE " invalid"},
		{"mode N", "GPRMC,193005,A," PLACE ",,,150127,,,N",
		 "2027-01-15T19:30:05.000Z " HERE " invalid"},
		{"mode S", "GPRMC,193005,A," PLACE ",,,150127,,,S",
		 "2027-01-15T19:30:05.000Z " HERE " invalid"},
		{"mode M", "GPRMC,193005,A," PLACE ",,,150127,,,M",
		 "2027-01-15T19:30:05.000Z " HERE " invalid"},
		{"mode E", "GPRMC,193005,A," PLACE ",,,150127,,,E",
		 "2027-01-15T19:30:05.000Z " HERE " valid reckoned"},
		{"mode R", "GPRMC,193005,A," PLACE ",,,150127,,,R",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"status V and mode E", "GPRMC,193005,V," PLACE ",,,150127,,,E",
		 "2027-01-15T19:30:05.000Z " HERE " invalid reckoned"},
		{"status D", "GPRMC,193005,D," PLACE ",,,150127,,,D",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"navigational status V", "GPRMC,193005,A," PLACE ",,,150127,,,A,V",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"no mode", "GPRMC,193005,A," PLACE ",,,150127,,",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"quality 0", "GPGGA,193005," PLACE ",0,00,,,M,,M,,", "- " HERE " invalid"},
		{"quality 1", "GPGGA,193005," PLACE ",1,05,,,M,,M,,", "- " HERE " valid"},
		{"quality 5", "GPGGA,193005," PLACE ",5,05,,,M,,M,,", "- " HERE " valid"},
		{"quality 6", "GPGGA,193005," PLACE ",6,05,,,M,,M,,", "- " HERE " valid reckoned"},
		{"quality 7", "GPGGA,193005," PLACE ",7,05,,,M,,M,,", "- " HERE " invalid"},
		{"quality 8", "GPGGA,193005," PLACE ",8,05,,,M,,M,,", "- " HERE " invalid"},
		{"no quality", "GPGGA,193005," PLACE ",,05,,,M,,M,,", "- " HERE " invalid"},
		{"modes N", "GNGNS,193005," PLACE ",NNN,05,,,,,", "- " HERE " invalid"},
		{"modes N and E", "GNGNS,193005," PLACE ",NE,05,,,,,", "- " HERE " valid reckoned"},
		{"modes S", "GNGNS,193005," PLACE ",S,05,,,,,", "- " HERE " invalid"},
		{"GLL status A", "GPGLL," PLACE ",193005,A,A", "- " HERE " valid"},
		{"GLL status V", "GPGLL," PLACE ",193005,V,N", "- " HERE " invalid"},
		{"GLL without a status", "GPGLL," PLACE "", ""},
		{"one of its sentences disowns it",
		 "GPRMC,193005,A," PLACE ",,,150127,,,A\nGPGGA,193005," PLACE ",0,00,,,M,,M,,",
		 "2027-01-15T19:30:05.000Z " HERE " invalid"},
	};

	CHECK_ROWS(rows);
}

Test(nmea, takes_every_talker_and_no_makers_sentence)
{
	static const char *const talkers[] = {"GP", "GN", "GL", "GA", "GB",
					      "BD", "GQ", "QZ", "GI", "IN"};
	char body[128];

	for (size_t i = 0; i < sizeof(talkers) / sizeof(talkers[0]); i++) {
		snprintf(body, sizeof(body), "%sRMC,193005,A," PLACE ",,,150127,,,A", talkers[i]);
		cr_expect_eq(decode_bodies(body, NULL).count, 1, "talker %s", talkers[i]);
	}
	cr_expect_eq(decode_bodies("PGRMC,193005,A," PLACE ",,,150127,,,A", NULL).count, 0);
	cr_expect_eq(decode_bodies("GPXRMC,193005,A," PLACE ",,,150127,,,A", NULL).count, 0);
	cr_expect_eq(decode_bodies("GPRMCX,193005,A," PLACE ",,,150127,,,A", NULL).count, 0);
	cr_expect_eq(decode_bodies("RMC,193005,A," PLACE ",,,150127,,,A", NULL).count, 0);
}

Test(nmea, knows_no_time_until_it_knows_a_date)
{
	static const struct row rows[] = {
		{"GGA alone", "GPGGA,193005," PLACE ",1,05,,,M,,M,,", "- " HERE " valid"},
		{"GGA before the first RMC",
		 "GPGGA,193004," PLACE ",1,05,,,M,,M,,\nGPGGA,193005," PLACE ",1,05,,,M,,M,,\n"
		 "GPRMC,193005,A," PLACE ",,,150127,,,A\nGPGGA,193006," PLACE ",1,05,,,M,,M,,",
		 "- " HERE " valid; 2027-01-15T19:30:05.000Z " HERE " valid; "
		 "2027-01-15T19:30:06.000Z " HERE " valid"},
		{"a date without a position",
		 "GPRMC,193004,V,,,,,,,150127,,,N\nGPGGA,193005," PLACE ",1,05,,,M,,M,,",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"ZDA of the second before",
		 "GPZDA,193004,15,01,2027,00,00\nGPGLL," PLACE ",193005,A",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"ZDA within the epoch", "GPGLL," PLACE ",193005,A\nGPZDA,193005,15,01,2027,00,00",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"a day that is none", "GPRMC,193005,A," PLACE ",,,300227,,,A", "- " HERE " valid"},
		{"a day of zeros", "GPRMC,193005,A," PLACE ",,,000000,,,A", "- " HERE " valid"},
		{"the 29th of February", "GPRMC,193005,A," PLACE ",,,290228,,,A",
		 "2028-02-29T19:30:05.000Z " HERE " valid"},
		{"the first year of GPS", "GPRMC,193005,A," PLACE ",,,060180,,,A",
		 "1980-01-06T19:30:05.000Z " HERE " valid"},
		{"a year of the last century", "GPRMC,193005,A," PLACE ",,,210899,,,A",
		 "1999-08-21T19:30:05.000Z " HERE " valid"},
		{"no time at all", "GPRMC,,A," PLACE ",,,150127,,,A", "- " HERE " valid"},
	};

	CHECK_ROWS(rows);
}

Test(nmea, goes_over_midnight_without_a_date)
{
	static const struct row rows[] = {
		{"GGA after midnight",
		 "GPRMC,235959,A," PLACE ",,,310127,,,A\nGPGGA,000000," PLACE ",1,05,,,M,,M,,\n"
		 "GPGGA,000001," PLACE ",1,05,,,M,,M,,",
		 "2027-01-31T23:59:59.000Z " HERE " valid; 2027-02-01T00:00:00.000Z " HERE
		 " valid; "
		 "2027-02-01T00:00:01.000Z " HERE " valid"},
		{"a late GGA of the day before",
		 "GPRMC,000001,A," PLACE ",,,010227,,,A\nGPGGA,235959," PLACE ",1,05,,,M,,M,,",
		 "2027-02-01T00:00:01.000Z " HERE " valid; 2027-01-31T23:59:59.000Z " HERE
		 " valid"},
		{"a leap second",
		 "GPRMC,235959,A," PLACE ",,,311216,,,A\nGPRMC,235960,A," PLACE ",,,311216,,,A\n"
		 "GPRMC,000000,A," PLACE ",,,010117,,,A",
		 "2016-12-31T23:59:59.000Z " HERE " valid; 2017-01-01T00:00:00.000Z " HERE
		 " valid; "
		 "2017-01-01T00:00:00.000Z " HERE " valid"},
	};

	CHECK_ROWS(rows);
}

Test(nmea, tells_epochs_apart_by_their_time)
{
	static const struct row rows[] = {
		{"ten a second",
		 "GPGGA,193005.1," PLACE ",1,,,,M,,M,,\nGPGGA,193005.2," PLACE ",1,,,,M,,M,,",
		 "- " HERE " valid; - " HERE " valid"},
		{"a hundred a second",
		 "GPGGA,193005.01," PLACE ",1,,,,M,,M,,\nGPGGA,193005.02," PLACE ",1,,,,M,,M,,",
		 "- " HERE " valid; - " HERE " valid"},
		{"five milliseconds apart, but the same sentence",
		 "GPGGA,193005.010," PLACE ",1,,,,M,,M,,\nGPGGA,193005.015," PLACE ",1,,,,M,,M,,",
		 "- " HERE " valid; - " HERE " valid"},
		{"one instant, rounded twice",
		 "GPGLL," PLACE ",200619.295,A\nGPRMC,200619.30,A," PLACE ",,,200506,,",
		 "2006-05-20T20:06:19.300Z " HERE " valid"},
		{"the same sentence of two talkers",
		 "GPRMC,193005,A," PLACE ",,,150127,,,A\nGLRMC,193005,A," PLACE ",,,150127,,,A",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"no time, then a time",
		 "GPGGA,,,,,,0,,,,M,,M,,\nGPRMC,193005,A," PLACE ",,,150127,,,A",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"a time, then none",
		 "GPRMC,193005,A," PLACE
		 ",,,150127,,,A\nGPGGA,,,,,,0,,,,M,,M,,\nGPRMC,,V,,,,,,,,,,N",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"no time twice", "GPRMC,,A," PLACE ",,,,,,A\nGPRMC,,A," PLACE ",,,,,,A",
		 "- " HERE " valid; - " HERE " valid"},
		{"ZDA of the next second in between",
		 "GPGGA,193005," PLACE ",1,05,,,M,,M,,\nGPZDA,193006,15,01,2027,00,00\n"
		 "GPRMC,193005,A," PLACE ",,,150127,,,A",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
	};

	CHECK_ROWS(rows);
}

Test(nmea, reads_positions_to_the_ten_millionth_of_a_degree)
{
	static const struct row rows[] = {
		{"rounded up", "GPGLL,3836.03659,N,14024.34859,E,193005,A",
		 "- 140.4058098 38.6006098 valid"},
		{"seven digits", "GPGLL,3836.0360005,N,14024.3480005,E,193005,A",
		 "- 140.4058 38.6006 valid"},
		{"ten digits", "GPGLL,3836.0366666666,N,14024.3480009999,E,193005,A",
		 "- 140.4058 38.6006111 valid"},
		{"south and west", "GPGLL,3351.000,S,15112.600,W,193005,A",
		 "- -151.21 -33.85 valid"},
		{"zeros left out", "GPGLL,39.8585,N,7339.8585,W,193005,A",
		 "- -73.6643083 0.6643083 valid"},
		{"the poles", "GPGLL,9000.0,N,18000.0,W,193005,A", "- -180 90 valid"},
		{"null island, vouched for", "GPGLL,0000.0,N,00000.0,E,193005,A", "- 0 0 valid"},
		{"null island, not vouched for",
		 "GPRMC,193005,V,0000.0000,N,00000.0000,E,,,110318,,", ""},
		{"beyond the pole", "GPGLL,9000.1,N,14024.34800,E,193005,A", ""},
		{"beyond the date line", "GPGLL,3836.03600,N,18000.1,E,193005,A", ""},
		{"sixty minutes", "GPGLL,3860.0,N,14024.34800,E,193005,A", ""},
		{"no hemisphere", "GPGLL,3836.03600,,14024.34800,E,193005,A", ""},
		{"the other's hemisphere", "GPGLL,3836.03600,E,14024.34800,N,193005,A", ""},
		{"a sign", "GPGLL,3836.03600,N,-0214.41467,W,193005,A", ""},
		{"latitude alone", "GPGLL,3836.03600,N,,,193005,A", ""},
		{"letters", "GPGLL,38x6.03600,N,14024.34800,E,193005,A", ""},
		{"two points", "GPGLL,3836.036.00,N,14024.34800,E,193005,A", ""},
		{"too many digits", "GPGLL,003836.03600,N,14024.34800,E,193005,A", ""},
	};

	CHECK_ROWS(rows);
}

Test(nmea, refuses_times_that_cannot_be)
{
	static const char *const times[] = {"240000", "126000",   "120061", "12000",
					    "12000x", "120000.x", "1200000"};
	char body[128];

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct nmea_counts counts;

		snprintf(body, sizeof(body), "GPRMC,%s,A," PLACE ",,,150127,,,A", times[i]);
		cr_expect_eq(decode_bodies(body, &counts).count, 0, "%s", times[i]);
		cr_expect_eq(counts.malformed, 1, "%s", times[i]);
	}
}

Test(nmea, takes_movement_from_rmc_before_vtg)
{
	struct fix fix;

	fix = decode_bodies("GPGGA,193005," PLACE
			    ",1,,,,M,,M,,\nGPVTG,054.7,T,,M,005.5,N,010.2,K,A",
			    NULL)
		      .last;
	cr_expect_eq(fix.speed_cmps, 283);
	cr_expect_eq(fix.course_cdeg, 5470);
	fix = decode_bodies("GPGGA,193005," PLACE ",1,,,,M,,M,,\nGPVTG,,T,,M,,N,36,K,A", NULL).last;
	cr_expect_eq(fix.speed_cmps, 1000);
	cr_expect_eq(fix.course_cdeg, FIX_ABSENT);
	fix = decode_bodies("GPRMC,193005,A," PLACE
			    ",8.1,360.00,150127,,,A\nGPVTG,1,T,,M,1,N,1,K,A",
			    NULL)
		      .last;
	cr_expect_eq(fix.speed_cmps, 417);
	cr_expect_eq(fix.course_cdeg, 0);
	fix = decode_bodies("GPRMC,193005,A," PLACE ",XX,-5,150127,,,A\nGPVTG,1,T,,M,1,N,1,K,N",
			    NULL)
		      .last;
	cr_expect_eq(fix.speed_cmps, FIX_ABSENT);
	cr_expect_eq(fix.course_cdeg, FIX_ABSENT);
}

Test(nmea, takes_hdop_from_gga_before_gsa)
{
	struct fix fix;

	fix = decode_bodies("GPRMC,193005,A," PLACE
			    ",,,150127,,,A\nGPGSA,A,3,,,,,,,,,,,,,1.4,0.9,1.1",
			    NULL)
		      .last;
	cr_expect_eq(fix.hdop_c, 90);
	fix = decode_bodies("GPRMC,193005,A," PLACE
			    ",,,150127,,,A\nGPGSA,A,3,,,,,,,,,,,,,1.4,0.9,1.1\n"
			    "GPGGA,193005," PLACE ",1,05,1.2,-3.25,M,,M,,",
			    NULL)
		      .last;
	cr_expect_eq(fix.hdop_c, 120);
	cr_expect_eq(fix.alt_dm, -33);
	fix = decode_bodies("GPRMC,193005,A," PLACE
			    ",,,150127,,,A\nGPGSA,A,1,,,,,,,,,,,,,99.0,99.0,99.0",
			    NULL)
		      .last;
	cr_expect_eq(fix.hdop_c, FIX_ABSENT);
}

Test(nmea, gives_nothing_for_a_wrong_checksum)
{
	char text[] = GOLDEN_RMC;
	struct nmea_counts counts;

	/* Every single byte of the body, and of the checksum itself. */
	for (size_t i = 1; i < sizeof(text) - 3; i++) {
		char right = text[i];

		text[i] = (char)(right == '1' ? '2' : '1');
		cr_expect_eq(decode(text, 0, &counts).count, 0, "byte %zu", i);
		cr_expect_eq(counts.bad_checksum + counts.no_checksum, 1, "byte %zu", i);
		text[i] = right;
	}
	cr_expect_eq(decode(text, 0, NULL).count, 1);
	cr_expect_eq(decode("$GPRMC,,A," PLACE ",,,150127,,,A*3\r\n", 0, &counts).count, 0);
	cr_expect_eq(counts.bad_checksum, 1);
}

Test(nmea, takes_a_missing_checksum_only_when_told_to)
{
	const char *line = "$GPRMC,193005,A," PLACE ",,,150127,,,A\r\n";
	struct nmea_counts counts;

	cr_expect_eq(decode(line, 0, &counts).count, 0);
	cr_expect_eq(counts.no_checksum, 1);
	cr_expect_eq(decode(line, NMEA_ALLOW_NO_CHECKSUM, &counts).count, 1);
	cr_expect_eq(counts.used, 1);
	/* Cut off by the next sentence, or not text: there a checksum is missed. */
	cr_expect_eq(decode("$GPRMC,193005,A," PLACE "$", NMEA_ALLOW_NO_CHECKSUM, &counts).count,
		     0);
	cr_expect_eq(
		decode("$GPRMC,193005,A," PLACE ",\x01,,150127,,,A\n", NMEA_ALLOW_NO_CHECKSUM, NULL)
			.count,
		0);
}

Test(nmea, reads_what_modems_make_of_sentences)
{
	static const struct row rows[] = {
		{"an id in front",
		 "123456789$GPRMC,155708.252,V,4610.1676,N,00606.4586,E,000.0,000.0,060214,,,N*76",
		 "2014-02-06T15:57:08.252Z 6.1076433 46.16946 invalid"},
		{"an id with slashes",
		 "4711/022789000688081/"
		 "$GPRMC,133343,A,5308.56325,N,1029.12850,E,0.000000,0.000000,290316,,*2A",
		 "2016-03-29T13:33:43.000Z 10.485475 53.1427208 valid"},
		{"an id and a talker",
		 "660420156A0066AA$GPRMC,122806.0,A,0119.212178,N,10355.000942,E,0.0,,230119,0.0,E,"
		 "A*27",
		 "2019-01-23T12:28:06.000Z 103.9166824 1.320203 valid"},
		{"blanks around the checksum",
		 "990000561287964,$GPRMC,213516.0,A,4337.216791,N,11611.995877,W,0.0,335.4,181214,,"
		 ",A * 72",
		 "2014-12-18T21:35:16.000Z -116.1999313 43.6202799 valid"},
		{"junk behind the checksum",
		 "$GPRMC,094907.000,A,6000.5332,N,03020.5192,E,1.17,60.26,091111,,*33,11,8657",
		 "2011-11-09T09:49:07.000Z 30.3419867 60.0088867 valid"},
		{"a small checksum",
		 "$GNRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,150127,,,D,V*3f",
		 "2027-01-15T19:30:05.000Z " HERE " valid"},
		{"an identity alone",
		 "358244017671308\n$GPFID,ID123456ABC\n$PGID,123456789012345*06", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct heard heard = decode(rows[i].bodies, 0, NULL);

		cr_expect_str_eq(heard.text, rows[i].fixes, "%s: got \"%s\"", rows[i].what,
				 heard.text);
	}
}

Test(nmea, finds_the_sentence_in_garbage)
{
	static const char bytes[] =
		"\xb5\x62\x01\x07$\x00\x5c\xff$$GNRM" GOLDEN_RMC "\x00\x80$\r\n$*\n$,*00\n";
	struct nmea_counts counts;
	struct heard heard = decode_bytes(bytes, sizeof(bytes) - 1, 0, &counts);

	cr_expect_str_eq(heard.text, "2027-01-15T19:30:05.000Z " HERE " valid");
	cr_expect_eq(counts.sentences, counts.used + counts.voids + counts.bad_checksum +
					       counts.no_checksum + counts.unknown +
					       counts.malformed);
}

Test(nmea, skips_a_sentence_that_is_too_long_and_goes_on)
{
	char text[2000];
	struct nmea_counts counts;

	memset(text, 'A', 1000);
	text[0] = '$';
	strcpy(text + 1000, GOLDEN_RMC);
	cr_expect_eq(decode(text, 0, &counts).count, 1);
	cr_expect_eq(counts.malformed, 1);
	cr_expect_eq(counts.used, 1);
}

/* A sentence of `length` bytes from its '$' to its checksum, padded behind the last field. */
static void long_rmc(size_t length, char *out)
{
	char body[NMEA_SENTENCE_MAX + 16] = "GPRMC,193005,A," PLACE ",,,150127,,,A,V,";

	memset(body + strlen(body), 'x', length - 4 - strlen(body));
	wire(body, out);
}

Test(nmea, reads_255_bytes_and_no_more_whole_or_byte_by_byte)
{
	for (size_t length = 250; length < 260; length++) {
		struct heard heard = {.count = 0};
		struct nmea nmea;
		char text[400] = "";

		long_rmc(length, text);
		cr_assert_eq(strlen(text), length + 2);
		cr_expect_eq(decode(text, 0, NULL).count, length <= 255, "%zu", length);
		nmea_init(&nmea, 0, hear, &heard);
		for (size_t i = 0; text[i]; i++)
			nmea_feed(&nmea, text + i, 1);
		nmea_flush(&nmea);
		cr_expect_eq(heard.count, length <= 255, "%zu byte by byte", length);
	}
}

Test(nmea, splits_any_number_of_fields)
{
	char body[100];
	struct nmea_fields split;

	for (size_t commas = 0; commas < 60; commas++) {
		for (size_t i = 0; i <= commas; i++)
			memcpy(body + i, i < commas ? "," : "z", 1);
		nmea_split(body, commas + 1, &split);
		cr_expect_eq(split.count, commas < NMEA_FIELDS_MAX ? commas + 1 : NMEA_FIELDS_MAX);
		for (size_t i = 0; i < NMEA_FIELDS_MAX; i++)
			cr_expect_eq(split.fields[i].size, i == commas, "field %zu of %zu", i,
				     commas + 1);
	}
	nmea_split("GP\xac,a,,bcdefghi,\x2d!", 18, &split);
	cr_expect_eq(split.count, 5);
	cr_expect_eq(split.fields[0].size, 3);
	cr_expect_eq(split.fields[2].size, 0);
	cr_expect_eq(split.fields[3].size, 8);
	cr_expect_eq(split.fields[4].size, 2);
}

Test(nmea, reads_the_same_whatever_the_pieces)
{
	static const char text[] =
		"noise$GPG" GOLDEN_RMC GOLDEN_GGA GOLDEN_GSA "$GPTXT,half" GOLDEN_ZDA
		"$GPRMC,193006.00,A," PLACE ",,,150127,,,A*00\n" GOLDEN_VOID GOLDEN_ROLLOVER;
	struct nmea_counts whole;
	struct heard expected = decode(text, 0, &whole);

	cr_assert_eq(expected.count, 2);
	for (size_t piece = 1; piece < 200; piece++) {
		struct heard heard = {.count = 0};
		struct nmea nmea;

		nmea_init(&nmea, 0, hear, &heard);
		for (size_t at = 0; at < strlen(text); at += piece) {
			size_t left = strlen(text) - at;

			nmea_feed(&nmea, text + at, left < piece ? left : piece);
		}
		nmea_end_line(&nmea);
		nmea_flush(&nmea);
		cr_expect_str_eq(heard.text, expected.text, "pieces of %zu", piece);
		cr_expect_arr_eq(&nmea.counts, &whole, sizeof(whole), "pieces of %zu", piece);
	}
}

Test(nmea, completes_a_fix_when_the_next_epoch_begins_or_on_silence)
{
	struct heard heard = {.count = 0};
	struct nmea nmea;
	const char *next =
		"$GNRMC,193006.00,A,3836.03600,N,14024.34800,E,8.1,271.4,150127,,,D,V*3C\r\n";

	nmea_init(&nmea, 0, hear, &heard);
	nmea_feed(&nmea, GOLDEN_RMC, strlen(GOLDEN_RMC));
	cr_expect_eq(heard.count, 0);
	nmea_feed(&nmea, next, strlen(next));
	cr_expect_eq(heard.count, 1);
	nmea_flush(&nmea);
	cr_expect_eq(heard.count, 2);
	nmea_flush(&nmea);
	cr_expect_eq(heard.count, 2);
}

Test(nmea, reads_a_datagram_without_a_line_end)
{
	struct heard heard = {.count = 0};
	struct nmea nmea;
	const char *line = "$GPGGA,202742.0,4529.7240,N,7339.8585,W,2,9,0.9,28,M,,,,*3E";

	nmea_init(&nmea, 0, hear, &heard);
	nmea_feed(&nmea, line, strlen(line));
	nmea_end_line(&nmea);
	nmea_flush(&nmea);
	cr_expect_str_eq(heard.text, "- -73.6643083 45.4954 valid");
}
