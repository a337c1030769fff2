/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sealed port: datagrams in, jobs for the writer out, and acknowledgements back once the writer
 * has committed.  Loop thread; nothing is allocated per datagram.
 *
 * A datagram that is not good is counted and never answered.  A reply goes to the address the
 * datagram came from, and is never larger than it.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_INGEST_H
#define PLOW_SERVER_PLOWD_INTAKE_INGEST_H

#include <netinet/in.h>
#include <uv.h>

#include "common/attr.h"

struct ingest;
struct now;
struct registry;
struct stats;
struct writer;
struct writer_batch;

struct ingest_parts {
	struct registry *registry;
	struct writer *writer;
	struct stats *stats;
	const struct now *now;
	/* At every sign of two units under one vehicle's key, with the vehicle's code. */
	void (*clone)(const char *code, void *arg);
	void *clone_arg;
};

/* Binds and listens. Returns 0 or negative errno (-EADDRINUSE). */
int ingest_start(uv_loop_t *loop, const struct sockaddr *address, const struct ingest_parts *parts,
		 struct ingest **out) PLOW_MUST_USE;
void ingest_stop(struct ingest *ingest);

/* Where it listens, with the real port. */
int ingest_address(const struct ingest *ingest, struct sockaddr_storage *out) PLOW_MUST_USE;

/* Counts what the kernel dropped because its buffer was full; now and then. */
void ingest_count_drops(struct ingest *ingest);

/* Answers what was committed. */
void ingest_acknowledge(struct ingest *ingest, const struct writer_batch *batch);

#endif
