/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher alone, without database and printing:
 *
 *	bench_match --db DB --track FILE [--every S] [--live] [--spans]
 *
 * Matches the track, thinned to a fix every S seconds, again and again for a second, and prints
 * one JSON line: {"fixes":N,"links":N,"ns_per_fix":X,"fixes_per_s":X,...}:
 *
 *	load_s, load_bytes        what loading the network took, and what it occupies
 *	grown_bytes               what the matcher occupies after the first round,
 *	grown_again_bytes         and how much more after all of them
 *	allocations_first, _later calls of malloc and its kin by our own code in the first round,
 *and in all later ones together
 *
 * With --live it is fed fix by fix to the online matcher, of which there is one for all rounds.
 * --spans prints the driven spans instead, as CSV, so that the online answer can be scored.
 */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/exits.h"
#include "common/trackfile.h"
#include "gis/db.h"
#include "gis/drive.h"
#include "gis/match.h"
#include "gis/network.h"
#include "gis/network_db.h"

#define RUN_SECONDS 1.0

struct options {
	const char *db, *track;
	double every_s;
	bool live, spans;
};

/* Linked with --wrap (Makefile), so that calls of our own code come by here. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);

static size_t allocations; /* a wrapped malloc has no other place to count in */

void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	allocations++;
	return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	allocations++;
	return __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	allocations++;
	return __real_reallocarray(old, count, size);
}

struct run {
	const struct network *net;
	const struct track *track;
	struct drive_params drive;
	struct span_list spans;
	bool keep;
	double load_s;
	size_t load_bytes;
};

static void on_movement(const struct movement *movement, void *arg)
{
	struct run *run = arg;

	if (!movement)
		run->spans.count = 0;
	else if (run->keep)
		drive_add(&run->spans, run->net, &run->drive, movement);
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t thin(struct track *track, double every_s)
{
	size_t kept = 0;

	for (size_t i = 0; i < track->count; i++)
		if (kept == 0 ||
		    (double)(track->fixes[i].time_ms - track->fixes[kept - 1].time_ms) >=
			    (every_s > 0 ? every_s * 1000 : 1))
			track->fixes[kept++] = track->fixes[i];
	return kept;
}

static size_t occupied_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static int match_live(struct run *run, struct match_live *live)
{
	int error = 0;

	for (size_t i = 0; i < run->track->count && !error; i++)
		error = match_live_feed(live, &run->track->fixes[i]);
	match_live_flush(live);
	return error;
}

static int match_whole(struct run *run, struct matcher *matcher)
{
	struct match_summary summary;

	return match_trip(matcher, run->track->fixes, run->track->count, on_movement, run,
			  &summary);
}

static void print_spans(const struct run *run)
{
	puts("layer,source_id,source_length_m,from_m,to_m,inferred,confidence");
	for (size_t i = 0; i < run->spans.count; i++) {
		const struct span *span = &run->spans.spans[i];
		const struct road *road = network_road(run->net, span->road);

		printf("%s,%s,%.2f,%.2f,%.2f,%d,%.3f\n", road->layer, road->source_id,
		       road->length_m, span->from_m, span->to_m, span->inferred,
		       (double)span->confidence);
	}
}

struct measured {
	double seconds;
	size_t rounds, before_bytes, first_bytes, last_bytes, allocations_first, allocations_later;
};

static void print_measured(const struct run *run, const struct measured *m)
{
	double fixes = (double)(m->rounds * run->track->count);

	printf("{\"fixes\":%zu,\"links\":%zu,\"ns_per_fix\":%.0f,\"fixes_per_s\":%.0f,",
	       run->track->count, network_links(run->net), m->seconds * 1e9 / fixes,
	       fixes / m->seconds);
	printf("\"load_s\":%.3f,\"load_bytes\":%zu,\"grown_bytes\":%zu,\"grown_again_bytes\":%zu,",
	       run->load_s, run->load_bytes, m->first_bytes - m->before_bytes,
	       m->last_bytes - m->first_bytes);
	printf("\"allocations_first\":%zu,\"allocations_later\":%zu}\n", m->allocations_first,
	       m->allocations_later);
}

static int measure(struct run *run, const struct options *options)
{
	struct match_params params = match_params_default();
	struct measured m = {.before_bytes = occupied_bytes()};
	struct matcher *matcher = matcher_new(run->net, &params);
	struct match_live *live = match_live_new(run->net, &params, on_movement, run);
	double start = cpu_seconds();
	int error;

	run->keep = options->spans;
	allocations = 0;
	do {
		error = options->live ? match_live(run, live) : match_whole(run, matcher);
		if (m.rounds++ == 0) {
			m.first_bytes = occupied_bytes();
			m.allocations_first = allocations;
		}
		m.seconds = cpu_seconds() - start;
	} while (!error && !options->spans && (m.seconds < RUN_SECONDS || m.rounds < 2));
	m.allocations_later = allocations - m.allocations_first;
	m.last_bytes = occupied_bytes();
	matcher_free(matcher);
	match_live_free(live);
	if (!error && options->spans)
		print_spans(run);
	else if (!error)
		print_measured(run, &m);
	return error;
}

static int load(struct db *db, struct run *run, struct network **out)
{
	size_t before_bytes = occupied_bytes();
	double start = cpu_seconds();
	int error = network_load(db, out);

	run->load_s = cpu_seconds() - start;
	run->load_bytes = occupied_bytes() - before_bytes;
	return error;
}

static int read_options(int argc, char **argv, struct options *out)
{
	static const struct option rows[] = {
		{"db", required_argument, NULL, 'd'},    {"track", required_argument, NULL, 't'},
		{"every", required_argument, NULL, 'e'}, {"live", no_argument, NULL, 'l'},
		{"spans", no_argument, NULL, 's'},       {0}};

	for (int c; (c = getopt_long(argc, argv, "", rows, NULL)) != -1;) {
		switch (c) {
		case 'd':
			out->db = optarg;
			break;
		case 't':
			out->track = optarg;
			break;
		case 'e':
			out->every_s = strtod(optarg, NULL);
			break;
		case 'l':
			out->live = true;
			break;
		case 's':
			out->spans = true;
			break;
		default:
			return EX_USAGE;
		}
	}
	return out->db && out->track ? 0 : EX_USAGE;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct track track = {0};
	struct network *net = NULL;
	struct db *db = NULL;
	struct run run = {.drive = {.class_of_vehicle = work_class_find("any"),
				    .assume_work = true,
				    .from_ms = INT64_MIN,
				    .to_ms = INT64_MAX}};
	char why[256];
	int error, status = read_options(argc, argv, &options);

	if (status)
		return fail(status,
			    "bench_match --db DB --track FILE [--every S] [--live] [--spans]");
	error = track_read(options.track, &track, why, sizeof(why));
	if (error)
		return fail(exit_status_of(error), "%s", why);
	error = db_open(options.db, DB_READ, &db);
	if (!error)
		error = load(db, &run, &net);
	if (error) {
		status = fail(exit_status_of(error), "%s", db_why(db));
	} else {
		track.count = thin(&track, options.every_s);
		run.net = net;
		run.track = &track;
		error = measure(&run, &options);
		if (error)
			status = fail(EX_DATAERR, "%s cannot be matched: %s", options.track,
				      strerror(-error));
	}
	span_list_free(&run.spans);
	network_free(net);
	db_close(db);
	track_free(&track);
	return status;
}
