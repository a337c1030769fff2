/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pieces of the ingest's bench (tests/bench/ingest.mjs puts them together):
 *
 *	bench_ingest send DB PORT TRACK      every vehicle of the database sends the track, moved by
 *a second each, in full datagrams; timed from the first to the last answer bench_ingest insert DB
 *TRACK BATCH   the same rows by a bare INSERT, so many a transaction bench_ingest receive a bare
 *libuv receiver: prints its port, counts until its input ends
 *
 * Prints one JSON line.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "common/seal.h"
#include "common/trackfile.h"
#include "common/wire.h"
#include "gis/db.h"
#include "server/vehicles.h"

#define UNDER_WAY 6 /* datagrams of one vehicle: those of all fit into the queue, since nothing is sent again */
#define PATIENCE_MS 10000
#define RECEIVE_ROOM (20 * 65536)

struct datagram {
	uint8_t bytes[SEAL_DATAGRAM_MAX];
	size_t size;
};

struct sender {
	struct vehicle_key key;
	struct datagram *datagrams;
	size_t count, sent, answered;
};

static int open_db(const char *path, struct db **out)
{
	int error = db_open(path, DB_WRITE, out);

	return error ? fail(exit_status_of(error), "%s", db_why(*out)) : 0;
}

/* Seals a vehicle's whole track beforehand. */
static void seal_all(struct sender *sender, const struct track *track, int64_t later_ms,
		     struct wire_fixes *message)
{
	size_t capacity = 0;
	uint64_t number = UINT64_C(1) << 50;

	*message = (struct wire_fixes){.spool_id = (uint64_t)sender->key.vehicle_id,
				       .oldest_seq = 1,
				       .newest_seq = track->count,
				       .sent_ms = 1};
	for (size_t at = 0; at < track->count;) {
		struct datagram *datagram;
		uint8_t plain[SEAL_PLAIN_MAX];
		size_t size, taken;

		for (message->count = 0;
		     message->count < WIRE_FIXES_MAX && at + message->count < track->count;
		     message->count++) {
			struct wire_fix *fix = &message->fixes[message->count];

			*fix = (struct wire_fix){at + message->count + 1,
						 track->fixes[at + message->count]};
			fix->fix.time_ms += later_ms;
		}
		sender->datagrams = x_grow(sender->datagrams, sender->count, &capacity,
					   sizeof(*sender->datagrams));
		datagram = &sender->datagrams[sender->count++];
		size = wire_put_fixes(message, plain, sizeof(plain), &taken);
		datagram->size = seal_close(&sender->key.key, SEAL_FIXES, ++number, plain, size,
					    datagram->bytes);
		at += taken;
	}
}

static struct sender *make_senders(struct db *db, const struct track *track, size_t *out_count)
{
	struct wire_fixes *message = x_malloc(sizeof(*message));
	struct vehicle_key *keys = NULL;
	struct sender *senders;

	if (vehicle_keys(db, &keys, out_count) != 0)
		*out_count = 0;
	senders = x_calloc(*out_count, sizeof(*senders));
	for (size_t i = 0; i < *out_count; i++) {
		senders[i].key = keys[i];
		seal_all(&senders[i], track, (int64_t)i * 1000, message);
	}
	free(keys);
	free(message);
	return senders;
}

static void send_more(int fd, struct sender *sender)
{
	while (sender->sent < sender->count && sender->sent - sender->answered < UNDER_WAY) {
		struct datagram *datagram = &sender->datagrams[sender->sent];

		if (send(fd, datagram->bytes, datagram->size, MSG_DONTWAIT) < 0)
			break;
		sender->sent++;
	}
}

/* Which sender an answer is for, by the key id in its head. */
static struct sender *find_sender(struct sender *senders, size_t count, const uint8_t *bytes,
				  size_t size)
{
	uint8_t key_id[SEAL_KEY_ID_BYTES];
	enum seal_type type;

	if (seal_peek(bytes, size, &type, key_id) != SEAL_OK)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (memcmp(senders[i].key.key.id, key_id, sizeof(key_id)) == 0)
			return &senders[i];
	}
	return NULL;
}

/* Returns how many datagrams were answered. */
static size_t exchange(int fd, struct sender *senders, size_t count, size_t total)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	size_t answered = 0;

	for (size_t i = 0; i < count; i++)
		send_more(fd, &senders[i]);
	while (answered < total && poll(&ready, 1, PATIENCE_MS) > 0) {
		uint8_t bytes[SEAL_DATAGRAM_MAX];
		ssize_t size = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		struct sender *sender =
			size > 0 ? find_sender(senders, count, bytes, (size_t)size) : NULL;

		if (!sender)
			continue;
		answered++;
		sender->answered++;
		send_more(fd, sender);
	}
	return answered;
}

static int run_send(const char *db_path, const char *port, const struct track *track)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)atoi(port)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	size_t count, total = 0, bytes = 0, answered;
	struct sender *senders;
	struct db *db;
	uint64_t began_ns;
	double took_s;
	int status = open_db(db_path, &db);

	if (status)
		return status;
	senders = make_senders(db, track, &count);
	for (size_t i = 0; i < count; i++) {
		total += senders[i].count;
		for (size_t k = 0; k < senders[i].count; k++)
			bytes += senders[i].datagrams[k].size;
	}
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return fail(EX_UNAVAILABLE, "port %s cannot be reached", port);
	began_ns = uv_hrtime();
	answered = exchange(fd, senders, count, total);
	took_s = (double)(uv_hrtime() - began_ns) / 1e9;
	if (answered < total)
		return fail(EX_UNAVAILABLE, "%zu of %zu datagrams were answered; is plowd well?",
			    answered, total);
	printf("{\"fixes\":%zu,\"datagrams\":%zu,\"seconds\":%.3f,\"bytes_per_fix\":%.2f}\n",
	       track->count * count, total, took_s, (double)bytes / (double)(track->count * count));
	for (size_t i = 0; i < count; i++)
		free(senders[i].datagrams);
	free(senders);
	close(fd);
	db_close(db);
	return EX_OK;
}

static void bind_optional(sqlite3_stmt *stmt, int column, int32_t value, bool is_absent)
{
	if (is_absent)
		sqlite3_bind_null(stmt, column);
	else
		sqlite3_bind_int(stmt, column, value);
}

static void bind_fix(sqlite3_stmt *stmt, const struct fix *fix, int64_t vehicle, int64_t later_ms)
{
	const int32_t optional[] = {fix->alt_dm, fix->speed_cmps, fix->course_cdeg,
				    fix->hdop_c, fix->satellites, fix->quality};

	sqlite3_bind_int64(stmt, 1, vehicle);
	sqlite3_bind_int64(stmt, 2, fix->time_ms + later_ms);
	sqlite3_bind_int(stmt, 3, fix->lon_e7);
	sqlite3_bind_int(stmt, 4, fix->lat_e7);
	for (int i = 0; i < 6; i++)
		bind_optional(stmt, 5 + i, optional[i], optional[i] == FIX_ABSENT);
	sqlite3_bind_int(stmt, 11, fix->flags);
	bind_optional(stmt, 12, fix->blade, fix->blade < 0);
	sqlite3_bind_null(stmt, 13);
	bind_optional(stmt, 14, fix->work_source, fix->work_source == WORK_SOURCE_NONE);
	sqlite3_bind_int(stmt, 15, TRUST_SEALED);
	sqlite3_bind_int64(stmt, 16, INT64_C(1768500000000));
}

/* The vehicles' datagrams took turns, so their rows do too. */
static int insert_all(struct db *db, sqlite3_stmt *stmt, const struct track *track, size_t vehicles,
		      size_t batch)
{
	struct db_txn txn = db_txn_begin(db);
	size_t in_batch = 0;
	const size_t turn = 100;

	for (size_t from = 0; from < track->count; from += turn) {
		for (size_t vehicle = 0; vehicle < vehicles; vehicle++) {
			for (size_t i = from; i < from + turn && i < track->count; i++) {
				bind_fix(stmt, &track->fixes[i], (int64_t)vehicle + 1,
					 (int64_t)vehicle * 1000);
				db_txn_step(&txn, stmt);
				if (++in_batch < batch)
					continue;
				if (db_txn_end(&txn) != 0)
					return txn.error;
				txn = db_txn_begin(db);
				in_batch = 0;
			}
		}
	}
	return db_txn_end(&txn);
}

static int run_insert(const char *db_path, const struct track *track, size_t batch)
{
	struct vehicle *vehicles = NULL;
	size_t count = 0;
	uint64_t began_ns;
	sqlite3_stmt *stmt;
	struct db *db;
	int error, status = open_db(db_path, &db);

	if (status)
		return status;
	error = vehicle_list(db, &vehicles, &count);
	free(vehicles);
	stmt = db_prepare(
		db,
		"INSERT INTO fix (vehicle_id, time_ms, lon_e7, lat_e7, alt_dm, speed_cmps, "
		"course_cdeg, "
		"hdop_c, satellites, quality, flags, blade, work, work_source, trust, received_ms) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	began_ns = uv_hrtime();
	if (!error && stmt)
		error = insert_all(db, stmt, track, count, batch);
	if (error || !stmt)
		return fail(EX_IOERR, "%s", db_why(db));
	printf("{\"fixes\":%zu,\"seconds\":%.3f}\n", track->count * count,
	       (double)(uv_hrtime() - began_ns) / 1e9);
	sqlite3_finalize(stmt);
	db_close(db);
	return EX_OK;
}

struct receiver {
	uv_udp_t udp;
	uv_poll_t input;
	uint64_t count;
	char room[RECEIVE_ROOM];
};

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
	struct receiver *receiver = handle->data;

	(void)suggested;
	*out = uv_buf_init(receiver->room, sizeof(receiver->room));
}

static void on_datagram(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf,
			const struct sockaddr *peer, unsigned flags)
{
	struct receiver *receiver = udp->data;

	(void)buf;
	(void)flags;
	if (size >= 0 && peer)
		receiver->count++;
}

static void on_input_end(uv_poll_t *input, int status, int events)
{
	(void)status;
	(void)events;
	uv_stop(input->loop);
}

static int run_receive(void)
{
	struct receiver *receiver = x_calloc(1, sizeof(*receiver));
	struct sockaddr_in address;
	int length = sizeof(address), size = 16 * 1024 * 1024;
	struct rusage used;
	uv_loop_t loop;

	uv_loop_init(&loop);
	uv_udp_init_ex(&loop, &receiver->udp, UV_UDP_RECVMMSG);
	receiver->udp.data = receiver;
	uv_ip4_addr("127.0.0.1", 0, &address);
	uv_udp_bind(&receiver->udp, (struct sockaddr *)&address, 0);
	uv_recv_buffer_size((uv_handle_t *)&receiver->udp, &size);
	uv_udp_recv_start(&receiver->udp, on_room, on_datagram);
	uv_udp_getsockname(&receiver->udp, (struct sockaddr *)&address, &length);
	uv_poll_init(&loop, &receiver->input, STDIN_FILENO);
	uv_poll_start(&receiver->input, UV_READABLE | UV_DISCONNECT, on_input_end);
	printf("ready {\"udp\":\"127.0.0.1:%d\"}\n", ntohs(address.sin_port));
	fflush(stdout);
	uv_run(&loop, UV_RUN_DEFAULT);
	getrusage(RUSAGE_SELF, &used);
	printf("{\"datagrams\":%" PRIu64 ",\"cpu_s\":%.3f}\n", receiver->count,
	       (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
	free(receiver);
	return EX_OK;
}

int main(int argc, char **argv)
{
	struct track track = {0};
	char why[512];
	int error, status = EX_USAGE;

	if (seal_init() != 0)
		return fail(EX_SOFTWARE, "libsodium cannot start; check the installation");
	if (argc == 2 && strcmp(argv[1], "receive") == 0)
		return run_receive();
	if (argc != 5)
		return fail(
			EX_USAGE,
			"usage: bench_ingest send DB PORT TRACK | insert DB TRACK BATCH | receive");
	error = track_read(argv[strcmp(argv[1], "send") == 0 ? 4 : 3], &track, why, sizeof(why));
	if (error)
		return fail(exit_status_of(error), "%s", why);
	if (strcmp(argv[1], "send") == 0)
		status = run_send(argv[2], argv[3], &track);
	else if (strcmp(argv[1], "insert") == 0)
		status = run_insert(argv[2], &track, strtoull(argv[4], NULL, 10));
	track_free(&track);
	return status;
}
