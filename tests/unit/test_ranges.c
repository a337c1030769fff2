/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/ranges.h"

#include <string.h>

#include <criterion/criterion.h>

Test(ranges, joins_what_touches_and_keeps_the_rest_apart)
{
	struct ranges set = {0};

	ranges_add(&set, 10, 12);
	ranges_add(&set, 20, 22);
	cr_assert_eq(set.count, 2);
	ranges_add(&set, 13, 13);
	cr_assert_eq(set.count, 2);
	ranges_add(&set, 14, 19);
	cr_assert_eq(set.count, 1);
	cr_assert_eq(set.at[0].first, 10);
	cr_assert_eq(set.at[0].last, 22);
	ranges_add(&set, UINT64_MAX, UINT64_MAX);
	ranges_add(&set, UINT64_MAX - 1, UINT64_MAX);
	cr_assert_eq(set.count, 2);
	ranges_fini(&set);
}

Test(ranges, cuts_out_of_the_middle)
{
	struct ranges set = {0};

	ranges_add(&set, 1, 100);
	ranges_remove(&set, 40, 59);
	cr_assert_eq(set.count, 2);
	cr_assert(ranges_has(&set, 39) && !ranges_has(&set, 40) && !ranges_has(&set, 59) &&
		  ranges_has(&set, 60));
	ranges_remove(&set, 0, UINT64_MAX);
	cr_assert_eq(set.count, 0);
	ranges_remove(&set, 1, 2);
	ranges_fini(&set);
}

Test(ranges, agrees_with_a_plain_array_of_flags)
{
	struct ranges set = {0};
	bool flags[300] = {false};
	uint64_t random = 5;

	for (int round = 0; round < 20000; round++) {
		uint64_t first, last;
		bool add;

		random = random * 6364136223846793005u + 1442695040888963407u;
		first = (random >> 33) % 300;
		last = first + (random >> 50) % 12;
		last = last < 300 ? last : 299;
		add = random >> 63;
		memset(flags + first, add, last - first + 1);
		if (add)
			ranges_add(&set, first, last);
		else
			ranges_remove(&set, first, last);
		for (uint64_t n = 0; n < 300; n++)
			cr_assert_eq(ranges_has(&set, n), flags[n], "round %d, %lu", round,
				     (unsigned long)n);
		for (size_t i = 1; i < set.count; i++)
			cr_assert_gt(set.at[i].first, set.at[i - 1].last + 1);
	}
	ranges_fini(&set);
}
