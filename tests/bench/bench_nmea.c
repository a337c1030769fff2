/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many sentences a second the NMEA decoder reads on one core, from memory to fixes, without
 * printing them: bench_nmea [FILE].  Without a file: RMC and GGA once a second through a day.
 * Where gpsd's gpsdecode is installed it gets the same text, in the same run: that one reads it
 * from a file and prints JSON to nowhere.  Seconds of CPU both times, the best of three runs.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/wait.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "common/nmea.h"
#include "common/nmea_fields.h"

#define SECONDS_OF_A_DAY 86400
#define LINE_ROOM 96
#define RUN_SECONDS 1.0
#define RUNS 3

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

struct result {
	double sentences_per_s, fixes_per_s, mb_per_s;
	uint64_t sentences; /* of the text */
};

static struct result measure(const struct text *text)
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
	return (struct result){(double)sentences / seconds, (double)fixes / seconds,
			       (double)(text->size * rounds) / seconds / 1e6, nmea.counts.sentences};
}

/* Becomes gpsdecode, which reads the file and prints to nowhere. */
static void become_gpsdecode(FILE *file)
{
	if (dup2(fileno(file), STDIN_FILENO) < 0 || !freopen("/dev/null", "w", stdout) ||
	    !freopen("/dev/null", "w", stderr))
		_exit(126);
	execlp("gpsdecode", "gpsdecode", (char *)NULL);
	_exit(127);
}

/* Seconds of CPU that gpsdecode takes for the text; 0: there is none here, or it failed. */
static double run_gpsdecode(const struct text *text)
{
	FILE *file = tmpfile();
	struct rusage usage;
	int status = -1;
	pid_t child;

	if (!file)
		return 0;
	if (fwrite(text->bytes, 1, text->size, file) != text->size || fflush(file) != 0) {
		fclose(file);
		return 0;
	}
	rewind(file);
	child = fork();
	if (child == 0)
		become_gpsdecode(file);
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		status = -1;
	fclose(file);
	if (status != 0)
		return 0;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void report(const struct text *text)
{
	struct result best = {0};
	double gpsdecode_s = 0;

	for (int i = 0; i < RUNS; i++) {
		struct result result = measure(text);
		double other_s = run_gpsdecode(text);

		if (result.sentences_per_s > best.sentences_per_s)
			best = result;
		if (other_s > 0 && (gpsdecode_s <= 0 || other_s < gpsdecode_s))
			gpsdecode_s = other_s;
	}
	printf("{\"bench\":\"nmea\",\"sentences_per_s\":%.0f,\"mb_per_s\":%.1f,\"fixes_per_s\":%.0f,"
	       "\"sentences\":%" PRIu64 ",\"gpsdecode_sentences_per_s\":%.0f}\n",
	       best.sentences_per_s, best.mb_per_s, best.fixes_per_s, best.sentences,
	       gpsdecode_s > 0 ? (double)best.sentences / gpsdecode_s : 0);
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
	report(&text);
	free(text.bytes);
	return EX_OK;
}
