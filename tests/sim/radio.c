/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/radio.h"

#include <stdlib.h>

#include "common/alloc.h"
#include "common/wire.h"

#define FLIGHTS 64 /* datagrams that may be on their way; a power of two */
#define WINDOW_FIRST 2
#define WINDOW_MOST 8
#define WAIT_LEAST_MS 150
#define WAIT_MOST_MS 4000
#define DOUBLINGS_MOST 4

#define VALLEY_FADE_EVERY_S 1500.0
#define OPEN_FADE_EVERY_S 7200.0
#define VALLEY_FADE_MEAN_S 150.0
#define OPEN_FADE_MEAN_S 25.0

struct kept {
	struct wire_fix numbered;
	uint64_t sent_ms;
	uint8_t times; /* sent */
	bool acked;
};

struct flight {
	uint64_t number, sent_ms;
	bool is_open;
};

struct radio {
	struct seal_key key;
	uint64_t spool_id, next_seq, next_number;
	struct radio_mishaps mishaps;
	struct sim_random random;
	struct kept *kept; /* kept[first..first + count), in order of seq */
	size_t first, count, capacity;
	struct flight flights[FLIGHTS];
	unsigned window, open;
	double wait_ms; /* for an answer */
	double silent_until_s;
	bool is_silent;
	struct radio_counts counts;
	struct wire_fixes message;
};

struct radio *radio_new(const struct seal_key *key, uint64_t spool_id,
			const struct radio_mishaps *mishaps, struct sim_random random)
{
	struct radio *radio = x_calloc(1, sizeof(*radio));

	radio->key = *key;
	radio->spool_id = spool_id;
	radio->next_seq = 1;
	radio->next_number = 1;
	radio->mishaps = *mishaps;
	radio->random = random;
	radio->window = WINDOW_FIRST;
	radio->wait_ms = 1000;
	return radio;
}

void radio_free(struct radio *radio)
{
	if (!radio)
		return;
	free(radio->kept);
	free(radio);
}

void radio_record(struct radio *radio, const struct fix *fix)
{
	if (radio->first > 256 && radio->first > radio->count) {
		for (size_t i = 0; i < radio->count; i++)
			radio->kept[i] = radio->kept[radio->first + i];
		radio->first = 0;
	}
	radio->kept = x_grow(radio->kept, radio->first + radio->count, &radio->capacity,
			     sizeof(*radio->kept));
	radio->kept[radio->first + radio->count++] =
		(struct kept){.numbered = {.seq = radio->next_seq++, .fix = *fix}};
	radio->counts.recorded++;
}

size_t radio_kept(const struct radio *radio)
{
	return radio->count;
}

void radio_drift(struct radio *radio, double now_s, double since_s, bool is_valley)
{
	double every_s = is_valley ? VALLEY_FADE_EVERY_S : OPEN_FADE_EVERY_S;
	double mean_s = is_valley ? VALLEY_FADE_MEAN_S : OPEN_FADE_MEAN_S;

	if (now_s >= radio->silent_until_s &&
	    sim_chance(&radio->random, radio->mishaps.fades * since_s / every_s))
		radio->silent_until_s = now_s + sim_exponential(&radio->random, mean_s);
	radio->is_silent = now_s < radio->silent_until_s;
}

bool radio_is_silent(const struct radio *radio)
{
	return radio->is_silent;
}

void radio_calm(struct radio *radio)
{
	radio->is_silent = false;
}

/* Datagrams nobody answered in time are given up; that slows the sender down. */
static void give_up(struct radio *radio, uint64_t now_ms)
{
	for (size_t i = 0; i < FLIGHTS; i++) {
		struct flight *flight = &radio->flights[i];

		if (!flight->is_open || now_ms - flight->sent_ms < (uint64_t)radio->wait_ms)
			continue;
		flight->is_open = false;
		radio->open--;
		radio->window = radio->window > 2 ? radio->window / 2 : 1;
	}
}

static bool is_due(const struct radio *radio, const struct kept *kept, uint64_t now_ms)
{
	int doublings = kept->times > DOUBLINGS_MOST ? DOUBLINGS_MOST : kept->times - 1;
	double wait_ms;

	if (kept->acked || kept->times == 0)
		return !kept->acked;
	wait_ms = radio->wait_ms * (1 << doublings);
	return now_ms - kept->sent_ms >=
	       (uint64_t)(wait_ms < WAIT_MOST_MS ? wait_ms : WAIT_MOST_MS);
}

/* Collects what is due into the message; returns how many fixes. */
static size_t collect(struct radio *radio, uint64_t now_ms)
{
	struct wire_fixes *message = &radio->message;

	message->count = 0;
	for (size_t i = 0; i < radio->count && message->count < WIRE_FIXES_MAX; i++) {
		const struct kept *kept = &radio->kept[radio->first + i];

		if (is_due(radio, kept, now_ms))
			message->fixes[message->count++] = kept->numbered;
	}
	return message->count;
}

static void mark_sent(struct radio *radio, size_t taken, uint64_t now_ms)
{
	uint64_t base = radio->kept[radio->first].numbered.seq;

	for (size_t i = 0; i < taken; i++) {
		struct kept *kept =
			&radio->kept[radio->first + (size_t)(radio->message.fixes[i].seq - base)];

		radio->counts.resent_fixes += kept->times > 0;
		kept->sent_ms = now_ms;
		if (kept->times < UINT8_MAX)
			kept->times++;
	}
}

size_t radio_next(struct radio *radio, uint64_t now_ms, int64_t unix_ms,
		  uint8_t out[SEAL_DATAGRAM_MAX])
{
	struct flight *flight = &radio->flights[radio->next_number % FLIGHTS];
	uint8_t plain[SEAL_PLAIN_MAX];
	size_t size, taken;

	give_up(radio, now_ms);
	if (radio->is_silent || radio->count == 0 || radio->open >= radio->window ||
	    flight->is_open)
		return 0;
	if (collect(radio, now_ms) == 0)
		return 0;
	radio->message.spool_id = radio->spool_id;
	radio->message.oldest_seq = radio->kept[radio->first].numbered.seq;
	radio->message.newest_seq = radio->next_seq - 1;
	radio->message.sent_ms = unix_ms;
	size = wire_put_fixes(&radio->message, plain, sizeof(plain), &taken);
	mark_sent(radio, taken, now_ms);
	*flight = (struct flight){.number = radio->next_number, .sent_ms = now_ms, .is_open = true};
	radio->open++;
	radio->counts.sent++;
	return seal_close(&radio->key, SEAL_FIXES, radio->next_number++, plain, size, out);
}

enum radio_fate radio_fate(struct radio *radio)
{
	double at = sim_range(&radio->random, 0, 1);

	at -= radio->mishaps.lost;
	if (at < 0) {
		radio->counts.lost++;
		return RADIO_LOST;
	}
	at -= radio->mishaps.doubled;
	if (at < 0) {
		radio->counts.doubled++;
		return RADIO_DOUBLED;
	}
	if (at < radio->mishaps.late) {
		radio->counts.late++;
		return RADIO_LATE;
	}
	return RADIO_ARRIVES;
}

static void note_answer(struct radio *radio, uint64_t now_ms, uint64_t number)
{
	struct flight *flight = &radio->flights[number % FLIGHTS];

	if (!flight->is_open || flight->number != number)
		return;
	flight->is_open = false;
	radio->open--;
	radio->wait_ms +=
		(3.0 * (double)(now_ms - flight->sent_ms) + WAIT_LEAST_MS - radio->wait_ms) / 8;
	if (radio->wait_ms > WAIT_MOST_MS)
		radio->wait_ms = WAIT_MOST_MS;
	if (radio->window < WINDOW_MOST)
		radio->window++;
}

static bool is_acked(const struct wire_ack *ack, uint64_t seq, size_t *range)
{
	if (seq <= ack->cumulative)
		return true;
	while (*range < ack->count && ack->ranges[*range].last < seq)
		(*range)++;
	return *range < ack->count && ack->ranges[*range].first <= seq;
}

static bool forget(struct radio *radio, const struct wire_ack *ack)
{
	size_t range = 0;
	bool any = false;

	for (size_t i = 0; i < radio->count; i++) {
		struct kept *kept = &radio->kept[radio->first + i];

		if (!kept->acked && is_acked(ack, kept->numbered.seq, &range)) {
			kept->acked = true;
			any = true;
		}
	}
	while (radio->count && radio->kept[radio->first].acked) {
		radio->first++;
		radio->count--;
	}
	return any;
}

bool radio_hear(struct radio *radio, uint64_t now_ms, const uint8_t *datagram, size_t size)
{
	uint8_t plain[SEAL_PLAIN_MAX], key_id[SEAL_KEY_ID_BYTES];
	enum seal_type type;
	struct wire_ack ack;
	uint64_t number;

	if (radio->is_silent || sim_chance(&radio->random, radio->mishaps.lost))
		return false;
	if (seal_peek(datagram, size, &type, key_id) != SEAL_OK || type != SEAL_ACK)
		return false;
	if (seal_open(&radio->key, datagram, size, &number, plain, &size) != SEAL_OK)
		return false;
	if (wire_get_ack(plain, size, &ack) != 0 || ack.spool_id != radio->spool_id)
		return false;
	note_answer(radio, now_ms, ack.answers);
	return forget(radio, &ack);
}

struct radio_counts radio_counts(const struct radio *radio)
{
	return radio->counts;
}
