/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/work.h"

#include <math.h>
#include <string.h>

#define KMH(speed) ((speed) / 3.6)
#define STANDING_MPS 0.5

/*
 * Speeds at work by machine class, from domain.md 1.4 and peers.md 3 (dozers and graders 5-15 km/h,
 * hand-guided 1-3 km/h, plow trucks up to 50 km/h), with room on both sides.
 */
static const struct work_class classes[] = {
	{"any", 0.3, HUGE_VAL},
	{"grader", KMH(1.5), KMH(30)},
	{"dozer", KMH(1), KMH(25)},
	{"rotary", KMH(0.3), KMH(12)},
	{"truck", KMH(5), KMH(60)},
	{"small", KMH(0.5), KMH(12)},
	{"hand", KMH(0.5), KMH(6)},
	{"spreader", KMH(5), KMH(60)},
	{"dump", 1, 0},
	{"loader", 1, 0},
	{"patrol", 1, 0},
};

#define CLASSES (sizeof(classes) / sizeof(classes[0]))

static const struct work_class *find(const char *code)
{
	for (size_t i = 0; i < CLASSES; i++) {
		if (strcmp(classes[i].code, code) == 0)
			return &classes[i];
	}
	return NULL;
}

const struct work_class *work_class_find(const char *code)
{
	const struct work_class *found = find(code);

	return found ? found : &classes[0];
}

bool work_class_is_known(const char *code)
{
	return find(code) != NULL;
}

static struct work_verdict infer(const struct work_class *class_of_vehicle, double speed_mps)
{
	bool in_band = speed_mps >= class_of_vehicle->min_mps && speed_mps <= class_of_vehicle->max_mps;

	return (struct work_verdict){
		.at_work = in_band,
		.source = class_of_vehicle == &classes[0] ? WORK_ASSUMED : WORK_FROM_INFERENCE,
		.code = in_band ? 'A' : 'U',
	};
}

struct work_verdict work_judge(const struct fix *fix, const struct work_class *class_of_vehicle,
			       double speed_mps)
{
	bool said = fix->work != 'U' && fix->work_source <= WORK_FROM_UNIT;

	if (fix->blade >= 0) {
		bool names_work = said && work_is_clearing(fix->work);

		return (struct work_verdict){
			.at_work = fix->blade == 1,
			.source = WORK_FROM_SENSOR,
			.code = fix->blade == 1 ? (names_work ? fix->work : 'A') : (said && !names_work ? fix->work : 'M'),
		};
	}
	if (said) {
		return (struct work_verdict){
			.at_work = work_is_clearing(fix->work),
			.source = fix->work_source,
			.code = fix->work,
		};
	}
	return infer(class_of_vehicle, speed_mps);
}

enum work_activity work_activity(const struct work_verdict *verdict, double speed_mps)
{
	bool stands = speed_mps >= 0 && speed_mps < STANDING_MPS;

	if (verdict->at_work && !(stands && verdict->source >= WORK_FROM_INFERENCE))
		return ACTIVITY_WORK;
	if (stands || verdict->code == 'B' || verdict->code == 'R' || verdict->code == 'G')
		return ACTIVITY_WAITING;
	return ACTIVITY_TRANSFER;
}

const char *work_source_name(enum work_source source)
{
	static const char *const names[] = {"sensor", "button", "unit", "inferred", "assumed", "none"};

	return names[source <= WORK_SOURCE_NONE ? source : WORK_SOURCE_NONE];
}
