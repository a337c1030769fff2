/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/allowance.h"

#include <criterion/criterion.h>

#include "common/fix.h"

#define DAY_MS UINT64_C(86400000)

Test(allowance, lets_a_receiver_and_its_backlog_of_a_day_through_for_ever)
{
	struct allowance *allowance = allowance_new();

	cr_assert(allowance_take(allowance, 1, TRUST_PLAIN, 86400, DAY_MS));
	for (uint64_t second = 1; second < 100000; second++)
		cr_assert(allowance_take(allowance, 1, TRUST_PLAIN, 1, DAY_MS + second * 1000), "%llu",
			  (unsigned long long)second);
	allowance_free(allowance);
}

Test(allowance, lets_a_listed_receiver_of_ten_a_second_through_for_ever)
{
	struct allowance *allowance = allowance_new();

	cr_assert(allowance_take(allowance, 1, TRUST_LISTED, 86400, DAY_MS));
	for (uint64_t tenth = 1; tenth < 600000; tenth++)
		cr_assert(allowance_take(allowance, 1, TRUST_LISTED, 1, DAY_MS + tenth * 100), "%llu",
			  (unsigned long long)tenth);
	allowance_free(allowance);
}

Test(allowance, bounds_what_a_flood_leaves_whatever_its_pace)
{
	struct allowance *allowance = allowance_new();
	uint64_t kept = 0;

	/* A day of 150 fixes every 37 ms, so that no step of the filling fits. */
	for (uint64_t now_ms = 5; now_ms < DAY_MS; now_ms += 37)
		kept += allowance_take(allowance, 1, TRUST_PLAIN, 150, now_ms) ? 150 : 0;
	cr_assert_leq(kept, ALLOWANCE_MOST + 86400 * ALLOWANCE_A_SECOND);
	cr_assert_gt(kept, ALLOWANCE_MOST + 86000 * ALLOWANCE_A_SECOND);
	/* Many quiet days save up no more than one. */
	cr_assert(allowance_take(allowance, 1, TRUST_PLAIN, ALLOWANCE_MOST, 9 * DAY_MS));
	cr_assert_not(allowance_take(allowance, 1, TRUST_PLAIN, 1, 9 * DAY_MS));
	allowance_free(allowance);
}

Test(allowance, of_one_vehicle_and_trust_is_no_others)
{
	struct allowance *allowance = allowance_new();

	cr_assert(allowance_take(allowance, 1, TRUST_PLAIN, ALLOWANCE_MOST, 0));
	cr_assert_not(allowance_take(allowance, 1, TRUST_PLAIN, 1, 0));
	cr_assert(allowance_take(allowance, 1, TRUST_LISTED, ALLOWANCE_MOST, 0));
	cr_assert_not(allowance_take(allowance, 1, TRUST_LISTED, 1, 0));
	cr_assert(allowance_take(allowance, 2, TRUST_PLAIN, 1, 0));
	for (int i = 0; i < 10; i++) {
		cr_assert(allowance_take(allowance, 1, TRUST_TOKEN, ALLOWANCE_MOST, 0));
		cr_assert(allowance_take(allowance, 1, TRUST_SEALED, ALLOWANCE_MOST, 0));
	}
	allowance_free(allowance);
}
