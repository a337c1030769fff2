/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many sentences a second the NMEA decoder reads on one core, from memory to fixes, without
 * printing them: bench_nmea [FILE].  Without a file: RMC and GGA once a second through a day.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "common/nmea.h"
#include "common/nmea_fields.h"

#define SECONDS_OF_A_DAY 86400
#define LINE_ROOM 96
#define RUN_SECONDS 2.0

struct text {
	char *bytes;
	size_t size;
};

static size_t put_sentence(char *out, const char *body)
{
	return (size_t)sprintf(out, "$%s*%02X\r\n", body, nmea_xor(body, strlen(body)));
}

/* A drive east: every second is elsewhere, so that nothing can be guessed from the last line. */
static struct text made_up_day(void)
{
	struct text text = {.bytes = x_malloc((size_t)SECONDS_OF_A_DAY * 2 * LINE_ROOM)};
	char body[LINE_ROOM];

	for (int s = 0; s < SECONDS_OF_A_DAY; s++) {
		int hhmmss = s / 3600 * 10000 + s / 60 % 60 * 100 + s % 60;

		snprintf(body, sizeof(body),
			 "GNRMC,%06d.00,A,3836.%05d,N,14024.%05d,E,8.1,271.4,150127,,,D", hhmmss,
			 s % 100000, s * 7 % 100000);
		text.size += put_sentence(text.bytes + text.size, body);
		snprintf(body, sizeof(body),
			 "GNGGA,%06d.00,3836.%05d,N,14024.%05d,E,2,14,0.8,92.4,M,38.1,M,,", hhmmss,
			 s % 100000, s * 7 % 100000);
		text.size += put_sentence(text.bytes + text.size, body);
	}
	return text;
}

static int read_whole(const char *path, struct text *out)
{
	FILE *file = fopen(path, "rb");
	long size;

	if (!file)
		return -errno;
	if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) <= 0) {
		fclose(file);
		return -EIO;
	}
	rewind(file);
	out->size = (size_t)size;
	out->bytes = x_malloc(out->size);
	size = (long)fread(out->bytes, 1, out->size, file);
	fclose(file);
	return (size_t)size == out->size ? 0 : -EIO;
}

static void count_fix(const struct fix *fix, void *user)
{
	uint64_t *fixes = user;

	*fixes += fix->time_ms != FIX_TIME_UNKNOWN;
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure(const struct text *text)
{
	uint64_t sentences = 0, fixes = 0, rounds = 0;
	double start = cpu_seconds(), seconds;
	struct nmea nmea;

	do {
		nmea_init(&nmea, 0, count_fix, &fixes);
		nmea_feed(&nmea, text->bytes, text->size);
		nmea_end_line(&nmea);
		nmea_flush(&nmea);
		sentences += nmea.counts.sentences;
		rounds++;
		seconds = cpu_seconds() - start;
	} while (seconds < RUN_SECONDS);
	printf("{\"bench\":\"nmea\",\"sentences_per_s\":%.0f,\"mb_per_s\":%.1f,\"fixes_per_s\":%."
	       "0f,"
	       "\"sentences\":%" PRIu64 "}\n",
	       (double)sentences / seconds, (double)(text->size * rounds) / seconds / 1e6,
	       (double)fixes / seconds, nmea.counts.sentences);
}

int main(int argc, char **argv)
{
	struct text text;
	int error;

	if (argc > 1) {
		error = read_whole(argv[1], &text);
		if (error)
			return fail(exit_status_of(error), "%s: %s", argv[1], strerror(-error));
	} else {
		text = made_up_day();
	}
	measure(&text);
	free(text.bytes);
	return EX_OK;
}
