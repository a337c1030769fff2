/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long one waits after wrong passwords, and what the table does when it is full.  Real sign-ins
 * are in tests/integration/sessions.test.mjs.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "server/plowd/accounts/lockout.h"

#define MINUTE INT64_C(60000)

Test(lockout, costs_nothing_up_to_the_limit_and_then_doubles_to_a_quarter_of_an_hour)
{
	struct lockout *lockout = lockout_new();
	int64_t now = 1000, wait = LOCKOUT_FIRST_MS;

	for (int i = 0; i < 4; i++) {
		lockout_charge(lockout, "a", 5, now);
		cr_assert_eq(lockout_wait_ms(lockout, "a", now), 0);
	}
	for (int i = 0; i < 20; i++) {
		lockout_charge(lockout, "a", 5, now);
		cr_assert_eq(lockout_wait_ms(lockout, "a", now), wait, "after %d more", i);
		cr_assert_eq(lockout_wait_ms(lockout, "a", now + wait), 0);
		now += wait;
		wait = wait * 2 < LOCKOUT_LONGEST_MS ? wait * 2 : LOCKOUT_LONGEST_MS;
	}
	cr_assert_eq(wait, LOCKOUT_LONGEST_MS);
	cr_assert_eq(lockout_wait_ms(lockout, "b", now), 0, "others wait for nothing");
	lockout_free(lockout);
}

Test(lockout, forgets_after_a_quarter_of_an_hour_without_a_try)
{
	struct lockout *lockout = lockout_new();

	for (int i = 0; i < 5; i++)
		lockout_charge(lockout, "a", 5, 1000);
	lockout_charge(lockout, "a", 5, 1001 + 15 * MINUTE);
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1001 + 15 * MINUTE), 0);
	lockout_free(lockout);
}

Test(lockout, gives_back_one_try_or_forgives_them_all)
{
	struct lockout *lockout = lockout_new();

	for (int i = 0; i < 5; i++)
		lockout_charge(lockout, "a", 5, 1000);
	lockout_take_back(lockout, "a");
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1000), 0);
	lockout_charge(lockout, "a", 5, 1000);
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1000), LOCKOUT_FIRST_MS);
	lockout_forgive(lockout, "a");
	for (int i = 0; i < 4; i++)
		lockout_charge(lockout, "a", 5, 1000);
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1000), 0);
	lockout_take_back(lockout, "nobody");
	lockout_forgive(lockout, "nobody");
	lockout_free(lockout);
}

Test(lockout, is_bounded_and_lets_go_of_the_one_longest_quiet)
{
	struct lockout *lockout = lockout_new();
	char text[32];

	for (int i = 0; i < LOCKOUT_ENTRIES + 1; i++) {
		snprintf(text, sizeof(text), "name %d", i);
		lockout_charge(lockout, text, 1, 1000 + i);
	}
	cr_assert_eq(lockout_wait_ms(lockout, "name 0", 1000), 0, "the first made room");
	cr_assert_gt(lockout_wait_ms(lockout, "name 1", 1001), 0);
	cr_assert_gt(lockout_wait_ms(lockout, text, 1001), 0);
	lockout_free(lockout);
}
