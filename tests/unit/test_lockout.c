/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long one waits after wrong passwords, and what the table does when it is full.  Real sign-ins
 * are in tests/integration/sessions.test.mjs.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "server/plowd/accounts/lockout.h"

#define MINUTE INT64_C(60000)

static const struct lockout_rule five = {5, LOCKOUT_LONGEST_MS}, one = {1, LOCKOUT_LONGEST_MS};

Test(lockout, costs_nothing_up_to_the_limit_and_then_doubles_to_a_quarter_of_an_hour)
{
	struct lockout *lockout = lockout_new();
	int64_t now = 1000, wait = LOCKOUT_FIRST_MS;

	for (int i = 0; i < 4; i++) {
		lockout_charge(lockout, "a", &five, now);
		cr_assert_eq(lockout_wait_ms(lockout, "a", now), 0);
	}
	for (int i = 0; i < 20; i++) {
		lockout_charge(lockout, "a", &five, now);
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
		lockout_charge(lockout, "a", &five, 1000);
	lockout_charge(lockout, "a", &five, 1001 + 15 * MINUTE);
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1001 + 15 * MINUTE), 0);
	lockout_free(lockout);
}

Test(lockout, gives_back_one_try_or_forgives_them_all)
{
	struct lockout *lockout = lockout_new();

	for (int i = 0; i < 5; i++)
		lockout_charge(lockout, "a", &five, 1000);
	lockout_take_back(lockout, "a");
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1000), 0);
	lockout_charge(lockout, "a", &five, 1000);
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1000), LOCKOUT_FIRST_MS);
	lockout_forgive(lockout, "a");
	for (int i = 0; i < 4; i++)
		lockout_charge(lockout, "a", &five, 1000);
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
		lockout_charge(lockout, text, &one, 1000 + i);
	}
	cr_assert_eq(lockout_wait_ms(lockout, "name 0", 1000), 0, "the first made room");
	cr_assert_gt(lockout_wait_ms(lockout, "name 1", 1001), 0);
	cr_assert_gt(lockout_wait_ms(lockout, text, 1001), 0);
	lockout_free(lockout);
}

Test(lockout, waits_no_longer_than_is_allowed_under_a_text)
{
	const struct lockout_rule brief = {3, 12000};
	struct lockout *lockout = lockout_new();

	for (int i = 0; i < 50; i++)
		lockout_charge(lockout, "a", &brief, 1000);
	cr_assert_eq(lockout_wait_ms(lockout, "a", 1000), 12000);
	lockout_free(lockout);
}

Test(lockout, remembers_for_a_month_where_a_right_password_came_from)
{
	const int64_t day = 24 * 60 * MINUTE;
	struct lockout *lockout = lockout_new();
	char text[32];

	cr_assert_not(lockout_is_home(lockout, "a", 0));
	lockout_settle(lockout, "a", 0);
	cr_assert(lockout_is_home(lockout, "a", 30 * day));
	cr_assert_not(lockout_is_home(lockout, "a", 31 * day));
	cr_assert_not(lockout_is_home(lockout, "b", 0));
	lockout_settle(lockout, "a", 31 * day);
	cr_assert(lockout_is_home(lockout, "a", 32 * day));
	for (int i = 1; i <= LOCKOUT_HOMES; i++) {
		snprintf(text, sizeof(text), "home %d", i);
		lockout_settle(lockout, text, 32 * day + i);
		lockout_settle(lockout, text, 32 * day + i);
	}
	cr_assert_not(lockout_is_home(lockout, "a", 33 * day), "the one longest quiet made room");
	cr_assert(lockout_is_home(lockout, "home 1", 33 * day));
	lockout_free(lockout);
}
