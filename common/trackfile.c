/* SPDX-License-Identifier: Apache-2.0 */
#include "common/trackfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/csvtrack.h"
#include "common/gpx.h"
#include "common/nmea.h"

#define READ_BYTES 65536

/* A whole season at 1 Hz is some hundred megabytes of NMEA; more is no track of one vehicle. */
#define FILE_BYTES_MAX (INT64_C(1) << 30)

enum format { FORMAT_UNKNOWN, FORMAT_NMEA, FORMAT_GPX, FORMAT_CSV };

struct reader {
	struct track *track;
	size_t capacity;
	enum format format;
	struct nmea nmea;
	struct csvtrack csv;
	struct gpx *gpx;
	const char *path;
	char *why;
	size_t why_size;
	char bytes[READ_BYTES];
};

static int refuse(struct reader *reader, int error, const char *sentence)
{
	if (reader->why && reader->why_size > 0)
		snprintf(reader->why, reader->why_size, "%s: %s", reader->path, sentence);
	return error;
}

static void take_fix(const struct fix *fix, void *user)
{
	struct reader *reader = user;
	struct track *track = reader->track;

	if (!fix_is_plausible(fix)) {
		track->skipped++;
		return;
	}
	track->fixes = x_grow(track->fixes, track->count, &reader->capacity, sizeof(*track->fixes));
	track->fixes[track->count++] = *fix;
}

static enum format format_of_name(const char *path)
{
	static const struct {
		const char *ending;
		enum format format;
	} endings[] = {{".nmea", FORMAT_NMEA},
		       {".log", FORMAT_NMEA},
		       {".txt", FORMAT_NMEA},
		       {".gpx", FORMAT_GPX},
		       {".csv", FORMAT_CSV}};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (strcasecmp(dot, endings[i].ending) == 0)
			return endings[i].format;
	}
	return FORMAT_UNKNOWN;
}

/* XML begins with '<', our CSV with a header that names lat; what has a '$' is taken for NMEA. */
static enum format format_of_bytes(const char *bytes, size_t size)
{
	size_t at = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (at < size && strchr(" \t\r\n", bytes[at]) && bytes[at] != '\0')
		at++;
	if (at < size && bytes[at] == '<')
		return FORMAT_GPX;
	return memchr(bytes, '$', size) ? FORMAT_NMEA : FORMAT_CSV;
}

static int feed(struct reader *reader, const char *bytes, size_t size, bool is_last)
{
	switch (reader->format) {
	case FORMAT_GPX:
		if (gpx_feed(reader->gpx, bytes, size, is_last) == 0)
			return 0;
		return refuse(reader, -EBADMSG, gpx_why(reader->gpx));
	case FORMAT_CSV:
		if (csvtrack_feed(&reader->csv, bytes, size, is_last) == 0)
			return 0;
		return refuse(reader, -EBADMSG, reader->csv.why);
	default:
		nmea_feed(&reader->nmea, bytes, size);
		if (is_last) {
			nmea_end_line(&reader->nmea);
			nmea_flush(&reader->nmea);
		}
		return 0;
	}
}

static int finish(struct reader *reader)
{
	const struct nmea_counts *counts = &reader->nmea.counts;

	switch (reader->format) {
	case FORMAT_GPX:
		reader->track->skipped += gpx_skipped(reader->gpx);
		return 0;
	case FORMAT_CSV:
		reader->track->skipped += reader->csv.skipped;
		memcpy(reader->track->unknown_columns, reader->csv.unknown,
		       sizeof(reader->csv.unknown));
		return 0;
	default:
		reader->track->skipped +=
			counts->bad_checksum + counts->no_checksum + counts->malformed;
		if (counts->used + counts->voids + counts->unknown > 0)
			return 0;
		return refuse(reader, -EBADMSG,
			      "no track: no line of it is an NMEA sentence with a checksum");
	}
}

static int read_all(int fd, struct reader *reader)
{
	int64_t total = 0;
	ssize_t got;
	int error = 0;

	do {
		got = TEMP_FAILURE_RETRY(read(fd, reader->bytes, sizeof(reader->bytes)));
		if (got < 0 && errno == EISDIR)
			return refuse(reader, -EBADMSG, "a directory, not a track");
		if (got < 0)
			return refuse(reader, -errno, strerror(errno));
		total += got;
		if (total > FILE_BYTES_MAX)
			return refuse(reader, -EBADMSG, "longer than 1 GiB; split the track");
		if (reader->format == FORMAT_UNKNOWN)
			reader->format = format_of_bytes(reader->bytes, (size_t)got);
		error = feed(reader, reader->bytes, (size_t)got, got == 0);
	} while (error == 0 && got != 0);
	return error != 0 ? error : finish(reader);
}

static int read_path(const char *path, struct reader *reader)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return refuse(reader, -errno, strerror(errno));
	reader->format = format_of_name(path);
	reader->gpx = gpx_new(take_fix, reader);
	csvtrack_init(&reader->csv, take_fix, reader);
	nmea_init(&reader->nmea, 0, take_fix, reader);
	error = read_all(fd, reader);
	gpx_free(reader->gpx);
	close(fd);
	return error;
}

int track_read(const char *path, struct track *out, char *why, size_t why_size)
{
	struct reader *reader = x_calloc(1, sizeof(*reader));
	int error;

	memset(out, 0, sizeof(*out));
	reader->path = path;
	reader->track = out;
	reader->why = why;
	reader->why_size = why_size;
	error = read_path(path, reader);
	free(reader);
	if (error != 0)
		track_free(out);
	return error;
}

void track_free(struct track *track)
{
	free(track->fixes);
	memset(track, 0, sizeof(*track));
}
