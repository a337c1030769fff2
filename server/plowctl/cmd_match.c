/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "common/rfc3339.h"
#include "common/trackfile.h"
#include "gis/drive.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "gis/trips.h"
#include "server/csv.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"

struct run {
	const struct network *net;
	struct matcher *matcher;
	struct fix *fixes;
	struct drive_params params;
	struct span_list spans;
	struct match_summary total;
	int error;
};

static void add_summary(struct match_summary *total, const struct match_summary *more)
{
	total->fixes += more->fixes;
	total->matched += more->matched;
	total->off_road += more->off_road;
	total->jumped += more->jumped;
	total->breaks += more->breaks;
}

static void on_trip(size_t first, size_t count, void *arg)
{
	struct run *run = arg;
	struct match_summary summary;

	if (run->error)
		return;
	run->error = drive_trip(run->matcher, run->net, &run->params, &run->fixes[first], count, &run->spans,
				&summary);
	if (!run->error)
		add_summary(&run->total, &summary);
}

static int compare_fixes(const void *a, const void *b)
{
	return fix_compare(a, b);
}

/* In time order, valid ones only, and of equal times the one that would count in the database. */
static size_t put_in_order(struct fix *fixes, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(fixes, count, sizeof(*fixes), compare_fixes);
	for (size_t i = 0; i < count; i++) {
		if (fixes[i].flags & FIX_VALID && (kept == 0 || fixes[kept - 1].time_ms != fixes[i].time_ms))
			fixes[kept++] = fixes[i];
	}
	return kept;
}

static void print_spans(const struct network *net, const struct span_list *spans)
{
	char start[RFC3339_BYTES], end[RFC3339_BYTES];

	puts("layer,source_id,source_length_m,from_m,to_m,start,end,at_work,inferred,confidence");
	for (size_t i = 0; i < spans->count; i++) {
		const struct span *span = &spans->spans[i];
		const struct road *road = network_road(net, span->road);

		csv_field(stdout, road->layer);
		putchar(',');
		csv_field(stdout, road->source_id);
		printf(",%.2f,%.2f,%.2f,%s,%s,%d,%d,%.3f\n", road->length_m, span->from_m, span->to_m,
		       rfc3339_format(span->start_ms, start), rfc3339_format(span->end_ms, end), span->at_work,
		       span->inferred, (double)span->confidence);
	}
}

static void print_summary(const struct match_summary *total)
{
	fprintf(stderr, "{\"fixes\":%u,\"matched\":%u,\"off_road\":%u,\"jumped\":%u,\"breaks\":%u}\n",
		total->fixes, total->matched, total->off_road, total->jumped, total->breaks);
}

static int match_track(struct db *db, struct track *track, bool assume_work)
{
	struct match_params match_params = match_params_default();
	struct trip_params trips = trip_params_default();
	struct network *net = NULL;
	struct run run = {
		.fixes = track->fixes,
		.params = {.class_of_vehicle = work_class_find("any"),
			   .assume_work = assume_work,
			   .from_ms = INT64_MIN,
			   .to_ms = INT64_MAX},
	};
	int error = network_load(db, &net);

	if (error)
		return fail_db(db, error);
	run.net = net;
	run.matcher = matcher_new(net, &match_params);
	trips_split(track->fixes, put_in_order(track->fixes, track->count), &trips, on_trip, &run);
	if (!run.error) {
		print_spans(net, &run.spans);
		print_summary(&run.total);
	}
	matcher_free(run.matcher);
	span_list_free(&run.spans);
	network_free(net);
	if (fflush(stdout) != 0)
		return fail(EX_IOERR, "the output cannot be written: %s", strerror(errno));
	return run.error ? fail(EX_SOFTWARE, "the track cannot be matched: %s", strerror(-run.error)) : 0;
}

int cmd_match(int argc, char **argv)
{
	const char *path = NULL, *file = NULL;
	bool assume_work = false;
	const struct option_row rows[] = {{"db", &path, NULL, true},
					  {"track", &file, NULL, true},
					  {"at-work", NULL, &assume_work, false},
					  {0}};
	struct track track = {0};
	struct db *db;
	char why[256], **operands;
	int error, count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count > 0)
		return fail(EX_USAGE, "match takes no operand: %s", operands[0]);
	status = open_database(path, DB_READ, &db);
	if (status)
		return status;
	error = track_read(file, &track, why, sizeof(why));
	if (error)
		status = fail(exit_status_of(error), "%s", why);
	else
		status = match_track(db, &track, assume_work);
	if (!error && track.unknown_columns[0])
		fprintf(stderr, "plowctl: columns that are ignored: %s\n", track.unknown_columns);
	track_free(&track);
	db_close(db);
	return status;
}
