/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_intake.h"

#include <math.h>

#include "gis/geo.h"
#include "gis/match_model.h"

/* A fix this near the last anchor is still there. */
#define STILL_THERE 0.35 /* of anchor_m */
/* The slowest machine that works walks at this pace: whoever is slower for long, stands. */
#define STAND_SPEED_MPS 0.5
#define LEAVES_CMPS 150     /* a receiver that measures more than this does not stand */
#define STAND_LEARN_S 300   /* so long the middle of a stand is learnt */
#define STAND_FIXES 5       /* from so many fixes at least */
#define STAND_SPREAD_MOST 2 /* times the receiver's error */
#define STAND_END_S 30      /* a trip that ends with so long a stand ends in its middle */
#define PEAK_S 20           /* a vehicle that turns does so within this time */
#define END_MIN_M 2.0
/* A measured course that is so different, so often in a row, tells of a turn; */
#define TURNED_DEG 120
#define TURNED_FIXES 2
#define TURNED_APART_S 2.5 /* one is enough where they are so far apart */
#define TURNED_M 20       /* and so far from it, */
#define TURNED_ANCHOR_M 3 /* fixes are used as near each other as this: pushes are short */
#define JUMP_MIN_M 60.0
#define GAP_MIN_M 20.0

void intake_init(struct intake *intake, const struct network *net,
		 const struct match_params *params)
{
	*intake = (struct intake){.net = net, .params = *params};
}

void intake_clear(struct intake *intake)
{
	intake_init(intake, intake->net, &intake->params);
}

static double seconds_between(const struct sighting *a, const struct sighting *b)
{
	return (double)(b->fix.time_ms - a->fix.time_ms) / 1000;
}

static double metres_between(const struct sighting *a, const struct sighting *b)
{
	double x = b->x_m - a->x_m, y = b->y_m - a->y_m;

	return sqrt(x * x + y * y);
}

static bool could_be_driven(const struct intake *intake, const struct sighting *a,
			    const struct sighting *b)
{
	double metres = metres_between(a, b);

	return metres < JUMP_MIN_M ||
	       metres < JUMP_MIN_M + intake->params.max_speed_mps * seconds_between(a, b);
}

static void begin_step(struct intake *intake, const struct sighting *anchor)
{
	double x = anchor->x_m - intake->anchor.x_m, y = anchor->y_m - intake->anchor.y_m;
	double metres = sqrt(x * x + y * y);

	intake->ahead_x = intake->started && metres > 0 ? x / metres : 0;
	intake->ahead_y = intake->started && metres > 0 ? y / metres : 0;
	intake->anchor = *anchor;
	intake->next = (struct anchor){.left = *anchor, .peak = *anchor};
	intake->motion = (struct motion){0};
	intake->stand = (struct stand){0};
}

/* The fixes moved by so much, the vehicle by what its receiver measured at both of them. */
static void note_motion(struct intake *intake, const struct sighting *now)
{
	const struct sighting *last = &intake->last;
	struct motion *motion = &intake->motion;
	struct velocity before = intake->velocity, velocity = model_velocity(&now->fix);
	double seconds = seconds_between(last, now);

	intake->velocity = velocity;
	if (!before.known || !velocity.known) {
		motion->variance = HUGE_VAL;
		return;
	}
	motion->drift_x_m += now->x_m - last->x_m - seconds * (before.x_mps + velocity.x_mps) / 2;
	motion->drift_y_m += now->y_m - last->y_m - seconds * (before.y_mps + velocity.y_mps) / 2;
	motion->variance += model_motion_variance(&intake->params, seconds, &before, &velocity);
}

/* Gathers the fixes since the last anchor: the longer there are, the surer it stands. */
static void note_stand(struct intake *intake, const struct sighting *now)
{
	struct stand *stand = &intake->stand;
	double x = now->x_m - intake->anchor.x_m, y = now->y_m - intake->anchor.y_m;

	if (seconds_between(&intake->anchor, now) > STAND_LEARN_S)
		return;
	stand->count++;
	stand->sum_x += x;
	stand->sum_y += y;
	stand->sum_squares += x * x + y * y;
}

/* The mean of the fixes since the last anchor, against it, and their spread on one axis. */
static double stand_centre(const struct intake *intake, double *out_x_m, double *out_y_m)
{
	const struct stand *stand = &intake->stand;
	double x, y;

	*out_x_m = *out_y_m = 0;
	if (stand->count < STAND_FIXES)
		return 0;
	*out_x_m = x = stand->sum_x / stand->count;
	*out_y_m = y = stand->sum_y / stand->count;
	return sqrt(fmax(0, stand->sum_squares / stand->count - x * x - y * y) / 2);
}

/*
 * Is a fix far enough from where the vehicle was to be used?  The errors of a receiver that stands
 * wander; the longer it stands, the further one of them comes to lie.  So a stand is left when a
 * fix lies further from the stand's middle than errors reach, or when the receiver measures speed.
 */
static bool has_moved(const struct intake *intake, const struct sighting *now)
{
	const struct match_params *params = &intake->params;
	double x = now->x_m - intake->anchor.x_m, y = now->y_m - intake->anchor.y_m;
	double apart_m = fmax(params->anchor_m, params->anchor_sigmas * intake->sigma_m);
	double slow_m = STAND_SPEED_MPS * seconds_between(&intake->anchor, now);
	double middle_x, middle_y, spread_m;

	if (x * x + y * y < apart_m * apart_m)
		return false;
	if (slow_m <= apart_m || now->fix.speed_cmps >= LEAVES_CMPS)
		return true;
	spread_m = stand_centre(intake, &middle_x, &middle_y);
	/* More than that is no error, but a machine that creeps. */
	spread_m = fmax(intake->sigma_m, fmin(spread_m, STAND_SPREAD_MOST * intake->sigma_m));
	slow_m = fmax(apart_m, fmin(slow_m, params->stand_sigmas * spread_m));
	x -= middle_x;
	y -= middle_y;
	return x * x + y * y >= slow_m * slow_m;
}

/* True when the vehicle is found to have turned round.  The fix before is apart_s older. */
static bool note_bearing(struct bearing *bearing, const struct sighting *now, double apart_s)
{
	double course_deg = now->fix.course_cdeg / 100.0;
	bool turned;

	if (!model_has_course(&now->fix))
		return false;
	if (bearing->known && geo_turn_deg(bearing->course_deg, course_deg) > TURNED_DEG)
		bearing->against += apart_s >= TURNED_APART_S ? TURNED_FIXES : 1;
	else
		bearing->against = 0;
	turned = bearing->against >= TURNED_FIXES;
	if (bearing->against > 0 && !turned)
		return false;
	if (turned) {
		bearing->turned_x = now->x_m;
		bearing->turned_y = now->y_m;
	}
	bearing->turned |= turned;
	bearing->against = 0;
	bearing->known = true;
	bearing->course_deg = course_deg;
	return turned;
}

/* A vehicle that turned round just now may soon do so again: then less is enough to go by. */
static bool has_turned_near(struct bearing *bearing, const struct sighting *now)
{
	double x = now->x_m - bearing->turned_x, y = now->y_m - bearing->turned_y;

	if (x * x + y * y > TURNED_M * TURNED_M)
		bearing->turned = false;
	return bearing->turned;
}

static bool work_changed(const struct fix *a, const struct fix *b)
{
	return a->blade != b->blade || a->work != b->work;
}

static void make_anchor(struct intake *intake, const struct sighting *now, double gap_s,
			struct anchor *out)
{
	*out = intake->next;
	out->at = *now;
	out->gap_s = gap_s;
	out->motion = intake->motion;
	out->step.seconds = seconds_between(&out->left, now);
	out->step.straight_m = metres_between(&intake->anchor, now);
	begin_step(intake, now);
}

/* Before a vehicle turns it goes on a little: the fix left out that was furthest ahead. */
static void note_peak(struct intake *intake, const struct sighting *now)
{
	double ahead_m = (now->x_m - intake->anchor.x_m) * intake->ahead_x +
			 (now->y_m - intake->anchor.y_m) * intake->ahead_y;

	if (seconds_between(&intake->anchor, now) > PEAK_S)
		return; /* it stands: what is ahead now is an error */
	if (ahead_m > intake->next.peak_m) {
		intake->next.peak_m = ahead_m;
		intake->next.peak = *now;
	}
}

/* The fix in doubt, if there is one, was a jump. */
static void dismiss(struct intake *intake)
{
	if (intake->doubts) {
		intake->jumps++;
		intake->jumped_ms = intake->doubted.fix.time_ms;
	}
	intake->doubts = false;
}

/* A fix that is believed. */
static size_t believe(struct intake *intake, const struct sighting *now, struct anchor *out)
{
	double gap_s, metres;
	bool turned, changed, near;
	size_t count = 0;

	if (!intake->started) {
		*out = (struct anchor){.at = *now, .left = *now, .peak = *now, .fixes = 1};
		begin_step(intake, now);
		intake->last = *now;
		intake->velocity = model_velocity(&now->fix);
		intake->started = true;
		return 1;
	}
	/* A silence during which nothing moved is no gap. */
	gap_s = metres_between(&intake->last, now) < GAP_MIN_M
			? 0
			: seconds_between(&intake->last, now);
	metres = metres_between(&intake->anchor, now);
	note_motion(intake, now);
	intake->next.fixes++;
	turned = note_bearing(&intake->bearing, now, seconds_between(&intake->last, now));
	changed = turned || work_changed(&intake->last.fix, &now->fix);
	near = model_has_course(&now->fix) && has_turned_near(&intake->bearing, now);
	if (has_moved(intake, now) || (metres >= END_MIN_M && changed) ||
	    (metres >= TURNED_ANCHOR_M && near)) {
		make_anchor(intake, now, gap_s, out);
		count = 1;
	} else {
		if (metres <= STILL_THERE * intake->params.anchor_m)
			intake->next.left = *now;
		note_peak(intake, now);
		note_stand(intake, now);
	}
	intake->last = *now;
	return count;
}

size_t intake_feed(struct intake *intake, const struct fix *fix, const struct fix *given,
		   struct anchor out[2])
{
	struct sighting now = {.fix = *fix, .given = given};
	size_t count = 0;

	network_to_local(intake->net, fix->lon_e7 / 1e7, fix->lat_e7 / 1e7, &now.x_m, &now.y_m);
	now.x_m -= intake->shift_x_m;
	now.y_m -= intake->shift_y_m;
	if (intake->started && !could_be_driven(intake, &intake->last, &now)) {
		if (!intake->doubts || !could_be_driven(intake, &intake->doubted, &now)) {
			dismiss(intake);
			intake->doubts = true;
			intake->doubted = now;
			return 0;
		}
		/* Two in a row agree: it was carried there, or the receiver had been wrong before.
		 */
		count = believe(intake, &intake->doubted, out);
		intake->doubts = false;
	}
	dismiss(intake);
	return count + believe(intake, &now, out + count);
}

size_t intake_end(struct intake *intake, struct anchor *out)
{
	struct sighting last = intake->last;
	size_t count = 0;
	double x, y;

	dismiss(intake);
	if (!intake->started)
		return 0;
	if (seconds_between(&intake->anchor, &last) > STAND_END_S) {
		stand_centre(intake, &x, &y);
		last.x_m = intake->anchor.x_m + x;
		last.y_m = intake->anchor.y_m + y;
		intake->motion.variance = HUGE_VAL; /* the middle is no fix */
	}
	if (metres_between(&intake->anchor, &last) >= END_MIN_M) {
		make_anchor(intake, &last, 0, out);
		count = 1;
	}
	return count;
}
