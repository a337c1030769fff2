/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/answers/timeline.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/drive.h"
#include "gis/network.h"

void timeline_free(struct timeline *timeline)
{
	free(timeline->segments);
	*timeline = (struct timeline){0};
}

static void append(struct timeline *timeline, const struct fix *fix, const struct doing *doing)
{
	struct segment *last =
		timeline->count > 0 ? &timeline->segments[timeline->count - 1] : NULL;

	if (last && (doing_is_same(&last->doing, doing) || timeline->count == TIMELINE_MOST)) {
		timeline->is_cut = timeline->is_cut || !doing_is_same(&last->doing, doing);
		last->to_ms = fix->time_ms;
		return;
	}
	timeline->segments = x_grow(timeline->segments, timeline->count, &timeline->capacity,
				    sizeof(*timeline->segments));
	timeline->segments[timeline->count++] = (struct segment){
		.from_ms = timeline->last.time_ms,
		.to_ms = fix->time_ms,
		.doing = *doing,
		.road = NETWORK_NONE,
	};
}

void timeline_add(struct timeline *timeline, const struct work_class *class_of_vehicle,
		  const struct fix *fix)
{
	if (timeline->has_last) {
		struct doing doing = doing_between(class_of_vehicle, &timeline->last, fix);

		timeline->total_ms[doing.state] += fix->time_ms - timeline->last.time_ms;
		append(timeline, fix, &doing);
	}
	timeline->last = *fix;
	timeline->has_last = true;
}

static bool moves(const struct segment *segment)
{
	return segment->doing.state == DOING_WORK || segment->doing.state == DOING_TRANSFER;
}

static int64_t overlap_ms(const struct segment *segment, const struct span *span)
{
	int64_t from_ms = segment->from_ms > span->start_ms ? segment->from_ms : span->start_ms;
	int64_t to_ms = segment->to_ms < span->end_ms ? segment->to_ms : span->end_ms;

	return to_ms > from_ms ? to_ms - from_ms : 0;
}

static void drive(struct segment *segment, uint32_t road, double metres)
{
	segment->metres += metres;
	if (metres > segment->road_metres) {
		segment->road = road;
		segment->road_metres = metres;
	}
}

/* Segments first..end-1 are those the span has time in common with. */
static void share_out(struct segment *segments, size_t first, size_t end, const struct span *span)
{
	double metres = fabs(span->to_m - span->from_m);
	int64_t whole_ms = 0, moving_ms = 0;

	for (size_t i = first; i < end; i++) {
		whole_ms += overlap_ms(&segments[i], span);
		moving_ms += moves(&segments[i]) ? overlap_ms(&segments[i], span) : 0;
	}
	for (size_t i = first; i < end; i++) {
		double took_ms = (double)overlap_ms(&segments[i], span);

		if (moving_ms > 0 && moves(&segments[i]))
			drive(&segments[i], span->road, metres * took_ms / (double)moving_ms);
		else if (moving_ms == 0 && whole_ms > 0)
			drive(&segments[i], span->road, metres * took_ms / (double)whole_ms);
		else if (whole_ms == 0)
			drive(&segments[i], span->road, metres / (double)(end - first));
	}
}

void timeline_drive(struct timeline *timeline, const struct span *spans, size_t count)
{
	size_t first = 0;

	for (size_t i = 0; i < count; i++) {
		size_t end;

		while (first + 1 < timeline->count &&
		       timeline->segments[first].to_ms <= spans[i].start_ms)
			first++;
		end = first + 1;
		while (end < timeline->count && timeline->segments[end].from_ms < spans[i].end_ms)
			end++;
		if (timeline->count > 0)
			share_out(timeline->segments, first, end, &spans[i]);
	}
}
