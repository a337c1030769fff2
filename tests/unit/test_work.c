/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/work.h"

#include <criterion/criterion.h>

/* What a fix says of the work, how fast it went, and the verdict. */
struct row {
	const char *what;
	const char *class_code;
	int8_t blade;
	char work;
	uint8_t said_by;
	double speed_mps;
	bool at_work;
	uint8_t source;
	char code;
};

static const struct row rows[] = {
	{"the blade is down, whatever the button says", "dozer", 1, 'M', WORK_FROM_BUTTON, 3, true, WORK_FROM_SENSOR, 'A'},
	{"the blade is up, whatever the button says", "dozer", 0, 'N', WORK_FROM_BUTTON, 3, false, WORK_FROM_SENSOR, 'M'},
	{"the blade is down and the button names the work", "dozer", 1, 'W', WORK_FROM_BUTTON, 3, true, WORK_FROM_SENSOR, 'W'},
	{"the blade is up and the driver rests", "dozer", 0, 'R', WORK_FROM_BUTTON, 0, false, WORK_FROM_SENSOR, 'R'},
	{"the button says work, at any speed", "dozer", -1, 'N', WORK_FROM_BUTTON, 20, true, WORK_FROM_BUTTON, 'N'},
	{"the button says transfer", "dozer", -1, 'M', WORK_FROM_BUTTON, 3, false, WORK_FROM_BUTTON, 'M'},
	{"the unit says work", "dozer", -1, 'S', WORK_FROM_UNIT, 3, true, WORK_FROM_UNIT, 'S'},
	{"nobody says, a dozer at a dozer's speed", "dozer", -1, 'U', WORK_SOURCE_NONE, 3, true, WORK_FROM_INFERENCE, 'A'},
	{"nobody says, a dozer too fast to plow", "dozer", -1, 'U', WORK_SOURCE_NONE, 12, false, WORK_FROM_INFERENCE, 'U'},
	{"nobody says, a dozer stands", "dozer", -1, 'U', WORK_SOURCE_NONE, 0.1, false, WORK_FROM_INFERENCE, 'U'},
	{"nobody says, and the speed is unknown", "dozer", -1, 'U', WORK_SOURCE_NONE, -1, false, WORK_FROM_INFERENCE, 'U'},
	{"a dump truck never plows by itself", "dump", -1, 'U', WORK_SOURCE_NONE, 3, false, WORK_FROM_INFERENCE, 'U'},
	{"no class: moving is work", "any", -1, 'U', WORK_SOURCE_NONE, 8, true, WORK_ASSUMED, 'A'},
	{"no class: moving is work at any speed", "any", -1, 'U', WORK_SOURCE_NONE, 33, true, WORK_ASSUMED, 'A'},
	{"no class: standing is not", "any", -1, 'U', WORK_SOURCE_NONE, 0, false, WORK_ASSUMED, 'U'},
	{"an unknown class is none", "spaceship", -1, 'U', WORK_SOURCE_NONE, 8, true, WORK_ASSUMED, 'A'},
};

Test(work, is_judged_by_the_strongest_word)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct fix fix = fix_none();
		struct work_verdict verdict;

		fix.blade = row->blade;
		fix.work = row->work;
		fix.work_source = row->said_by;
		verdict = work_judge(&fix, work_class_find(row->class_code), row->speed_mps);
		cr_expect_eq(verdict.at_work, row->at_work, "%s", row->what);
		cr_expect_eq(verdict.source, row->source, "%s: source %d", row->what, verdict.source);
		cr_expect_eq(verdict.code, row->code, "%s: code %c", row->what, verdict.code);
	}
}

Test(work, knows_its_classes)
{
	cr_expect(work_class_is_known("rotary"));
	cr_expect(work_class_is_known("any"));
	cr_expect_not(work_class_is_known("spaceship"));
	cr_expect_not(work_class_is_known(""));
}

Test(work, names_every_source)
{
	cr_expect_str_eq(work_source_name(WORK_FROM_SENSOR), "sensor");
	cr_expect_str_eq(work_source_name(WORK_ASSUMED), "assumed");
	cr_expect_str_eq(work_source_name(99), "none");
}
