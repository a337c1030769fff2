/* SPDX-License-Identifier: Apache-2.0 */
#include "server/recompute.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/rfc3339.h"
#include "gis/coverage.h"
#include "gis/cut.h"
#include "gis/db.h"
#include "gis/drive.h"
#include "gis/match.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "gis/trips.h"
#include "server/corrections.h"
#include "server/csv.h"
#include "server/fixes.h"
#include "server/vehicles.h"

/* What one run works with. */
struct run {
	const struct recomputed *result;
	struct fix_reader *reader;
	struct matcher *matcher;
	struct fix_list fixes;
	struct span_list spans;
	const struct vehicle *vehicle;
	struct drive_params params;
	int error;
};

static void on_trip(size_t first, size_t count, void *arg)
{
	struct run *run = arg;
	const struct fix *fixes = &run->fixes.fixes[first];
	struct coverage_key key = {.vehicle_id = run->vehicle->id, .trip = fixes[0].time_ms};
	struct match_summary summary;

	if (run->error || fixes[count - 1].time_ms < run->params.from_ms || fixes[0].time_ms >= run->params.to_ms)
		return;
	run->spans.count = 0;
	run->error = drive_trip(run->matcher, run->result->net, &run->params, fixes, count, &run->spans, &summary);
	if (!run->error)
		coverage_put(run->result->coverage, key, run->spans.spans, run->spans.count);
}

/*
 * Reads the whole stretches that reach into the window, since a trip is matched whole wherever the
 * window cuts it, and drops what was read before the next stretch.
 */
static int run_vehicle(struct run *run)
{
	struct trip_params trips = trip_params_default();
	int64_t from_ms = run->params.from_ms, to_ms = run->params.to_ms;
	int error = fix_stretch(run->reader, run->vehicle->id, trips.gap_ms, &from_ms, &to_ms);

	run->params.class_of_vehicle = work_class_find(run->vehicle->class_code);
	run->fixes.count = 0;
	if (!error)
		error = fix_read(run->reader, run->vehicle->id, from_ms, to_ms + 1, &run->fixes);
	if (error)
		return error;
	trips_split(run->fixes.fixes, run->fixes.count, &trips, on_trip, run);
	return run->error;
}

static int run_all(struct db *db, int64_t from_ms, int64_t to_ms, struct recomputed *result)
{
	struct match_params params = match_params_default();
	struct run run = {
		.result = result,
		.reader = fix_reader_new(db),
		.params = {.from_ms = from_ms, .to_ms = to_ms},
	};
	int error = run.reader ? 0 : -EIO;

	run.matcher = matcher_new(result->net, &params);
	for (size_t i = 0; i < result->vehicle_count && !error; i++) {
		run.vehicle = &result->vehicles[i];
		error = run_vehicle(&run);
	}
	matcher_free(run.matcher);
	fix_reader_free(run.reader);
	fix_list_free(&run.fixes);
	span_list_free(&run.spans);
	return error;
}

int recompute(struct db *db, int64_t from_ms, int64_t to_ms, struct recomputed *out)
{
	struct coverage_correction *corrections = NULL;
	size_t count = 0;
	int error;

	*out = (struct recomputed){0};
	error = network_load(db, &out->net);
	if (!error)
		error = vehicle_list(db, &out->vehicles, &out->vehicle_count);
	if (!error)
		error = corrections_load(db, &corrections, &count);
	if (!error) {
		out->coverage = coverage_new(out->net, corrections, count);
		error = run_all(db, from_ms, to_ms, out);
	}
	free(corrections);
	if (error)
		recomputed_free(out);
	return error;
}

void recomputed_free(struct recomputed *recomputed)
{
	coverage_free(recomputed->coverage);
	network_free(recomputed->net);
	free(recomputed->vehicles);
	*recomputed = (struct recomputed){0};
}

/* What the writers' callbacks need. */
struct output {
	const struct recomputed *recomputed;
	FILE *to;
	bool is_first;
};

static const char *code_of(const struct recomputed *recomputed, int64_t vehicle_id)
{
	for (size_t i = 0; i < recomputed->vehicle_count; i++) {
		if (recomputed->vehicles[i].id == vehicle_id)
			return recomputed->vehicles[i].code;
	}
	return "";
}

static int compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The codes of an interval's vehicles in the order of their bytes, joined by blanks. */
static void write_codes(const struct output *output, const struct coverage_interval *interval)
{
	const char **codes = x_calloc(interval->vehicles, sizeof(*codes));

	for (size_t i = 0; i < interval->vehicles; i++)
		codes[i] = code_of(output->recomputed, interval->vehicle_ids[i]);
	qsort(codes, interval->vehicles, sizeof(*codes), compare_codes);
	for (size_t i = 0; i < interval->vehicles; i++)
		fprintf(output->to, "%s%s", i ? " " : "", codes[i]);
	free(codes);
}

static void write_row(const struct coverage_interval *interval, void *arg)
{
	struct output *output = arg;
	const struct road *road = network_road(output->recomputed->net, interval->road);
	char first[RFC3339_BYTES], last[RFC3339_BYTES];

	csv_field(output->to, road->layer);
	fputc(',', output->to);
	csv_field(output->to, road->source_id);
	fprintf(output->to, ",%.2f,%s,%lld.%02lld,%lld.%02lld,%u,%s,%s,", road->length_m,
		interval->direction > 0 ? "forward" : "backward", (long long)interval->from_cm / 100,
		(long long)interval->from_cm % 100, (long long)interval->to_cm / 100,
		(long long)interval->to_cm % 100, interval->passes, rfc3339_format(interval->first_ms, first),
		rfc3339_format(interval->last_ms, last));
	write_codes(output, interval);
	fprintf(output->to, ",%s,%d\n", work_source_name(interval->source), interval->inferred);
}

/* Roads are already in the order of layer and source id: network_load() sorts them so. */
int recomputed_write_csv(const struct recomputed *recomputed, FILE *to)
{
	struct output output = {recomputed, to, true};

	fputs("layer,source_id,source_length_m,direction,from_m,to_m,passes,first,last,vehicles,state_source,inferred\n", to);
	for (uint32_t i = 0; i < network_roads(recomputed->net); i++)
		coverage_road(recomputed->coverage, i, write_row, &output);
	return fflush(to) == 0 && !ferror(to) ? 0 : -EIO;
}

static void write_string(FILE *to, const char *text)
{
	fputc('"', to);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(to, "\\%c", *text);
		else if ((unsigned char)*text < 0x20)
			fprintf(to, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, to);
	}
	fputc('"', to);
}

static void write_point(double lon_deg, double lat_deg, void *arg)
{
	struct output *output = arg;

	fprintf(output->to, "%s[%.7f,%.7f]", output->is_first ? "" : ",", lon_deg, lat_deg);
	output->is_first = false;
}

static void write_feature(const struct coverage_interval *interval, void *arg)
{
	struct output *output = arg;
	const struct recomputed *recomputed = output->recomputed;
	const struct road *road = network_road(recomputed->net, interval->road);
	char first[RFC3339_BYTES], last[RFC3339_BYTES];
	double low_m = (double)interval->from_cm / 100, high_m = (double)interval->to_cm / 100;
	bool is_forward = interval->direction > 0;

	fputs(output->is_first ? "\n" : ",\n", output->to);
	fputs("{\"type\":\"Feature\",\"properties\":{\"layer\":", output->to);
	write_string(output->to, road->layer);
	fputs(",\"source_id\":", output->to);
	write_string(output->to, road->source_id);
	fprintf(output->to, ",\"source_length_m\":%.2f,\"direction\":\"%s\",\"from_m\":%.2f,\"to_m\":%.2f,"
			    "\"passes\":%u,\"first\":\"%s\",\"last\":\"%s\",\"vehicles\":\"",
		road->length_m, is_forward ? "forward" : "backward", low_m, high_m, interval->passes,
		rfc3339_format(interval->first_ms, first), rfc3339_format(interval->last_ms, last));
	write_codes(output, interval);
	fprintf(output->to, "\",\"state_source\":\"%s\",\"inferred\":%d},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[",
		work_source_name(interval->source), interval->inferred);
	output->is_first = true;
	cut_road(recomputed->net, interval->road, is_forward ? low_m : high_m, is_forward ? high_m : low_m,
		 write_point, output);
	fputs("]}}", output->to);
	output->is_first = false;
}

int recomputed_write_geojson(const struct recomputed *recomputed, FILE *to)
{
	struct output output = {recomputed, to, true};

	fputs("{\"type\":\"FeatureCollection\",\"features\":[", to);
	for (uint32_t i = 0; i < network_roads(recomputed->net); i++)
		coverage_road(recomputed->coverage, i, write_feature, &output);
	fputs("\n]}\n", to);
	return fflush(to) == 0 && !ferror(to) ? 0 : -EIO;
}
