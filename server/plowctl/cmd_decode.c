/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowctl/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/decimal.h"
#include "common/exits.h"
#include "common/fix.h"
#include "common/nmea.h"
#include "common/rfc3339.h"
#include "server/plowctl/options.h"

#define READ_BYTES 65536

struct decode {
	FILE *out;
	uint64_t fixes, valid;
};

static void print_number(FILE *out, const char *name, int32_t value, int scale)
{
	char text[DECIMAL_BYTES];

	fputs(name, out);
	fputs(value == FIX_ABSENT ? "null" : decimal_format(value, scale, text), out);
}

static void print_time(FILE *out, int64_t time_ms)
{
	char text[RFC3339_BYTES];

	if (time_ms == FIX_TIME_UNKNOWN) {
		fputs("{\"time\":null", out);
		return;
	}
	fputs("{\"time\":\"", out);
	fputs(rfc3339_format(time_ms, text), out);
	fputc('"', out);
}

static void print_fix(const struct fix *fix, void *user)
{
	struct decode *decode = user;
	FILE *out = decode->out;

	print_time(out, fix->time_ms);
	print_number(out, ",\"lon\":", fix->lon_e7, 7);
	print_number(out, ",\"lat\":", fix->lat_e7, 7);
	print_number(out, ",\"alt_m\":", fix->alt_dm, 1);
	print_number(out, ",\"speed_mps\":", fix->speed_cmps, 2);
	print_number(out, ",\"course_deg\":", fix->course_cdeg, 2);
	print_number(out, ",\"hdop\":", fix->hdop_c, 2);
	print_number(out, ",\"satellites\":", fix->satellites, 0);
	print_number(out, ",\"quality\":", fix->quality, 0);
	fputs(fix->flags & FIX_VALID ? ",\"valid\":true" : ",\"valid\":false", out);
	fputs(fix->flags & FIX_DEAD_RECKONING ? ",\"dead_reckoning\":true}\n" : "}\n", out);
	decode->fixes++;
	decode->valid += (fix->flags & FIX_VALID) != 0;
}

static void print_counts(const struct nmea_counts *counts, const struct decode *decode)
{
	fprintf(stderr,
		"{\"sentences\":%" PRIu64 ",\"used\":%" PRIu64 ",\"fixes\":%" PRIu64
		",\"valid\":%" PRIu64 ",\"skipped\":{\"void\":%" PRIu64 ",\"unknown\":%" PRIu64
		",\"bad_checksum\":%" PRIu64 ",\"no_checksum\":%" PRIu64 ",\"malformed\":%" PRIu64
		"}}\n",
		counts->sentences, counts->used, decode->fixes, decode->valid, counts->voids,
		counts->unknown, counts->bad_checksum, counts->no_checksum, counts->malformed);
}

/* Returns 0 at the end of the input, or the negative errno of a read or a write. */
static int decode_all(int fd, struct nmea *nmea, FILE *out)
{
	char bytes[READ_BYTES];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		nmea_feed(nmea, bytes, (size_t)got);
		/* A pipe's reader sees each fix as soon as there is one. */
		if (got < READ_BYTES && fflush(out) != 0)
			return -errno;
	}
	nmea_end_line(nmea);
	nmea_flush(nmea);
	return fflush(out) == 0 && !ferror(out) ? 0 : -errno;
}

static int decode_file(const char *path, unsigned options)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct decode decode = {.out = stdout};
	struct nmea nmea;
	int fd, error;

	fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(exit_status_of(-errno), "%s: cannot be opened: %s", path,
			    strerror(errno));
	nmea_init(&nmea, options, print_fix, &decode);
	error = decode_all(fd, &nmea, stdout);
	if (!is_stdin)
		close(fd);
	if (error != 0)
		return fail(EX_IOERR, "%s: stopped after %" PRIu64 " fixes: %s", path, decode.fixes,
			    strerror(-error));
	print_counts(&nmea.counts, &decode);
	return EX_OK;
}

int cmd_decode(int argc, char **argv)
{
	bool allow_no_checksum = false;
	const struct option_row rows[] = {{"allow-no-checksum", NULL, &allow_no_checksum, false},
					  {0}};
	char **operands;
	int count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count != 1)
		return fail(EX_USAGE, "decode needs one FILE, or - for the standard input");
	return decode_file(operands[0], allow_no_checksum ? NMEA_ALLOW_NO_CHECKSUM : 0);
}
