/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/copies.h"

#include <criterion/criterion.h>

Test(copies, a_unit_that_starts_again_and_again_is_one_unit)
{
	struct copies copies = {0};
	uint64_t number = 1000;

	for (uint64_t spool = 1; spool < 50; spool++)
		for (int i = 0; i < 3; i++)
			cr_assert(!copies_meet(&copies, spool, number++));
}

Test(copies, what_is_late_on_its_way_from_before_a_restart_is_no_other_unit)
{
	struct copies copies = {0};

	cr_assert(!copies_meet(&copies, 1, 1000));
	cr_assert(!copies_meet(&copies, 2, 2000));
	cr_assert(!copies_meet(&copies, 1, 1001));
	cr_assert(!copies_meet(&copies, 2, 2001));
}

Test(copies, two_units_that_overtake_each_other_are_found_each_time)
{
	struct copies copies = {0};

	cr_assert(!copies_meet(&copies, 1, 1000));
	cr_assert(!copies_meet(&copies, 2, 2000));
	cr_assert(copies_meet(&copies, 1, 3000));
	cr_assert(!copies_meet(&copies, 1, 3001));
	cr_assert(copies_meet(&copies, 2, 4000));
}
