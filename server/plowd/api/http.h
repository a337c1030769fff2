/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plowd's HTTP side: the routes of docs/API.md over the parts of the server, the pages, the live
 * map's events.  What is in memory is answered on the loop at once; what needs the database or
 * takes time is done by reader threads (server/plowd/api/offload.h).  Loop thread only.
 */
#ifndef PLOW_SERVER_PLOWD_API_HTTP_H
#define PLOW_SERVER_PLOWD_API_HTTP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <uv.h>

#include "common/attr.h"

struct board;
struct closed;
struct feed;
struct http;
struct live;
struct now;
struct plowd_options;
struct publisher;
struct registry;
struct sessions;
struct stats;
struct trouble;
struct waiting;
struct writer;

/* The parts it answers from; all must outlive http_stop(). */
struct api_parts {
	uv_loop_t *loop;
	const char *db_path;
	const char *web_dir;    /* NULL: no pages, the API alone */
	const char *public_dir; /* what residents see, served under /data/ too; NULL: none */
	const struct now *now;
	struct live *live;
	struct board *board;
	struct feed *feed;
	struct publisher *publisher;
	const struct closed *closed;
	uint16_t udp_port; /* where units send to */
	struct stats *stats;
	struct writer *writer;
	const struct registry *registry;
	struct sessions *sessions;
	const struct plowd_options *options; /* the proxies that are believed, as they are at the moment */
	struct waiting *waiting;             /* phones' requests wait there for their commit */
	struct trouble *trouble;
};

/*
 * Listens and serves.  Returns 0 or negative errno (-EADDRINUSE) with a sentence in why.
 */
int http_start(const struct api_parts *parts, const struct sockaddr_storage *address,
	       struct http **out, char *why, size_t why_size) PLOW_MUST_USE;

/* Where it listens, as HOST:PORT with the real port. */
const char *http_address(const struct http *http);

/* Ends requests and streams in order; before the parts it answers from go. */
void http_stop(struct http *http);

#endif
