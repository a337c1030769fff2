/* SPDX-License-Identifier: Apache-2.0 */
#include "common/trackfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/support/folder.h"

/* Writes a file with this ending, reads it as a track, and removes it. */
static int read_text(const char *text, size_t size, const char *ending, struct track *out,
		     char why[256])
{
	char folder[FOLDER_BYTES], path[FOLDER_BYTES + 32];
	int fd, result;

	folder_make(folder);
	snprintf(path, sizeof(path), "%s/track%s", folder, ending);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	cr_assert(fd >= 0 && write(fd, text, size) == (ssize_t)size);
	close(fd);
	why[0] = '\0';
	result = track_read(path, out, why, 256);
	folder_remove(folder);
	/* The rest of the sentence is the same whatever the file is called. */
	if (strncmp(why, path, strlen(path)) == 0)
		memmove(why, why + strlen(path) + 2, strlen(why + strlen(path) + 2) + 1);
	return result;
}

struct reading {
	int result;
	size_t count;
	uint64_t skipped;
	struct fix first;
	char unknown[256];
	char why[256];
};

static struct reading read_as(const char *text, const char *ending)
{
	struct reading reading = {.first = fix_none()};
	struct track track;

	reading.result = read_text(text, strlen(text), ending, &track, reading.why);
	reading.count = track.count;
	reading.skipped = track.skipped;
	if (track.count > 0)
		reading.first = track.fixes[0];
	strcpy(reading.unknown, track.unknown_columns);
	track_free(&track);
	return reading;
}

Test(trackfile, reads_csv_with_three_columns)
{
	struct reading got =
		read_as("unix_time,lat,lon\n1736974801.000,36.695671,137.236898\n", ".csv");

	cr_assert_eq(got.result, 0);
	cr_assert_eq(got.count, 1);
	cr_expect_eq(got.first.time_ms, 1736974801000);
	cr_expect_eq(got.first.lat_e7, 366956710);
	cr_expect_eq(got.first.lon_e7, 1372368980);
	cr_expect_eq(got.first.flags, FIX_VALID);
	cr_expect_eq(got.first.speed_cmps, FIX_ABSENT);
	cr_expect_eq(got.first.blade, -1);
	cr_expect_eq(got.first.work, 'U');
	cr_expect_eq(got.first.work_source, WORK_SOURCE_NONE);
}

Test(trackfile, reads_csv_columns_in_any_order)
{
	struct reading got = read_as(
		"\xef\xbb\xbf\"work_state\", blade,hdop,heading_deg,lon,speed_mps,lat,unix_time\r\n"
		"N,1,0.8,359.999,140.4058,4.166,38.6006,1800041405\r\n",
		".csv");

	cr_assert_eq(got.count, 1);
	cr_expect_eq(got.first.time_ms, 1800041405000);
	cr_expect_eq(got.first.speed_cmps, 417);
	cr_expect_eq(got.first.course_cdeg, 0);
	cr_expect_eq(got.first.hdop_c, 80);
	cr_expect_eq(got.first.blade, 1);
	cr_expect_eq(got.first.work, 'N');
	cr_expect_eq(got.first.work_source, WORK_FROM_BUTTON);
}

Test(trackfile, takes_an_empty_csv_cell_as_unknown)
{
	struct reading got =
		read_as("unix_time,lat,lon,speed_mps,heading_deg,hdop,blade,work_state\n"
			"1800041405,38.6006,140.4058,,,,,\n",
			".csv");

	cr_assert_eq(got.count, 1);
	cr_expect_eq(got.first.speed_cmps, FIX_ABSENT);
	cr_expect_eq(got.first.course_cdeg, FIX_ABSENT);
	cr_expect_eq(got.first.hdop_c, FIX_ABSENT);
	cr_expect_eq(got.first.blade, -1);
	cr_expect_eq(got.first.work, 'U');
}

Test(trackfile, names_unknown_csv_columns_once)
{
	struct reading got =
		read_as("unix_time,lat,lon,speed_mps_derived,備考\n"
			"1800041405,38.6006,140.4058,8.59,x\n1800041406,38.6006,140.4058,8.59,y\n",
			".csv");

	cr_expect_eq(got.count, 2);
	cr_expect_str_eq(got.unknown, "speed_mps_derived, 備考");
	got = read_as("unix_time,lat,lon,\x1b[2Jx\n1800041405,38.6006,140.4058,8.59\n", ".csv");
	cr_expect_str_eq(got.unknown, "?[2Jx");
}

Test(trackfile, skips_and_counts_csv_lines_that_make_no_sense)
{
	static const char *const lines[] = {"1800041405,38.6006",
					    "1800041405,38.6006,140.4058,1,2",
					    "x,38.6006,140.4058,1",
					    ",38.6006,140.4058,1",
					    "1800041405,90.0000001,140.4058,1",
					    "1800041405,38.6006,180.0000001,1",
					    "1800041405,38.6006,,1",
					    "1800041405,nan,140.4058,1",
					    "1,38.6006,140.4058,1",
					    "1e300,38.6006,140.4058,1",
					    "1800041405;38.6006;140.4058;1"};
	char text[512];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct reading got;

		snprintf(text, sizeof(text),
			 "unix_time,lat,lon,hdop\n%s\n\n1800041405,38.6006,140.4058,1", lines[i]);
		got = read_as(text, ".csv");
		cr_expect_eq(got.count, 1, "%s", lines[i]);
		cr_expect_eq(got.skipped, 1, "%s", lines[i]);
	}
}

Test(trackfile, skips_a_csv_line_that_is_too_long)
{
	char text[20000];
	struct reading got;

	strcpy(text, "unix_time,lat,lon\n1800041405,38.6006,140.4058\n");
	memset(text + strlen(text), '1', 10000);
	strcpy(text + strlen(text), "\n1800041406,38.6006,140.4058\n");
	got = read_as(text, ".csv");
	cr_expect_eq(got.count, 2);
	cr_expect_eq(got.skipped, 1);
}

Test(trackfile, refuses_what_is_no_track_naming_the_line)
{
	static const struct {
		const char *ending, *text, *why;
	} rows[] = {
		{".csv", "",
		 "line 1: no track: the header must name the columns unix_time, lat and lon"},
		{".csv", "time,lat,lon\n",
		 "line 1: no track: the header must name the columns unix_time, lat and lon"},
		{".csv", "unix_time,lat,lon,lat\n", "line 1: the header names a column twice"},
		{".nmea", "", "no track: no line of it is an NMEA sentence with a checksum"},
		{".nmea", "hello\n$GPRMC,1*00\n",
		 "no track: no line of it is an NMEA sentence with a checksum"},
		{".gpx", "", "line 1: no element found"},
		{".gpx", "<gpx>\n<trk>\n</gpx>", "line 3: mismatched tag"},
		{".gpx", "<kml/>", "line 1: this is XML, but not GPX: its root is no <gpx>"},
		{".gpx", "<!DOCTYPE gpx [<!ENTITY a \"b\">]>\n<gpx>&a;</gpx>",
		 "line 1: a document type is not accepted; export the track as plain GPX 1.1"},
		{".gpx", "<gpx>\n&a;</gpx>", "line 2: undefined entity"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reading got = read_as(rows[i].text, rows[i].ending);

		cr_expect_eq(got.result, -EBADMSG, "%s", rows[i].text);
		cr_expect_str_eq(got.why, rows[i].why, "%s: \"%s\"", rows[i].text, got.why);
		cr_expect_eq(got.count, 0);
	}
}

#define POINT_TIME "<time>2027-01-15T19:30:05Z</time>"

Test(trackfile, reads_gpx_with_all_that_is_known)
{
	struct reading got = read_as(
		"<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" "
		"xmlns=\"http://www.topografix.com/GPX/1/1\">"
		"<trk><name>x</name><trkseg><trkpt lat=\"38.6006\" "
		"lon=\"140.4058\"><ele>92.44</ele>"
		"<time> 2027-01-15T19:30:05.250Z\n</time><hdop>0.8</hdop><sat>14</sat><fix>3d</fix>"
		"<extensions><gpxtpx:TrackPointExtension><gpxtpx:speed>4.166</gpxtpx:speed>"
		"<gpxtpx:course>271.4</gpxtpx:course></gpxtpx:TrackPointExtension></extensions>"
		"</trkpt></trkseg></trk></gpx>",
		".gpx");

	cr_assert_eq(got.result, 0, "%s", got.why);
	cr_assert_eq(got.count, 1);
	cr_expect_eq(got.first.time_ms, 1800041405250);
	cr_expect_eq(got.first.lon_e7, 1404058000);
	cr_expect_eq(got.first.lat_e7, 386006000);
	cr_expect_eq(got.first.alt_dm, 924);
	cr_expect_eq(got.first.hdop_c, 80);
	cr_expect_eq(got.first.satellites, 14);
	cr_expect_eq(got.first.speed_cmps, 417);
	cr_expect_eq(got.first.course_cdeg, 27140);
	cr_expect_eq(got.first.flags, FIX_VALID);
}

Test(trackfile, takes_gpx_track_points_with_a_time_and_no_others)
{
	struct reading got = read_as(
		"<gpx><wpt lat=\"1\" lon=\"1\">" POINT_TIME "</wpt><trk><trkseg>"
		"<trkpt lat=\"38.6006\" lon=\"140.4058\"/>"
		"<trkpt lat=\"91\" lon=\"140.4058\">" POINT_TIME "</trkpt>"
		"<trkpt lat=\"38.6006\">" POINT_TIME "</trkpt>"
		"<trkpt lon=\"140.4058\" lat=\"38.6006\"><time>soon</time></trkpt>"
		"<trkpt lon=\"140.4058\" lat=\"38.6006\"><time>2027-01-15T19:30:05</time></trkpt>"
		"<trkpt lon=\"140.4058\" lat=\"38.6006\">" POINT_TIME "<fix>none</fix></trkpt>"
		"</trkseg></trk></gpx>",
		".gpx");

	cr_expect_eq(got.count, 2);
	cr_expect_eq(got.skipped, 4);
	cr_expect_eq(got.first.time_ms, 1800041405000);
}

Test(trackfile, bounds_the_depth_of_gpx)
{
	char text[4096] = "<gpx>";
	struct reading got;

	for (int i = 0; i < 100; i++)
		strcat(text, "<a>");
	got = read_as(text, ".gpx");
	cr_expect_eq(got.result, -EBADMSG);
	cr_expect_str_eq(got.why, "line 1: elements lie more than 32 deep in each other");
}

Test(trackfile, reads_nmea_and_leaves_out_what_has_no_time)
{
	struct reading got = read_as(
		"$GNGGA,193005.00,3836.03600,N,14024.34800,E,2,14,0.8,92.4,M,38.1,M,,0000*40\n"
		"$GNRMC,193006.00,V,,,,,,,150127,,,N,V*14\n"
		"$GPRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,010607,,,A*5E\n"
		"$GPRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,010607,,,A*5F\n",
		".log");

	cr_assert_eq(got.result, 0);
	cr_expect_eq(got.count, 1);
	cr_expect_eq(got.skipped, 2); /* the position without a time, the wrong checksum */
	cr_expect_eq(got.first.time_ms, 1180726205000);
}

Test(trackfile, tells_the_format_by_the_ending_then_by_the_first_bytes)
{
	const char *csv = "unix_time,lat,lon\n1800041405,38.6006,140.4058\n";
	const char *gpx =
		"\n<gpx><trkpt lon=\"140.4058\" lat=\"38.6006\">" POINT_TIME "</trkpt></gpx>";
	const char *nmea =
		"id$GPRMC,193005.00,A,3836.03600,N,14024.34800,E,8.1,271.4,010607,,,A*5E";

	cr_expect_eq(read_as(csv, ".CSV").count, 1);
	cr_expect_eq(read_as(csv, ".dat").count, 1);
	cr_expect_eq(read_as(gpx, ".dat").count, 1);
	cr_expect_eq(read_as(nmea, ".dat").count, 1);
	cr_expect_eq(read_as(nmea, "").count, 1);
	cr_expect_eq(read_as(csv, ".nmea").result, -EBADMSG);
}

Test(trackfile, keeps_every_fix_of_a_long_file_whatever_the_pieces)
{
	static char text[4000000];
	struct track track;
	char why[256];
	size_t used = (size_t)sprintf(text, "unix_time,lat,lon\n");

	for (int i = 0; i < 100000; i++)
		used += (size_t)sprintf(text + used, "%d,38.6006,140.4058\n", 1800000000 + i);
	cr_assert_eq(read_text(text, used, ".csv", &track, why), 0);
	cr_assert_eq(track.count, 100000);
	cr_expect_eq(track.skipped, 0);
	cr_expect_eq(track.fixes[99999].time_ms, INT64_C(1800099999000));
	track_free(&track);
}

Test(trackfile, says_what_is_wrong_with_the_path)
{
	struct track track;
	char why[256], folder[FOLDER_BYTES], path[FOLDER_BYTES + 32], wanted[FOLDER_BYTES + 64];

	folder_make(folder);
	snprintf(path, sizeof(path), "%s/absent.csv", folder);
	snprintf(wanted, sizeof(wanted), "%s: No such file or directory", path);
	cr_expect_eq(track_read(path, &track, why, sizeof(why)), -ENOENT);
	cr_expect_str_eq(why, wanted);
	snprintf(wanted, sizeof(wanted), "%s: a directory, not a track", folder);
	cr_expect_eq(track_read(folder, &track, why, sizeof(why)), -EBADMSG);
	cr_expect_str_eq(why, wanted);
	cr_expect_eq(track_read(folder, &track, NULL, 0), -EBADMSG);
	folder_remove(folder);
}
