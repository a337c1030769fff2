/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/match_gap.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"

/* Another way is plausible when it is not longer than this. */
#define OTHER_WAY_SHARE 1.25
#define OTHER_WAY_M 50.0
/* How much less the way that fits best is liked while another one is looked for. */
#define OTHER_WAY_FACTOR 3.0
/* There was time for another way, whatever it is, when there was time to come back by this one, and
 * for longer than traffic lights take. */
#define HAD_TIME_SHARE 2.0
#define HAD_TIME_S 90.0
/* Nothing that is under way between two places is slower or, with a plow, faster for long. */
#define PACE_LEAST_MPS 3.0
#define PACE_MOST_MPS 8.0

struct gap_doubter {
	const struct network *net;
	struct route *route;
	uint32_t *between; /* of the other way */
	size_t count, room;
};

/* How the other way leaves the one end of the gap and comes to the other. */
enum { TAG_ON, TAG_BACK };
struct other {
	double cost;
	bool found, starts_back, ends_back;
};

struct gap_doubter *gap_doubter_new(const struct network *net)
{
	struct gap_doubter *doubter = x_calloc(1, sizeof(*doubter));

	doubter->net = net;
	doubter->route = route_new(net);
	return doubter;
}

void gap_doubter_free(struct gap_doubter *doubter)
{
	if (!doubter)
		return;
	route_free(doubter->route);
	free(doubter->between);
	free(doubter);
}

static double length_of(const struct gap *gap)
{
	double metres = 0;

	for (size_t i = 0; i < gap->count; i++)
		metres += gap->pieces[i].to_m - gap->pieces[i].from_m;
	return metres;
}

static void keep_between(struct gap_doubter *doubter, const struct route_hit *hit)
{
	while ((doubter->count = route_between(doubter->route, hit, doubter->between,
					       doubter->room)) > doubter->room) {
		doubter->room = 2 * doubter->count;
		doubter->between =
			x_realloc(doubter->between, doubter->room, sizeof(*doubter->between));
	}
}

/* Where the other way may begin and end; turning round only where there was time for it. */
static void begin(struct gap_doubter *doubter, const struct gap *gap, double limit_m,
		  bool had_time)
{
	const struct state *before = gap->before, *after = gap->after;
	double rest_m = arc_length_m(doubter->net, before->arc) - before->at_m;

	route_begin(doubter->route, &gap->costs, HUGE_VAL, limit_m);
	route_target(doubter->route, after->arc, TAG_ON);
	if (had_time && arc_reverse(after->arc) != before->arc)
		route_target(doubter->route, arc_reverse(after->arc), TAG_BACK);
	for (size_t i = 1; i + 1 < gap->count; i++)
		route_discourage(doubter->route, gap->pieces[i].arc, OTHER_WAY_FACTOR);
	route_start(doubter->route, before->arc, rest_m,
		    had_time ? (OTHER_WAY_FACTOR - 1) * rest_m * gap->costs.per_m : 0, TAG_ON);
	if (had_time)
		route_start(doubter->route, arc_reverse(before->arc), before->at_m, 0, TAG_BACK);
}

/* The cheapest other way within the limit. */
static struct other find_other(struct gap_doubter *doubter, const struct gap *gap, double limit_m)
{
	double length_m = arc_length_m(doubter->net, gap->after->arc);
	struct other best = {.cost = HUGE_VAL};
	struct route_hit hit;

	while (route_next(doubter->route, &hit)) {
		bool back = hit.target == TAG_BACK;
		double last_m = back ? length_m - gap->after->at_m : gap->after->at_m;
		double dear = back ? 1 : OTHER_WAY_FACTOR;
		double cost = hit.cost + last_m * dear * gap->costs.per_m;

		if (hit.metres + last_m > limit_m || cost >= best.cost)
			continue;
		best = (struct other){cost, true, hit.tag == TAG_BACK, back};
		keep_between(doubter, &hit);
	}
	return best;
}

static bool is_between(const struct gap_doubter *doubter, uint32_t arc)
{
	for (size_t i = 0; i < doubter->count; i++)
		if (arc_link(doubter->between[i]) == arc_link(arc))
			return true;
	return false;
}

/* The other way takes this piece as well: in passing, as it starts, or as it ends. */
static bool is_shared(const struct gap_doubter *doubter, const struct gap *gap,
		      const struct other *other, size_t piece)
{
	return is_between(doubter, gap->pieces[piece].arc) ||
	       (piece == 0 && !other->starts_back) ||
	       (piece + 1 == gap->count && !other->ends_back);
}

void gap_doubt(struct gap_doubter *doubter, const struct gap *gap)
{
	double metres = length_of(gap);
	double pace_mps = fmin(PACE_MOST_MPS, fmax(PACE_LEAST_MPS, gap->pace_mps));
	double could_m = pace_mps * gap->seconds;
	bool had_time = gap->seconds >= HAD_TIME_S &&
			could_m > HAD_TIME_SHARE * metres + OTHER_WAY_M;
	double limit_m = had_time ? could_m : OTHER_WAY_SHARE * metres + OTHER_WAY_M;
	struct other other;

	if (!had_time && (gap->turned || gap->count < 2))
		return;
	begin(doubter, gap, limit_m, had_time);
	other = find_other(doubter, gap, limit_m);
	for (size_t i = 0; other.found && i < gap->count; i++)
		gap->pieces[i].claimed = is_shared(doubter, gap, &other, i);
}
