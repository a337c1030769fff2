/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/drive.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network.h"

#define JOIN_M 0.05       /* spans nearer than this go on in one another */
#define NOTHING_M 0.001   /* a movement shorter than this is a stand */
#define MIXED_MS 2000     /* between fixes further apart, both must say "at work" */

void span_list_free(struct span_list *list)
{
	free(list->spans);
	*list = (struct span_list){0};
}

double drive_speed_mps(const struct fix *before, const struct fix *after)
{
	double seconds = (double)(after->time_ms - before->time_ms) / 1000.0;

	if (before->speed_cmps != FIX_ABSENT && after->speed_cmps != FIX_ABSENT)
		return (before->speed_cmps + after->speed_cmps) / 200.0;
	if (seconds <= 0)
		return -1;
	return geo_distance_m(before->lon_e7 / 1e7, before->lat_e7 / 1e7, after->lon_e7 / 1e7,
			      after->lat_e7 / 1e7) / seconds;
}

/*
 * The state set at one fix holds until the next.  Across a longer time, or where the way itself is
 * inferred, only what both ends agree on is claimed: never a metre without proof.
 */
struct work_verdict drive_judge(const struct work_class *class_of_vehicle, const struct fix *fix_before,
				const struct fix *fix_after, bool is_inferred)
{
	double speed = drive_speed_mps(fix_before, fix_after);
	struct work_verdict before = work_judge(fix_before, class_of_vehicle, speed);
	struct work_verdict after = work_judge(fix_after, class_of_vehicle, speed);

	if (!is_inferred && fix_after->time_ms - fix_before->time_ms <= MIXED_MS)
		return before;
	if (before.at_work && !after.at_work)
		return after;
	if (before.at_work && after.source > before.source)
		before.source = after.source;
	return before;
}

static struct work_verdict judge(const struct drive_params *params, const struct movement *movement)
{
	if (params->assume_work && movement->before->blade < 0)
		return (struct work_verdict){.at_work = true, .source = WORK_FROM_UNIT, .code = 'A'};
	return drive_judge(params->class_of_vehicle, movement->before, movement->after, movement->inferred);
}

struct span span_part(const struct span *span, double low_m, double high_m)
{
	bool is_backward = span->from_m > span->to_m;
	double length_m = span->to_m - span->from_m, took_ms = (double)(span->end_ms - span->start_ms);
	struct span part = *span;

	part.from_m = is_backward ? high_m : low_m;
	part.to_m = is_backward ? low_m : high_m;
	part.start_ms = span->start_ms + (int64_t)((part.from_m - span->from_m) / length_m * took_ms);
	part.end_ms = span->start_ms + (int64_t)((part.to_m - span->from_m) / length_m * took_ms);
	return part;
}

static bool goes_on(const struct span *last, const struct span *next)
{
	return last->road == next->road && fabs(last->to_m - next->from_m) < JOIN_M &&
	       (last->to_m > last->from_m) == (next->to_m > next->from_m) &&
	       last->at_work == next->at_work && last->source == next->source && last->work == next->work &&
	       last->inferred == next->inferred && next->start_ms >= last->start_ms;
}

static void join(struct span *last, const struct span *next)
{
	double before_m = fabs(last->to_m - last->from_m), more_m = fabs(next->to_m - next->from_m);

	last->confidence = (float)((last->confidence * before_m + next->confidence * more_m) / (before_m + more_m));
	last->to_m = next->to_m;
	last->end_ms = next->end_ms;
}

void drive_add(struct span_list *list, const struct network *net, const struct drive_params *params,
	       const struct movement *movement)
{
	const struct link *link = network_link(net, movement->link);
	struct work_verdict verdict;
	struct span span;

	if (movement->before->time_ms < params->from_ms || movement->after->time_ms >= params->to_ms ||
	    fabsf(movement->to_m - movement->from_m) < NOTHING_M)
		return;
	verdict = judge(params, movement);
	span = (struct span){
		.road = link->road,
		.from_m = link->from_m + movement->from_m,
		.to_m = link->from_m + movement->to_m,
		.start_ms = movement->start_ms,
		.end_ms = movement->end_ms,
		.at_work = verdict.at_work,
		.source = verdict.source,
		.work = verdict.code,
		.inferred = movement->inferred,
		.confidence = movement->confidence,
	};
	if (list->count > 0 && goes_on(&list->spans[list->count - 1], &span)) {
		join(&list->spans[list->count - 1], &span);
		return;
	}
	list->spans = x_grow(list->spans, list->count, &list->capacity, sizeof(*list->spans));
	list->spans[list->count++] = span;
}

struct collector {
	struct span_list *list;
	const struct network *net;
	const struct drive_params *params;
	size_t before;    /* spans of trips before; the last may have grown by this one, */
	struct span last; /* and was this */
};

static void begin_anew(const struct collector *collector)
{
	collector->list->count = collector->before;
	if (collector->before > 0)
		collector->list->spans[collector->before - 1] = collector->last;
}

static void on_movement(const struct movement *movement, void *arg)
{
	struct collector *collector = arg;

	if (!movement) {
		begin_anew(collector);
		return;
	}
	drive_add(collector->list, collector->net, collector->params, movement);
}

int drive_trip(struct matcher *matcher, const struct network *net, const struct drive_params *params,
	       const struct fix *fixes, size_t count, struct span_list *list, struct match_summary *out)
{
	struct collector collector = {list, net, params, .before = list->count};

	if (list->count > 0)
		collector.last = list->spans[list->count - 1];
	return match_trip(matcher, fixes, count, on_movement, &collector, out);
}
