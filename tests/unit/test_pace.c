/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fleet under one pace: what happens to all at once must not be answered by all at once.
 */
#include "tracker-client/pace.h"

#include <criterion/criterion.h>
#include <sodium.h>

#define UNITS 60
#define PROBES 20
#define TENTHS 10

static void begin(void)
{
	cr_assert_geq(sodium_init(), 0);
}

TestSuite(pace, .init = begin);

struct spread {
	uint64_t least_ms, most_ms;
};

static void widen(struct spread *spread, uint64_t ms)
{
	spread->least_ms = ms < spread->least_ms ? ms : spread->least_ms;
	spread->most_ms = ms > spread->most_ms ? ms : spread->most_ms;
}

/* Lets a unit ask in vain, from 0 on; returns when it asks last. */
static uint64_t ask_in_vain(struct pace *pace, struct spread *spread)
{
	uint64_t at_ms = 0;

	pace_init(pace);
	for (int i = 0; i < PROBES; i++) {
		uint64_t wait_ms = pace_timeout_ms(pace);

		pace_sent(pace, at_ms);
		if (i > 0) /* the first is asked again sooner */
			widen(spread, wait_ms);
		pace_lost(pace, at_ms, at_ms + wait_ms);
		at_ms += wait_ms;
	}
	return at_ms;
}

Test(pace, units_that_fell_silent_together_do_not_ask_together)
{
	struct spread spread = {UINT64_MAX, 0};
	unsigned in_tenth[TENTHS] = {0};
	struct pace pace;

	for (int unit = 0; unit < UNITS; unit++)
		in_tenth[ask_in_vain(&pace, &spread) / (1000 / TENTHS) % TENTHS]++;
	/* The promised quarter up and down, and nearly all of it: 1,140 draws. */
	cr_assert_geq(spread.least_ms, PACE_PROBE_MAX_MS * 3 / 4);
	cr_assert_leq(spread.most_ms, PACE_PROBE_MAX_MS * 5 / 4);
	cr_assert_lt(spread.least_ms, PACE_PROBE_MAX_MS * 4 / 5);
	cr_assert_gt(spread.most_ms, PACE_PROBE_MAX_MS * 6 / 5);
	for (int i = 0; i < TENTHS; i++)
		cr_assert_lt(in_tenth[i], UNITS / 2, "%u of %d ask within the same tenth of a second", in_tenth[i], UNITS);
}

Test(pace, units_that_lost_the_same_datagram_do_not_send_again_together)
{
	struct spread spread = {UINT64_MAX, 0};

	for (int unit = 0; unit < UNITS; unit++) {
		struct pace pace;

		pace_init(&pace);
		pace_sent(&pace, 0);
		pace_heard(&pace, 40);
		pace_answered(&pace, 40);
		for (int i = 0; i < PROBES; i++)
			widen(&spread, pace_timeout_ms(&pace));
	}
	/* Never sooner than without jitter, and up to a quarter later. */
	cr_assert_geq(spread.least_ms, 400);
	cr_assert_leq(spread.most_ms, 500);
	cr_assert_gt(spread.most_ms - spread.least_ms, 80);
}
