/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/wire.h"
#include "server/plowd/base/may_log.h"
#include "server/plowd/base/now.h"
#include "server/plowd/intake/registry.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/intake/udp.h"
#include "server/plowd/intake/writer.h"

struct ingest {
	struct udp *udp;
	struct ingest_parts parts;
	struct wire_fixes message;
	struct writer_item items[WIRE_FIXES_MAX];
};

static enum stats_item stat_of_verdict(enum seal_verdict verdict)
{
	static const enum stats_item stats[] = {
		[SEAL_SHORT] = STAT_SEAL_SHORT,
		[SEAL_NOT_OURS] = STAT_SEAL_NOT_OURS,
		[SEAL_BAD_VERSION] = STAT_SEAL_BAD_VERSION,
		[SEAL_BAD_TYPE] = STAT_SEAL_BAD_TYPE,
		[SEAL_FORGED] = STAT_SEAL_FORGED,
	};

	return stats[verdict];
}

/* Numbers above it have no place in the database, and no unit lives to reach them. */
static bool has_possible_numbers(uint64_t number, const struct wire_fixes *message)
{
	return number <= INT64_MAX && message->newest_seq < INT64_MAX;
}

/* Two units share a key: someone has to find the other one. */
static void tell_of_clone(struct ingest *ingest, struct registry_key *key)
{
	const struct vehicle *vehicle = registry_owner(ingest->parts.registry, key);

	if (!vehicle)
		return;
	ingest->parts.clone(vehicle->code, ingest->parts.clone_arg);
	if (may_log(&key->clone_logged_ms, wall_clock_ms()))
		fprintf(stderr,
			"<4>plowd: two units report as \"%s\" under one key, or two copies of one disk; what both "
			"measured is kept: plowctl vehicle rotate --code %s, and give the new key to the right one alone\n",
			vehicle->code, vehicle->code);
}

/* Hands the opened message to the writer. */
static void submit(struct ingest *ingest, struct registry_key *key, uint64_t number,
		   size_t plain_size, const struct udp_way *way, int64_t received_ms)
{
	const struct wire_fixes *message = &ingest->message;
	struct writer_job job = {
		.vehicle_id = key->vehicle_id,
		.received_ms = received_ms,
		.trust = TRUST_SEALED,
		.sealed = true,
		.number = number,
		.spool_id = message->spool_id,
		.oldest_seq = message->oldest_seq,
		.count = message->count,
		.reply_room = plain_size,
		.way = *way,
	};

	memcpy(job.key_id, key->key.id, sizeof(job.key_id));
	/* With --clock fixes there is no wall clock to doubt a fix by. */
	for (size_t i = 0; i < message->count; i++) {
		struct fix fix = message->fixes[i].fix;
		int64_t judged_ms = ingest->parts.now->by_fixes ? fix.time_ms : received_ms;

		stats_add(ingest->parts.stats, STAT_TIMES_REPAIRED, fix_repair_weeks(&fix, judged_ms));
		ingest->items[i] = (struct writer_item){
			.seq = message->fixes[i].seq, .fix = fix, .doubt = fix_doubt(&fix, judged_ms)};
	}
	/* When the queue is full the unit sends it again; the drop is counted. */
	(void)!writer_submit(ingest->parts.writer, &job, ingest->items);
}

static void open_datagram(struct ingest *ingest, const uint8_t *bytes, size_t size,
			  const struct udp_way *way)
{
	struct stats *stats = ingest->parts.stats;
	int64_t received_ms = wall_clock_ms();
	uint8_t key_id[SEAL_KEY_ID_BYTES], plain[SEAL_PLAIN_MAX];
	struct registry_key *key;
	enum seal_verdict verdict;
	enum seal_type type;
	uint64_t number;
	size_t plain_size;

	verdict = seal_peek(bytes, size, &type, key_id);
	if (verdict == SEAL_OK && type != SEAL_FIXES)
		verdict = SEAL_BAD_TYPE;
	if (verdict != SEAL_OK) {
		stats_add(stats, stat_of_verdict(verdict), 1);
		return;
	}
	key = registry_find(ingest->parts.registry, key_id);
	if (!key || key->good_until_ms <= received_ms) {
		stats_add(stats, key ? STAT_KEY_REVOKED : STAT_KEY_UNKNOWN, 1);
		return;
	}
	verdict = seal_open(&key->key, bytes, size, &number, plain, &plain_size);
	if (verdict != SEAL_OK) {
		stats_add(stats, stat_of_verdict(verdict), 1);
	} else if (seal_window_mark(&key->window, number) != 0) {
		stats_add(stats, STAT_REPLAYED, 1);
	} else if (wire_get_fixes(plain, plain_size, &ingest->message) != 0 ||
		   !has_possible_numbers(number, &ingest->message)) {
		stats_add(stats, STAT_MALFORMED, 1);
	} else {
		registry_used(ingest->parts.registry, key, received_ms);
		if (copies_meet(&key->copies, ingest->message.spool_id, number)) {
			stats_add(stats, STAT_CLONES, 1);
			tell_of_clone(ingest, key);
		}
		submit(ingest, key, number, plain_size, way, received_ms);
	}
}

static void on_received(const uint8_t *bytes, size_t size, bool is_cut, const struct udp_way *way, void *arg)
{
	struct ingest *ingest = arg;

	stats_add(ingest->parts.stats, STAT_DATAGRAMS, 1);
	if (is_cut)
		stats_add(ingest->parts.stats, STAT_SEAL_SHORT, 1);
	else
		open_datagram(ingest, bytes, size, way);
}

void ingest_count_drops(struct ingest *ingest)
{
	stats_add(ingest->parts.stats, STAT_RECEIVE_DROPS, udp_drops(ingest->udp));
}

int ingest_start(uv_loop_t *loop, const struct sockaddr *address, const struct ingest_parts *parts,
		 struct ingest **out)
{
	struct ingest *ingest = x_calloc(1, sizeof(*ingest));
	int error = udp_start(loop, address, on_received, ingest, &ingest->udp);

	if (error) {
		free(ingest);
		return error;
	}
	ingest->parts = *parts;
	*out = ingest;
	return 0;
}

void ingest_stop(struct ingest *ingest)
{
	udp_stop(ingest->udp, free);
}

int ingest_address(const struct ingest *ingest, struct sockaddr_storage *out)
{
	return udp_address(ingest->udp, out);
}

static bool has_clone(const struct writer_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (items[i].is_clone)
			return true;
	}
	return false;
}

static void acknowledge(struct ingest *ingest, const struct writer_job *job, const struct writer_item *items)
{
	struct registry_key *key = registry_find(ingest->parts.registry, job->key_id);
	uint8_t plain[SEAL_PLAIN_MAX], datagram[SEAL_DATAGRAM_MAX];
	size_t size;

	if (!key)
		return; /* revoked since */
	if (has_clone(items, job->count))
		tell_of_clone(ingest, key);
	size = wire_put_ack(&job->ack, plain, job->reply_room);
	size = seal_close(&key->key, SEAL_ACK, job->number, plain, size, datagram);
	if (udp_answer(ingest->udp, &job->way, datagram, size) == 0)
		stats_add(ingest->parts.stats, STAT_ACKS, 1);
	else
		stats_add(ingest->parts.stats, STAT_ACK_FAILURES, 1);
}

void ingest_acknowledge(struct ingest *ingest, const struct writer_batch *batch)
{
	for (size_t i = 0; i < batch->job_count; i++) {
		if (batch->jobs[i].sealed)
			acknowledge(ingest, &batch->jobs[i], &batch->items[batch->jobs[i].first]);
	}
}
