/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One vehicle's night (server/plowd/answers/nights.h).
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "common/rfc3339.h"
#include "gis/bytes.h"
#include "gis/network.h"
#include "gis/work.h"
#include "server/csv.h"
#include "server/fixes.h"
#include "server/json.h"
#include "server/plowd/answers/nights.h"
#include "server/tracks.h"

#define HOUR_MS INT64_C(3600000)

static int load_fixes(struct fix_reader *reader, struct night *night)
{
	const struct work_class *class_of_vehicle = work_class_find(night->vehicle.class_code);
	struct fix_list list = {0};
	int error = 0;

	for (int64_t at_ms = night->from_ms; at_ms < night->to_ms && !error; at_ms += HOUR_MS) {
		int64_t end_ms = at_ms + HOUR_MS < night->to_ms ? at_ms + HOUR_MS : night->to_ms;

		list.count = 0;
		error = fix_read(reader, night->vehicle.id, at_ms, end_ms, &list);
		for (size_t i = 0; i < list.count; i++)
			timeline_add(&night->timeline, class_of_vehicle, &list.fixes[i]);
	}
	fix_list_free(&list);
	return error;
}

int night_load(struct db *db, const struct network *net, struct night *night)
{
	struct fix_reader *reader = fix_reader_new(db);
	int error = reader ? load_fixes(reader, night) : -EIO;

	fix_reader_free(reader);
	if (!error)
		error = track_spans_between(db, net, night->vehicle.id, night->from_ms, night->to_ms,
					    &night->drive);
	if (!error)
		error = track_summary(db, night->vehicle.id, night->from_ms, night->to_ms,
				      &night->fixes);
	if (error)
		return error;
	timeline_drive(&night->timeline, night->drive.spans, night->drive.count);
	for (size_t i = 0; i < night->drive.count; i++) {
		const struct span *span = &night->drive.spans[i];

		night->driven_m += fabs(span->to_m - span->from_m);
		night->worked_m += span->at_work ? fabs(span->to_m - span->from_m) : 0;
	}
	return 0;
}

void night_free(struct night *night)
{
	timeline_free(&night->timeline);
	span_list_free(&night->drive);
}

static const char *road_name(const struct network *net, uint32_t road)
{
	return road == NETWORK_NONE ? "" : network_road(net, road)->name;
}

static void show_work(struct json *json, char work)
{
	const char text[] = {work, '\0'};

	json_text(json, text);
}

static void show_segment(struct json *json, const struct network *net,
			 const struct segment *segment)
{
	json_open(json, '{');
	json_key(json, "from"), json_time(json, segment->from_ms);
	json_key(json, "to"), json_time(json, segment->to_ms);
	json_key(json, "state"), json_text(json, doing_name(segment->doing.state));
	json_key(json, "work"), show_work(json, segment->doing.work);
	json_key(json, "work_source");
	json_text(json, work_source_name(segment->doing.source));
	json_key(json, "road"), json_text(json, road_name(net, segment->road));
	json_key(json, "metres"), json_real(json, segment->metres, 1);
	json_close(json, '}');
}

/* at_m: how far it had driven on roads when the span began. */
static void show_drive(struct json *json, const struct network *net, const struct span *span,
		       double at_m)
{
	const struct road *road = network_road(net, span->road);

	json_open(json, '{');
	json_key(json, "start"), json_time(json, span->start_ms);
	json_key(json, "end"), json_time(json, span->end_ms);
	json_key(json, "at_m"), json_real(json, at_m, 1);
	json_key(json, "road"), json_integer(json, road->id);
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "direction");
	json_text(json, span->from_m > span->to_m ? "backward" : "forward");
	json_key(json, "from_m"), json_real(json, span->from_m, 1);
	json_key(json, "to_m"), json_real(json, span->to_m, 1);
	json_key(json, "at_work"), json_bool(json, span->at_work);
	json_key(json, "work"), show_work(json, span->work);
	json_key(json, "inferred"), json_bool(json, span->inferred);
	json_close(json, '}');
}

static void show_totals(struct json *json, const struct night *night)
{
	static const char *const keys[DOING_STATES] = {"work_s", "transfer_s", "waiting_s", "gap_s",
						       "off_s"};

	json_open(json, '{');
	for (int i = 0; i < DOING_STATES; i++) {
		json_key(json, keys[i]);
		json_real(json, (double)night->timeline.total_ms[i] / 1000.0, 1);
	}
	json_key(json, "driven_m"), json_real(json, night->driven_m, 1);
	json_key(json, "worked_m"), json_real(json, night->worked_m, 1);
	json_key(json, "fixes"), json_integer(json, night->fixes.fixes);
	json_key(json, "matched"), json_integer(json, night->fixes.matched);
	json_key(json, "off_road"), json_integer(json, night->fixes.off_road);
	json_key(json, "jumped"), json_integer(json, night->fixes.jumped);
	json_close(json, '}');
}

void night_show(struct json *json, const struct network *net, const struct night *night)
{
	double at_m = 0;

	json_open(json, '{');
	json_key(json, "vehicle"), json_text(json, night->vehicle.code);
	json_key(json, "name"), json_text(json, night->vehicle.name);
	json_key(json, "class"), json_text(json, night->vehicle.class_code);
	json_key(json, "contractor"), json_text(json, night->vehicle.contractor);
	json_key(json, "day"), json_text(json, night->day);
	json_key(json, "from"), json_time(json, night->from_ms);
	json_key(json, "to"), json_time(json, night->to_ms);
	json_key(json, "totals"), show_totals(json, night);
	json_key(json, "cut"), json_bool(json, night->timeline.is_cut);
	json_key(json, "segments"), json_open(json, '[');
	for (size_t i = 0; i < night->timeline.count; i++)
		show_segment(json, net, &night->timeline.segments[i]);
	json_close(json, ']');
	json_key(json, "drive"), json_open(json, '[');
	for (size_t i = 0; i < night->drive.count; i++) {
		const struct span *span = &night->drive.spans[i];

		show_drive(json, net, span, at_m);
		at_m += fabs(span->to_m - span->from_m);
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void write_segment(FILE *file, const struct network *net, const struct night *night,
			  const struct segment *segment)
{
	char from[RFC3339_BYTES], to[RFC3339_BYTES];

	fprintf(file, "%s,%s,%s,%s,%c,%s,", night->vehicle.code,
		rfc3339_format(segment->from_ms, from), rfc3339_format(segment->to_ms, to),
		doing_name(segment->doing.state), segment->doing.work,
		work_source_name(segment->doing.source));
	csv_field(file, road_name(net, segment->road));
	fprintf(file, ",%.1f\n", segment->metres);
}

void night_write_csv(struct bytes *text, const struct network *net, const struct night *night)
{
	FILE *file = open_memstream((char **)&text->data, &text->size);

	if (!file)
		abort();
	fputs("vehicle,from,to,state,work,work_source,road,metres\n", file);
	for (size_t i = 0; i < night->timeline.count; i++)
		write_segment(file, net, night, &night->timeline.segments[i]);
	if (fclose(file) != 0)
		abort(); /* memory is all it writes to */
}
