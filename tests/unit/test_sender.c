/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sender against a server, a radio and a clock that are not there: hours pass in milliseconds.
 */
#include "tracker-client/sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "common/wire.h"
#include "tracker-client/pace.h"
#include "tracker-client/ranges.h"
#include "tracker-client/spool.h"
#include "tests/support/folder.h"

#define UNIX_MS INT64_C(1768500000000)
#define ON_THE_WAY 4096

/* A datagram on its way to one of the two sides. */
struct parcel {
	uint64_t due_ms;
	bool to_server;
	size_t size;
	uint8_t bytes[SEAL_DATAGRAM_MAX];
};

struct world {
	char folder[FOLDER_BYTES];
	struct spool *spool;
	struct sender *sender;
	struct seal_key key, answer_key; /* the server's, which a test may alter */
	uint64_t now_ms, last_number;
	uint64_t random;
	unsigned loss_percent, repeat_percent, delay_ms, jitter_ms;
	bool is_silent;
	struct parcel *parcels;
	size_t parcel_count;
	struct ranges stored; /* at the server */
	uint64_t stored_fixes, datagrams;
	struct wire_fixes first, last; /* messages the server opened */
	uint64_t first_sent_ms[64];    /* when the first datagrams went */
};

static struct world world; /* each test is a process of its own */

static unsigned chance(unsigned below)
{
	world.random = world.random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((world.random >> 33) % below);
}

static void carry(bool to_server, const uint8_t *bytes, size_t size)
{
	unsigned copies = chance(100) < world.repeat_percent ? 2 : 1;

	if (world.is_silent || chance(100) < world.loss_percent)
		return;
	for (; copies > 0; copies--) {
		struct parcel *parcel = &world.parcels[world.parcel_count++];

		cr_assert_lt(world.parcel_count, ON_THE_WAY);
		parcel->due_ms = world.now_ms + world.delay_ms +
				 (world.jitter_ms > 0 ? chance(world.jitter_ms) : 0);
		parcel->to_server = to_server;
		parcel->size = size;
		memcpy(parcel->bytes, bytes, size);
	}
}

static void on_transmit(const uint8_t *datagram, size_t size, void *user)
{
	uint8_t plain[SEAL_PLAIN_MAX];
	uint64_t number;
	size_t plain_size;

	(void)user;
	cr_assert_leq(size, SEAL_DATAGRAM_MAX);
	cr_assert_eq(seal_open(&world.key, datagram, size, &number, plain, &plain_size), SEAL_OK);
	cr_assert_gt(number, world.last_number);
	world.last_number = number;
	if (world.datagrams < 64)
		world.first_sent_ms[world.datagrams] = world.now_ms;
	world.datagrams++;
	carry(true, datagram, size);
}

static struct wire_ack ack_of(const struct wire_fixes *message, uint64_t number)
{
	struct wire_ack ack = {.spool_id = message->spool_id, .answers = number};
	size_t i = 0;

	ack.cumulative = message->oldest_seq - 1;
	if (world.stored.count > 0 && world.stored.at[0].first == 1) {
		if (world.stored.at[0].last > ack.cumulative)
			ack.cumulative = world.stored.at[0].last;
		i = 1;
	}
	for (; i < world.stored.count && ack.count < WIRE_RANGES_MAX; i++)
		ack.ranges[ack.count++] = world.stored.at[i];
	return ack;
}

static void answer(const struct wire_ack *ack, size_t room)
{
	uint8_t plain[SEAL_PLAIN_MAX], datagram[SEAL_DATAGRAM_MAX];
	size_t size = wire_put_ack(ack, plain, room);

	size = seal_close(&world.answer_key, SEAL_ACK, ack->answers, plain, size, datagram);
	carry(false, datagram, size);
}

static void serve(const struct parcel *parcel)
{
	struct wire_fixes *message = &world.last;
	uint8_t plain[SEAL_PLAIN_MAX];
	struct wire_ack ack;
	uint64_t number;
	size_t size;

	cr_assert_eq(seal_open(&world.key, parcel->bytes, parcel->size, &number, plain, &size),
		     SEAL_OK);
	cr_assert_eq(wire_get_fixes(plain, size, message), 0);
	if (world.first.count == 0)
		world.first = *message;
	for (size_t i = 0; i < message->count; i++) {
		uint64_t seq = message->fixes[i].seq;

		world.stored_fixes += !ranges_has(&world.stored, seq);
		ranges_add(&world.stored, seq, seq);
	}
	ack = ack_of(message, number);
	answer(&ack, size);
}

static void deliver(void)
{
	for (size_t i = 0; i < world.parcel_count;) {
		struct parcel parcel = world.parcels[i];

		if (parcel.due_ms > world.now_ms) {
			i++;
			continue;
		}
		world.parcels[i] = world.parcels[--world.parcel_count];
		if (parcel.to_server)
			serve(&parcel);
		else
			sender_receive(world.sender, parcel.bytes, parcel.size, world.now_ms);
	}
}

static void commit(void)
{
	if (!spool_is_dirty(world.spool))
		return;
	cr_assert_eq(spool_commit(world.spool), 0);
	sender_committed(world.sender, false);
}

static void pass(uint64_t ms)
{
	for (uint64_t end = world.now_ms + ms; world.now_ms < end; world.now_ms++) {
		deliver();
		if (world.now_ms % 200 == 0)
			commit();
		sender_pump(world.sender, world.now_ms, UNIX_MS + (int64_t)world.now_ms);
	}
}

static void record(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct fix fix = fix_none();
		int64_t n = (int64_t)spool_state(world.spool).newest_seq +
			    (int64_t)spool_staged(world.spool);

		fix.time_ms = UNIX_MS + 1000 * n;
		fix.lon_e7 = 1404000000 + (int32_t)(n * 700 % 90000);
		fix.lat_e7 = 386000000 + (int32_t)(n * n % 9000);
		fix.speed_cmps = (int32_t)(n % 900);
		fix.flags = FIX_VALID;
		spool_stage(world.spool, &fix);
		if (spool_staged(world.spool) == 10000)
			commit();
	}
	commit();
}

static void make_sender(bool newest_first)
{
	struct sender_config config = {
		.spool = world.spool,
		.key = world.key,
		.newest_first = newest_first,
		.transmit = on_transmit,
	};

	sender_free(world.sender);
	world.sender = sender_new(&config);
}

static void begin(void)
{
	char why[SPOOL_WHY_BYTES] = "", path[FOLDER_BYTES + 16];

	world = (struct world){.random = 11, .delay_ms = 40};
	folder_make(world.folder);
	snprintf(path, sizeof(path), "%s/spool.db", world.folder);
	cr_assert_eq(seal_init(), 0);
	seal_key_new(&world.key);
	world.answer_key = world.key;
	world.parcels = malloc(ON_THE_WAY * sizeof(*world.parcels));
	cr_assert_eq(spool_open(path, "R-1", 100000, &world.spool, why), 0, "%s", why);
	make_sender(true);
}

static void end(void)
{
	sender_free(world.sender);
	spool_close(world.spool);
	ranges_fini(&world.stored);
	free(world.parcels);
	folder_remove(world.folder);
}

TestSuite(sender, .init = begin, .fini = end);

Test(sender, sends_the_newest_fixes_first_and_then_the_oldest)
{
	record(5000);
	pass(60);
	cr_assert_eq(world.first.fixes[world.first.count - 1].seq, 5000);
	cr_assert_eq(world.first.newest_seq, 5000);
	cr_assert_gt(world.first.count, 10); /* nobody has answered yet: it is a small one */
	pass(80);
	cr_assert_eq(world.last.oldest_seq, 1);
	cr_assert_lt(world.last.fixes[0].seq, 2000);
	pass(60000);
	cr_assert_eq(world.stored_fixes, 5000);
	cr_assert_eq(spool_state(world.spool).stored, 0);
}

Test(sender, sends_a_log_in_its_order)
{
	make_sender(false);
	record(5000);
	pass(60);
	cr_assert_eq(world.first.fixes[0].seq, 1);
	pass(60000);
	cr_assert_eq(world.stored_fixes, 5000);
}

Test(sender, takes_few_round_trips_and_full_datagrams_for_a_long_log)
{
	make_sender(false);
	record(42752);
	pass(3000);
	cr_assert_eq(world.stored_fixes, 42752, "%lu", (unsigned long)world.stored_fixes);
	cr_assert_lt(sender_state(world.sender, world.now_ms).bytes / 42752, 15);
	cr_assert_eq(sender_state(world.sender, world.now_ms).resent, 0);
}

Test(sender, sends_each_new_fix_at_once_while_a_backlog_is_under_way)
{
	uint64_t newest;

	record(50000);
	pass(2000);
	for (int second = 0; second < 5; second++) {
		record(1);
		newest = spool_state(world.spool).newest_seq;
		pass(60);
		cr_assert(ranges_has(&world.stored, newest), "second %d", second);
		pass(940);
	}
}

Test(sender, loses_nothing_over_a_radio_that_loses_repeats_and_reorders)
{
	world.loss_percent = 30;
	world.repeat_percent = 10;
	world.jitter_ms = 5000;
	record(3000);
	for (int second = 0; second < 200; second++) {
		record(2);
		pass(1000);
		world.is_silent = second > 50 && second < 110;
	}
	world.loss_percent = 30;
	pass(300000);
	cr_assert_eq(world.stored_fixes, 3400);
	cr_assert_eq(spool_state(world.spool).stored, 0);
}

Test(sender, asks_one_at_a_time_and_about_once_a_second_while_nobody_answers)
{
	uint64_t shortest_ms = UINT64_MAX, longest_ms = 0;

	record(5000);
	pass(5000);
	world.is_silent = true;
	record(3000);
	pass(20000);
	world.datagrams = 0;
	pass(120000);
	cr_assert(!sender_state(world.sender, world.now_ms).is_reachable);
	cr_assert_geq(world.datagrams, 120 * 4 / 5);
	cr_assert_leq(world.datagrams, 120 * 4 / 3);
	/* Jitter: they do not come like a clock, but a quarter sooner or later. */
	for (int i = 1; i < 64; i++) {
		uint64_t wait_ms = world.first_sent_ms[i] - world.first_sent_ms[i - 1];

		shortest_ms = wait_ms < shortest_ms ? wait_ms : shortest_ms;
		longest_ms = wait_ms > longest_ms ? wait_ms : longest_ms;
	}
	cr_assert(shortest_ms >= PACE_PROBE_MAX_MS * 3 / 4 && shortest_ms < PACE_PROBE_MAX_MS * 9 / 10);
	cr_assert(longest_ms <= PACE_PROBE_MAX_MS * 5 / 4 && longest_ms > PACE_PROBE_MAX_MS * 11 / 10);
	record(1);
	world.is_silent = false;
	pass(5100);
	cr_assert(ranges_has(&world.stored, 8001));
	pass(5000);
	cr_assert_eq(world.stored_fixes, 8001);
}

Test(sender, knows_that_the_server_answers_for_as_long_as_an_answer_is_fresh)
{
	cr_assert(!sender_state(world.sender, world.now_ms).is_reachable, "nobody was asked yet");
	record(1);
	pass(1000);
	cr_assert(sender_state(world.sender, world.now_ms).is_reachable);
	pass(SENDER_FRESH_MS); /* nothing to send, so nobody was asked */
	cr_assert(!sender_state(world.sender, world.now_ms).is_reachable);
	cr_assert(!sender_state(world.sender, world.now_ms).is_silent, "nothing was in vain");
	cr_assert_eq(sender_state(world.sender, world.now_ms).silent_ms, 0);
	record(1);
	pass(1000);
	cr_assert(sender_state(world.sender, world.now_ms).is_reachable);
}

Test(sender, does_not_forget_what_it_never_sent)
{
	struct wire_ack ack = {.spool_id = spool_state(world.spool).spool_id, .cumulative = 5000};

	/* As when an old image of the disk was put back: the server knows higher numbers already.
	 */
	world.is_silent = true;
	record(5000);
	pass(100);
	world.is_silent = false;
	ack.answers = world.last_number;
	answer(&ack, SEAL_PLAIN_MAX);
	world.delay_ms = 100000;
	pass(60);
	cr_assert_gt(spool_state(world.spool).stored, 4000);
	cr_assert_lt(spool_state(world.spool).stored, 5000);
}

/* Sends an acknowledgement that must change nothing. */
static void is_refused(struct wire_ack ack, const char *why)
{
	uint64_t refused = sender_state(world.sender, world.now_ms).refused;

	world.is_silent = false;
	answer(&ack, SEAL_PLAIN_MAX);
	world.is_silent = true;
	pass(50);
	cr_assert_eq(sender_state(world.sender, world.now_ms).refused, refused + 1, "%s", why);
	cr_assert_eq(spool_state(world.spool).stored, 10, "%s", why);
}

Test(sender, believes_no_answer_but_to_what_it_asked)
{
	struct wire_ack good = {.spool_id = spool_state(world.spool).spool_id, .cumulative = 10},
			ack;

	world.is_silent = true;
	record(10);
	pass(100);
	good.answers = world.last_number;
	ack = good;
	ack.spool_id++;
	is_refused(ack, "another spool");
	ack = good;
	ack.answers = world.last_number + 100; /* more than it may send meanwhile */
	is_refused(ack, "a number never sent");
	ack.answers = world.last_number - 5000;
	is_refused(ack, "a number of long ago");
	ack = good;
	ack.cumulative = 11;
	is_refused(ack, "a fix never recorded");
	ack = good;
	ack.cumulative = 1;
	ack.count = 1;
	ack.ranges[0] = (struct wire_range){5, 11};
	is_refused(ack, "a range beyond the newest");
	world.answer_key.secret[0] ^= 1;
	is_refused(good, "another key");
	world.answer_key = world.key;
	world.is_silent = false;
	answer(&good, SEAL_PLAIN_MAX);
	pass(50);
	cr_assert_eq(spool_state(world.spool).stored, 0);
}

Test(sender, finds_what_is_left_in_the_spool_after_a_restart)
{
	world.is_silent = true;
	record(300);
	pass(1000);
	make_sender(true);
	world.is_silent = false;
	pass(10000);
	cr_assert_eq(world.stored_fixes, 300);
}

Test(pace, grows_with_answers_and_shrinks_with_losses_but_not_to_a_crawl)
{
	struct pace pace;
	size_t full;

	cr_assert_eq(seal_init(), 0);
	pace_init(&pace);
	cr_assert(pace_is_silent(&pace));
	cr_assert_eq(pace_window(&pace), 1);
	for (int i = 0; i < 1000; i++) {
		pace_heard(&pace, 1000);
		pace_answered(&pace, 100);
	}
	full = pace_window(&pace);
	cr_assert_eq(full, PACE_WINDOW_MAX);
	for (uint64_t now = 2000; now < 2100; now++)
		pace_lost(&pace, 1500, now);
	cr_assert_eq(pace_window(&pace), full / 2);
	for (uint64_t now = 3000; now < 60000; now += 1000) {
		pace_heard(&pace, now);
		pace_lost(&pace, now, now);
	}
	cr_assert_geq(pace_window(&pace), 10);
	cr_assert_not(pace_is_silent(&pace));
}

Test(pace, waits_about_as_long_as_answers_take)
{
	struct pace pace;

	pace_init(&pace);
	pace_heard(&pace, 0);
	for (int i = 0; i < 100; i++)
		pace_answered(&pace, 1500);
	cr_assert_geq(pace_timeout_ms(&pace), 1500);
	cr_assert_leq(pace_timeout_ms(&pace), 1700 * 5 / 4); /* jitter */
	for (int i = 0; i < 100; i++)
		pace_answered(&pace, 2);
	cr_assert_geq(pace_timeout_ms(&pace), 400);
	cr_assert_leq(pace_timeout_ms(&pace), 500);
}
