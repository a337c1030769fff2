/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/ingest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/wire.h"
#include "server/plowd/now.h"
#include "server/plowd/registry.h"
#include "server/plowd/stats.h"
#include "server/plowd/writer.h"

#define RECEIVE_BUFFER_BYTES (16 * 1024 * 1024) /* a third of a second of a flood */
#define DATAGRAM_ROOM_BYTES 65536 /* libuv's piece of the buffer for each datagram */
#define DATAGRAMS_AT_ONCE 20      /* one system call fetches as many: junk costs little */

struct ingest {
	uv_udp_t udp;
	struct ingest_parts parts;
	uint32_t drops; /* the kernel's count, when last asked */
	char received[DATAGRAMS_AT_ONCE * DATAGRAM_ROOM_BYTES];
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

/* Hands the opened message to the writer. */
static void submit(struct ingest *ingest, struct registry_key *key, uint64_t number,
		   size_t plain_size, const struct sockaddr *peer, int64_t received_ms)
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
	};

	memcpy(job.key_id, key->key.id, sizeof(job.key_id));
	memcpy(&job.peer, peer,
	       peer->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
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
			  const struct sockaddr *peer)
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
		submit(ingest, key, number, plain_size, peer, received_ms);
	}
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct ingest *ingest = handle->data;

	(void)suggested;
	*buf = uv_buf_init(ingest->received, sizeof(ingest->received));
}

static void on_receive(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf, const struct sockaddr *peer,
		       unsigned flags)
{
	struct ingest *ingest = udp->data;

	if (size < 0 || !peer)
		return; /* nothing more to read for now, or the end of what came at once */
	stats_add(ingest->parts.stats, STAT_DATAGRAMS, 1);
	if (flags & UV_UDP_PARTIAL)
		stats_add(ingest->parts.stats, STAT_SEAL_SHORT, 1);
	else
		open_datagram(ingest, (const uint8_t *)buf->base, (size_t)size, peer);
}

static int socket_of(const uv_udp_t *udp)
{
	uv_os_fd_t fd;

	return uv_fileno((const uv_handle_t *)udp, &fd) == 0 ? fd : -1;
}

/* A wish: without the right to force it the system's limit (net.core.rmem_max) may cut it. */
static void enlarge_buffer(uv_udp_t *udp)
{
	int size = RECEIVE_BUFFER_BYTES;

	if (setsockopt(socket_of(udp), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)!uv_recv_buffer_size((uv_handle_t *)udp, &size);
}

void ingest_count_drops(struct ingest *ingest)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t size = sizeof(memory);

	if (getsockopt(socket_of(&ingest->udp), SOL_SOCKET, SO_MEMINFO, memory, &size) != 0)
		return;
	stats_add(ingest->parts.stats, STAT_RECEIVE_DROPS, memory[SK_MEMINFO_DROPS] - ingest->drops);
	ingest->drops = memory[SK_MEMINFO_DROPS];
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

int ingest_start(uv_loop_t *loop, const struct sockaddr *address, const struct ingest_parts *parts,
		 struct ingest **out)
{
	struct ingest *ingest = x_calloc(1, sizeof(*ingest));
	int error;

	ingest->parts = *parts;
	uv_udp_init_ex(loop, &ingest->udp, UV_UDP_RECVMMSG);
	ingest->udp.data = ingest;
	error = uv_udp_bind(&ingest->udp, address, 0);
	if (!error)
		error = uv_udp_recv_start(&ingest->udp, on_alloc, on_receive);
	if (error) {
		uv_close((uv_handle_t *)&ingest->udp, on_closed);
		return error;
	}
	enlarge_buffer(&ingest->udp);
	*out = ingest;
	return 0;
}

void ingest_stop(struct ingest *ingest)
{
	uv_close((uv_handle_t *)&ingest->udp, on_closed);
}

int ingest_address(const struct ingest *ingest, struct sockaddr_storage *out)
{
	int size = sizeof(*out);

	return uv_udp_getsockname(&ingest->udp, (struct sockaddr *)out, &size);
}

static void acknowledge(struct ingest *ingest, const struct writer_job *job)
{
	const struct registry_key *key = registry_find(ingest->parts.registry, job->key_id);
	uint8_t plain[SEAL_PLAIN_MAX], datagram[SEAL_DATAGRAM_MAX];
	uv_buf_t buf;
	size_t size;

	if (!key)
		return; /* revoked since */
	size = wire_put_ack(&job->ack, plain, job->reply_room);
	size = seal_close(&key->key, SEAL_ACK, job->number, plain, size, datagram);
	buf = uv_buf_init((char *)datagram, (unsigned)size);
	if (uv_udp_try_send(&ingest->udp, &buf, 1, (const struct sockaddr *)&job->peer) >= 0)
		stats_add(ingest->parts.stats, STAT_ACKS, 1);
	else
		stats_add(ingest->parts.stats, STAT_ACK_FAILURES, 1);
}

void ingest_acknowledge(struct ingest *ingest, const struct writer_batch *batch)
{
	for (size_t i = 0; i < batch->job_count; i++) {
		if (batch->jobs[i].sealed)
			acknowledge(ingest, &batch->jobs[i]);
	}
}
