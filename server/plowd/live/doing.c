/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/doing.h"

#include "gis/drive.h"
#include "gis/work.h"
#include "server/plowd/live/live.h"

struct doing doing_between(const struct work_class *class_of_vehicle, const struct fix *before,
			   const struct fix *after)
{
	static const enum doing_state states[] = {
		[ACTIVITY_WORK] = DOING_WORK,
		[ACTIVITY_TRANSFER] = DOING_TRANSFER,
		[ACTIVITY_WAITING] = DOING_WAITING,
	};
	int64_t took_ms = after->time_ms - before->time_ms;
	struct work_verdict verdict;
	struct doing doing;

	if (took_ms > LIVE_SILENT_MS)
		return (struct doing){.state = took_ms > LIVE_OFF_MS ? DOING_OFF : DOING_GAP,
				      .work = 'U',
				      .source = WORK_SOURCE_NONE};
	verdict = drive_judge(class_of_vehicle, before, after, false);
	doing = (struct doing){
		.state = states[work_activity(&verdict, drive_speed_mps(before, after))],
		.work = verdict.code,
		.source = verdict.source,
	};
	if (doing.state != DOING_WORK && verdict.at_work)
		doing.work = 'U'; /* "work" by its speed, but it stands */
	return doing;
}

bool doing_is_same(const struct doing *a, const struct doing *b)
{
	return a->state == b->state && a->work == b->work && a->source == b->source;
}

const char *doing_name(enum doing_state state)
{
	static const char *const names[DOING_STATES] = {"work", "transfer", "waiting", "gap",
							"off"};

	return names[state];
}
