/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/sender.h"

#include <stdlib.h>

#include <sodium.h>

#include "common/alloc.h"
#include "common/wire.h"
#include "tracker-client/pace.h"
#include "tracker-client/ranges.h"
#include "tracker-client/spool.h"

#define PROBE_FIXES 16
#define LIVE_RESERVE 4      /* datagrams the newest fixes may have under way beyond the window */
#define RECENT_NUMBERS 4096 /* an answer to an older datagram is none */
#define NO_NUMBER_RETRY_MS 1000
#define SENT_MS_MAX INT64_C(253402300799999)

/* A datagram under way. */
struct flight {
	uint64_t number;
	uint64_t sent_ms, timeout_ms;
	size_t count;
	uint64_t seqs[WIRE_FIXES_MAX];
};

struct sender {
	struct sender_config config;
	struct ranges todo; /* stored, not under way */
	struct ranges sent; /* sent at least once and not acknowledged */
	uint64_t live_mark; /* fixes above it are news */
	struct pace pace;
	struct flight flights[PACE_WINDOW_MAX]; /* by number, ascending */
	size_t flying;
	uint64_t first_number, last_number, highest_answered;
	struct wire_fixes message; /* being put together */
	struct sender_state state;
};

static void load(struct sender *sender)
{
	ranges_clear(&sender->todo);
	ranges_clear(&sender->sent);
	sender->flying = 0;
	/* A fault shows at the next commit, which then brings a new spool here. */
	if (spool_numbers(sender->config.spool, &sender->todo) != 0)
		ranges_clear(&sender->todo);
	sender->live_mark = 0;
	sender->message.newest_seq = spool_state(sender->config.spool).newest_seq;
}

struct sender *sender_new(const struct sender_config *config)
{
	struct sender *sender = x_calloc(1, sizeof(*sender));

	sender->config = *config;
	pace_init(&sender->pace);
	load(sender);
	return sender;
}

void sender_free(struct sender *sender)
{
	if (sender == NULL)
		return;
	ranges_fini(&sender->todo);
	ranges_fini(&sender->sent);
	sodium_memzero(&sender->config.key, sizeof(sender->config.key));
	free(sender);
}

void sender_change_key(struct sender *sender, const struct seal_key *key)
{
	sender->config.key = *key;
}

void sender_renew_numbers(struct sender *sender)
{
	spool_renew_numbers(sender->config.spool);
}

void sender_committed(struct sender *sender, bool is_new)
{
	struct spool_state spool = spool_state(sender->config.spool);
	uint64_t known = sender->message.newest_seq;

	if (is_new) {
		load(sender);
		return;
	}
	if (spool.newest_seq > known)
		ranges_add(&sender->todo, known + 1, spool.newest_seq);
	sender->message.newest_seq = spool.newest_seq;
	/* What was dropped for want of room. */
	ranges_remove(&sender->todo, 0, spool.oldest_seq - 1);
	ranges_remove(&sender->sent, 0, spool.oldest_seq - 1);
}

/* ---- what is under way ---- */

/* Takes the i-th flight off; what of it is not acknowledged has to be sent again. */
static void land(struct sender *sender, size_t i)
{
	struct flight *flight = &sender->flights[i];

	for (size_t k = 0; k < flight->count; k++)
		if (ranges_has(&sender->sent, flight->seqs[k]))
			ranges_add(&sender->todo, flight->seqs[k], flight->seqs[k]);
	sender->flying--;
	for (; i < sender->flying; i++)
		sender->flights[i] = sender->flights[i + 1];
}

static bool is_done(const struct sender *sender, const struct flight *flight)
{
	for (size_t k = 0; k < flight->count; k++)
		if (ranges_has(&sender->sent, flight->seqs[k]))
			return false;
	return true;
}

/* When a flight counts as lost: sooner when a later one has been answered already. */
static uint64_t deadline(const struct sender *sender, const struct flight *flight)
{
	uint64_t timeout_ms = flight->timeout_ms;

	if (flight->number < sender->highest_answered) {
		uint64_t overtaken_ms = pace_overtaken_ms(&sender->pace);

		timeout_ms = overtaken_ms < timeout_ms ? overtaken_ms : timeout_ms;
	}
	return flight->sent_ms + timeout_ms;
}

static void expire(struct sender *sender, uint64_t now_ms)
{
	for (size_t i = 0; i < sender->flying;) {
		if (deadline(sender, &sender->flights[i]) > now_ms) {
			i++;
			continue;
		}
		pace_lost(&sender->pace, sender->flights[i].sent_ms, now_ms);
		sender->state.resent++;
		land(sender, i);
	}
}

/* ---- acknowledgements ---- */

/* Forgets what of first..last was ever sent: a server cannot have what it was never given. */
static void acknowledge(struct sender *sender, uint64_t first, uint64_t last)
{
	struct ranges *sent = &sender->sent;
	size_t i;

	while ((i = ranges_seek(sent, first)) < sent->count && sent->at[i].first <= last) {
		struct wire_range part = sent->at[i];

		part.first = part.first > first ? part.first : first;
		part.last = part.last < last ? part.last : last;
		spool_forget(sender->config.spool, part.first, part.last);
		ranges_remove(&sender->todo, part.first, part.last);
		ranges_remove(sent, part.first, part.last);
	}
}

static bool is_answer(const struct sender *sender, const struct wire_ack *ack)
{
	uint64_t newest = sender->message.newest_seq;

	return ack->spool_id == spool_state(sender->config.spool).spool_id &&
	       sender->first_number != 0 && ack->answers >= sender->first_number &&
	       ack->answers <= sender->last_number &&
	       sender->last_number - ack->answers < RECENT_NUMBERS && ack->cumulative <= newest &&
	       (ack->count == 0 || ack->ranges[ack->count - 1].last <= newest);
}

static bool open_ack(const struct sender *sender, const uint8_t *datagram, size_t size,
		     struct wire_ack *out)
{
	uint8_t plain[SEAL_PLAIN_MAX], key_id[SEAL_KEY_ID_BYTES];
	enum seal_type type;
	uint64_t number;
	size_t plain_size;

	return seal_peek(datagram, size, &type, key_id) == SEAL_OK && type == SEAL_ACK &&
	       seal_open(&sender->config.key, datagram, size, &number, plain, &plain_size) ==
		       SEAL_OK &&
	       wire_get_ack(plain, plain_size, out) == 0 && is_answer(sender, out);
}

void sender_receive(struct sender *sender, const uint8_t *datagram, size_t size, uint64_t now_ms)
{
	struct wire_ack ack;

	if (!open_ack(sender, datagram, size, &ack)) {
		sender->state.refused++;
		return;
	}
	sender->state.acks++;
	acknowledge(sender, 1, ack.cumulative);
	for (size_t i = 0; i < ack.count; i++)
		acknowledge(sender, ack.ranges[i].first, ack.ranges[i].last);
	if (ack.answers > sender->highest_answered)
		sender->highest_answered = ack.answers;
	pace_heard(&sender->pace, now_ms);
	for (size_t i = 0; i < sender->flying;) {
		struct flight *flight = &sender->flights[i];

		if (flight->number == ack.answers)
			pace_answered(&sender->pace, now_ms - flight->sent_ms);
		if (is_done(sender, flight))
			land(sender, i);
		else
			i++;
	}
}

/* ---- sending ---- */

/* Reads fixes of todo's ranges into the message, from the i-th on, none below `from`. */
static int gather(struct sender *sender, size_t i, uint64_t from)
{
	struct wire_fixes *message = &sender->message;

	message->count = 0;
	for (; i < sender->todo.count && message->count < WIRE_FIXES_MAX; i++) {
		struct wire_range range = sender->todo.at[i];
		struct wire_fix *out = message->fixes + message->count;
		int count =
			spool_read(sender->config.spool, range.first > from ? range.first : from,
				   range.last, out, WIRE_FIXES_MAX - message->count);

		if (count < 0)
			return count;
		for (int k = 0; k < count; k++)
			if (wire_fix_is_sendable(&out[k].fix))
				message->fixes[message->count++] = out[k];
	}
	return 0;
}

/*
 * Where the newest numbers of todo that are above `mark` begin: as many as a datagram may hold, and
 * in silence, where most datagrams are in vain, a few.
 */
static uint64_t newest_from(const struct sender *sender, uint64_t mark, size_t *out_index)
{
	const struct ranges *todo = &sender->todo;
	uint64_t wanted = pace_is_silent(&sender->pace) ? PROBE_FIXES : WIRE_FIXES_MAX, from = mark + 1;
	size_t i = todo->count;

	while (i > 0 && todo->at[i - 1].last > mark && wanted > 0) {
		struct wire_range range = todo->at[--i];
		uint64_t has = range.last - range.first + 1;

		from = has > wanted ? range.last - wanted + 1 : range.first;
		wanted -= has > wanted ? wanted : has;
	}
	*out_index = i;
	return from > mark ? from : mark + 1;
}

/* Encodes the newest of the gathered fixes that fit, and makes them the message's first. */
static size_t encode_newest(struct sender *sender, uint8_t plain[SEAL_PLAIN_MAX])
{
	struct wire_fixes *message = &sender->message;
	size_t taken, size = wire_put_fixes(message, plain, SEAL_PLAIN_MAX, &taken);

	while (taken < message->count) {
		size_t spare = message->count - taken;

		for (size_t i = 0; i < taken; i++)
			message->fixes[i] = message->fixes[i + spare];
		message->count = taken;
		size = wire_put_fixes(message, plain, SEAL_PLAIN_MAX, &taken);
	}
	return size;
}

static size_t encode_oldest(struct sender *sender, uint8_t plain[SEAL_PLAIN_MAX])
{
	size_t taken, size = wire_put_fixes(&sender->message, plain, SEAL_PLAIN_MAX, &taken);

	sender->message.count = taken;
	return size;
}

/* The message is on its way. */
static void note_flight(struct sender *sender, uint64_t number, uint64_t now_ms)
{
	const struct wire_fixes *message = &sender->message;
	struct flight *flight = &sender->flights[sender->flying++];

	flight->number = number;
	flight->sent_ms = now_ms;
	flight->timeout_ms = pace_timeout_ms(&sender->pace);
	flight->count = message->count;
	for (size_t i = 0; i < message->count; i++) {
		flight->seqs[i] = message->fixes[i].seq;
		ranges_add(&sender->sent, message->fixes[i].seq, message->fixes[i].seq);
	}
	/* Whatever lay between them in todo could not be read or not be sent: it is past help. */
	ranges_remove(&sender->todo, message->fixes[0].seq, message->fixes[message->count - 1].seq);
	if (sender->first_number == 0)
		sender->first_number = number;
	sender->last_number = number;
}

/* Sends one datagram; false when the spool cannot be read or give it a number now. */
static bool send_one(struct sender *sender, bool newest, uint64_t now_ms, int64_t unix_ms)
{
	uint64_t mark = pace_is_silent(&sender->pace) ? 0 : sender->live_mark, from = 0, number;
	uint8_t plain[SEAL_PLAIN_MAX], datagram[SEAL_DATAGRAM_MAX];
	struct spool_state spool = spool_state(sender->config.spool);
	size_t size, index = 0;

	if (newest)
		from = newest_from(sender, mark, &index);
	if (gather(sender, index, from) != 0)
		return false;
	if (sender->message.count == 0) {
		/* They are not in the file: what cannot be sent must not be tried for ever. */
		ranges_remove(&sender->todo, from, UINT64_MAX);
		return false;
	}
	sender->message.spool_id = spool.spool_id;
	sender->message.oldest_seq = spool.oldest_seq;
	sender->message.sent_ms = unix_ms < 0 ? 0 : unix_ms > SENT_MS_MAX ? SENT_MS_MAX : unix_ms;
	size = newest ? encode_newest(sender, plain) : encode_oldest(sender, plain);
	number = spool_next_number(sender->config.spool, unix_ms);
	if (number == 0)
		return false;
	size = seal_close(&sender->config.key, SEAL_FIXES, number, plain, size, datagram);
	note_flight(sender, number, now_ms);
	if (newest)
		sender->live_mark = spool.newest_seq;
	sender->state.sent++;
	sender->state.bytes += size;
	sender->config.transmit(datagram, size, sender->config.user);
	return true;
}

/* Whether there are fixes newer than those sent last. */
static bool has_news(const struct sender *sender)
{
	const struct ranges *todo = &sender->todo;

	return sender->config.newest_first && todo->count > 0 &&
	       (pace_is_silent(&sender->pace) ||
		todo->at[todo->count - 1].last > sender->live_mark);
}

uint64_t sender_pump(struct sender *sender, uint64_t now_ms, int64_t unix_ms)
{
	uint64_t next_ms = UINT64_MAX;

	expire(sender, now_ms);
	while (sender->todo.count > 0) {
		size_t window = pace_window(&sender->pace);
		bool news = has_news(sender);

		if (news && !pace_is_silent(&sender->pace))
			window += LIVE_RESERVE;
		if (sender->flying >= window || sender->flying >= PACE_WINDOW_MAX)
			break;
		if (!send_one(sender, news, now_ms, unix_ms)) {
			next_ms = NO_NUMBER_RETRY_MS;
			break;
		}
		pace_sent(&sender->pace, now_ms);
	}
	for (size_t i = 0; i < sender->flying; i++) {
		uint64_t due = deadline(sender, &sender->flights[i]);
		uint64_t wait_ms = due > now_ms ? due - now_ms : 0;

		next_ms = wait_ms < next_ms ? wait_ms : next_ms;
	}
	return next_ms;
}

struct sender_state sender_state(const struct sender *sender, uint64_t now_ms)
{
	struct sender_state state = sender->state;
	uint64_t unheard_ms = pace_silent_ms(&sender->pace, now_ms);

	state.is_silent = pace_is_silent(&sender->pace);
	state.is_reachable = !state.is_silent && unheard_ms < SENDER_FRESH_MS;
	state.silent_ms = state.is_silent ? unheard_ms : 0;
	state.rtt_ms = pace_rtt_ms(&sender->pace);
	return state;
}
