/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between receiver and spool: takes each fix, leaves out what is none, says on it what work is
 * going on, adds it to the driver's shift, and commits what came in the last 200 ms together.  Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_RECORDER_H
#define PLOW_TRACKER_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "common/fix.h"

struct sensor;
struct shift_step;
struct spool;

struct recorder_counts {
	uint64_t recorded;
	uint64_t invalid;    /* the receiver did not stand by the position */
	uint64_t timeless;   /* no date was known yet */
	uint64_t unsendable; /* a value no receiver can mean */
	uint64_t off_shift;  /* outside a shift, where only shifts are tracked */
};

struct recorder {
	uv_loop_t *loop;
	struct spool *spool;
	char unit_work; /* --work-state, or 'U' */
	bool shift_only; /* nothing is recorded between 終了 and 出動 */
	const struct sensor *blade, *spreader; /* NULL: there is none */
	uv_timer_t timer;
	bool is_failing; /* the last commit did not succeed */
	struct fix newest;
	uint64_t newest_ms; /* when it came, by the loop's clock; 0: there is none yet */
	struct recorder_counts counts;
	/* After each commit; is_new: the spool was damaged and is another one now. */
	void (*committed)(bool is_new, void *user);
	/* A piece of way driven at work in the open shift; may be NULL. */
	void (*worked)(const struct shift_step *step, void *user);
	void *user;
};

/* The caller sets committed, worked and user, shift_only, blade and spreader. */
void recorder_init(struct recorder *recorder, uv_loop_t *loop, struct spool *spool, char unit_work);
/* Commits what is left and closes the timer. */
void recorder_stop(struct recorder *recorder);

void recorder_take(struct recorder *recorder, const struct fix *fix);
/* Something was forgotten: the file is due for a commit. */
void recorder_commit_soon(struct recorder *recorder);
/* Commits at once what there is. */
void recorder_commit(struct recorder *recorder);

/* Whether a source that can wait may go on. */
bool recorder_has_room(const struct recorder *recorder);

/*
 * 出動 and 終了, with the button that then holds.  Returns 0, or negative errno with spool_why().
 */
int recorder_begin_shift(struct recorder *recorder, char button) PLOW_MUST_USE;
int recorder_end_shift(struct recorder *recorder, char button) PLOW_MUST_USE;

/* What the next fix will say, and who says so. */
char recorder_work(const struct recorder *recorder, enum work_source *out_source);

#endif
