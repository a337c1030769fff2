/* SPDX-License-Identifier: Apache-2.0 */
/* What is claimed where nothing was heard. */
#include "gis/match.h"

#include <math.h>

#include <criterion/criterion.h>

#include "gis/network.h"
#include "tests/support/cab.h"
#include "tests/support/drawn.h"

Test(match_gaps, a_tunnel_is_claimed_as_inferred)
{
	struct network *net = DRAWN({0, 2, {0, 0, 400, 0}}, {0, 2, {400, 0, 1600, 0}},
				    {0, 2, {1600, 0, 2000, 0}});
	struct cab cab = cab_at(50, 0, 12, 1);
	double inferred = 0;

	cab_drive(&cab, 390, 0);
	cab.silent = true;
	cab_drive(&cab, 1610, 0);
	cab.silent = false;
	cab_drive(&cab, 1950, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1) + answer_driven(net, 1, 1) + answer_driven(net, 2, 1), 1900, 15);
	for (size_t i = 0; i < answer.count; i++)
		if (answer.moves[i].inferred)
			inferred +=
				fabs((double)answer.moves[i].to_m - (double)answer.moves[i].from_m);
	ABOUT(inferred, 1220, 40);
	network_free(net);
}

Test(match_gaps, a_gap_with_two_ways_is_not_claimed)
{
	struct network *net =
		DRAWN({0, 2, {0, 0, 400, 0}}, {0, 4, {400, 0, 420, 300, 1580, 300, 1600, 0}},
		      {0, 4, {400, 0, 420, -290, 1580, -290, 1600, 0}}, {0, 2, {1600, 0, 2000, 0}});
	struct cab cab = cab_at(50, 0, 12, 1);

	cab_drive(&cab, 390, 0);
	cab.silent = true;
	cab_drive(&cab, 1610, 0);
	cab.silent = false;
	cab_drive(&cab, 1950, 0);
	cab_match(net, &cab);
	ABOUT(answer_driven(net, 0, 1), 350, 15);
	ABOUT(answer_driven(net, 3, 1), 350, 15);
	ABOUT(answer_driven(net, 1, 0) + answer_driven(net, 2, 0), 0, 0.1);
	network_free(net);
}

/* 140 m of a straight road unseen, at 5 m/s before and after, after so many seconds. */
static double unseen(const struct network *net, double seconds)
{
	struct cab cab = cab_at(50, 0, 5, 1);
	double inferred_m = 0;

	cab_drive(&cab, 390, 0);
	cab.silent = true;
	cab_drive(&cab, 530, 0);
	cab.now_s += seconds - 140 / 5.0;
	cab.silent = false;
	cab_drive(&cab, 950, 0);
	cab_match(net, &cab);
	for (size_t i = 0; i < answer.count; i++)
		if (answer.moves[i].inferred)
			inferred_m += fabs((double)answer.moves[i].to_m -
					   (double)answer.moves[i].from_m);
	return inferred_m;
}

Test(match_gaps, a_gap_that_left_time_for_another_way_is_not_claimed)
{
	struct network *alone = DRAWN({0, 2, {0, 0, 1000, 0}});
	struct network *block =
		DRAWN({0, 4, {0, 0, 400, 0, 520, 0, 1000, 0}},
		      {0, 4, {400, 0, 400, 100, 520, 100, 520, 0}});

	ABOUT(unseen(block, 28), 140, 20);
	ABOUT(unseen(block, 200), 20, 20); /* only what leads to both ways */
	ABOUT(unseen(alone, 200), 140, 20);
	network_free(alone);
	network_free(block);
}
