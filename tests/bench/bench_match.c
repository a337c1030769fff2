/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matcher alone, without database and printing:
 *
 *	bench_match --db DB --track FILE [--every S] [--live] [--spans]
 *
 * Matches the track, thinned to a fix every S seconds, again and again for two seconds, and prints
 * one JSON line: {"fixes":N,"links":N,"ns_per_fix":X,"fixes_per_s":X}.  With --live it is fed fix
 *by fix to the online matcher.  --spans prints the driven spans instead, as CSV, so that the online
 * answer can be scored.
 */
#include <errno.h>
#include <getopt.h>
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

#define RUN_SECONDS 2.0

struct options {
	const char *db, *track;
	double every_s;
	bool live, spans;
};

struct run {
	const struct network *net;
	const struct track *track;
	struct drive_params drive;
	struct span_list spans;
	bool keep;
};

static void on_movement(const struct movement *movement, void *arg)
{
	struct run *run = arg;

	if (run->keep)
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

static int match_live(struct run *run)
{
	struct match_params params = match_params_default();
	struct match_live *live = match_live_new(run->net, &params, on_movement, run);
	int error = 0;

	for (size_t i = 0; i < run->track->count && !error; i++)
		error = match_live_feed(live, &run->track->fixes[i]);
	match_live_flush(live);
	match_live_free(live);
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

static int measure(struct run *run, const struct options *options)
{
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(run->net, &params);
	double start = cpu_seconds(), seconds;
	size_t rounds = 0;
	int error;

	run->keep = options->spans;
	do {
		error = options->live ? match_live(run) : match_whole(run, matcher);
		rounds++;
		seconds = cpu_seconds() - start;
	} while (!error && !options->spans && seconds < RUN_SECONDS);
	matcher_free(matcher);
	if (error)
		return error;
	if (options->spans)
		print_spans(run);
	else
		printf("{\"fixes\":%zu,\"links\":%zu,\"ns_per_fix\":%.0f,\"fixes_per_s\":%.0f}\n",
		       run->track->count, network_links(run->net),
		       seconds * 1e9 / (double)(rounds * run->track->count),
		       (double)(rounds * run->track->count) / seconds);
	return 0;
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
		error = network_load(db, &net);
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
