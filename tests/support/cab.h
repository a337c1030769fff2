/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vehicle driven over a drawn network (drawn.h) by a unit test, its receiver, and what the matcher
 * makes of its fixes.
 */
#ifndef PLOW_TESTS_SUPPORT_CAB_H
#define PLOW_TESTS_SUPPORT_CAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fix.h"
#include "gis/match.h"

struct network;

#define CAB_START_MS INT64_C(1800000000000)
#define CAB_FIXES_MOST 32000
#define ANSWER_MOVES_MOST 4000

/*
 * A vehicle under way and its receiver.  The receiver's error wanders: it is correlated over half a
 * minute, as real ones are.
 */
struct cab {
	struct fix fixes[CAB_FIXES_MOST];
	size_t count;
	double x_m, y_m, speed_mps, sigma_m, error_x_m, error_y_m;
	double now_s, every_s;
	bool silent;
	bool measures; /* speed and course, as receivers do by the Doppler shift */
	double course_deg;
	uint64_t seed;
};

struct cab cab_at(double x_m, double y_m, double speed_mps, double every_s);
/* A fix, so far beside where its error puts it. */
void cab_sight(struct cab *cab, double off_x_m, double off_y_m);
void cab_stand(struct cab *cab, double seconds);
/* Straight to a place, with a fix every every_s. */
void cab_drive(struct cab *cab, double x_m, double y_m);

/* What was found, and where. */
struct answer {
	struct movement moves[ANSWER_MOVES_MOST];
	int64_t told_ms[ANSWER_MOVES_MOST]; /* live: the time of the newest fix when it was told */
	int64_t now_ms;
	size_t count, jumps;
	int64_t jumped_ms; /* the first jump */
	struct match_summary summary;
};

/* Of the last match.  Each test is a process of its own. */
extern struct answer answer;

/* A movement_cb for `answer`. */
void answer_take(const struct movement *movement, void *arg);
/* The whole trip at once, and fix by fix. */
void cab_match(const struct network *net, const struct cab *cab);
void cab_match_online(const struct network *net, const struct cab *cab);
/* Metres driven on a road in a direction (0: both), every pass counted. */
double answer_driven(const struct network *net, uint32_t road, int direction);
/* The furthest place along a road that is claimed. */
double answer_furthest(const struct network *net, uint32_t road);

#define ABOUT(value, wanted, by)                                                                   \
	cr_assert_float_eq(value, wanted, by, #value " is %.1f, not %.1f", (double)(value),        \
			   (double)(wanted))

#endif
