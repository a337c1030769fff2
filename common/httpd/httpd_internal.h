/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the HTTP server know of each other, and nobody else: httpd.c is the loop side,
 * httpd_request.c reads requests, httpd_reply.c answers them.
 */
#ifndef PLOW_COMMON_HTTPD_HTTPD_INTERNAL_H
#define PLOW_COMMON_HTTPD_HTTPD_INTERNAL_H

#include <stdbool.h>

#include <microhttpd.h>

#include "common/httpd/address.h"
#include "common/httpd/httpd.h"

struct httpd {
	struct httpd_config config;
	struct MHD_Daemon *daemon;
	int listen_fd;
	uv_poll_t poll;
	uv_timer_t timer;
	unsigned open_handles;
	unsigned connections_max; /* beyond it clients get 503 */
	bool running;             /* inside MHD_run(): no second one */
	bool stopping;
	char address[ADDRESS_BYTES];
	struct httpd_stream *streams;
	uint64_t requests, refused;
	uint64_t last_log_ms, unlogged;
};

struct httpd_stream {
	struct httpd *httpd;
	struct MHD_Connection *connection;
	struct httpd_stream_calls calls;
	void *arg;
	bool asleep;
	struct httpd_stream *next, **link; /* in httpd->streams */
};

struct httpd_argument {
	const char *name;
	char *value;
};

struct httpd_request {
	struct httpd *httpd;
	struct MHD_Connection *connection;
	char method[8];
	char *path;                         /* raw, then cut into parts */
	char *segments[HTTPD_SEGMENTS_MAX]; /* decoded */
	size_t segment_count;
	const char *parts[HTTPD_SEGMENTS_MAX];
	struct httpd_argument arguments[HTTPD_QUERY_MAX];
	size_t argument_count;
	char *content;
	size_t content_size, content_room;
	bool dispatched, asleep, dropped;
	unsigned status;               /* of the answer; 0: none yet */
	struct MHD_Response *response; /* ours until queued */
	struct httpd_stream *stream;
};

/* httpd.c: MHD_run() soon, never from within itself. */
void httpd_run_soon(struct httpd *httpd);

/* httpd_request.c */
struct httpd_request *httpd_request_new(struct httpd *httpd, struct MHD_Connection *connection,
					const char *path, const char *method);
void httpd_request_free(struct httpd_request *request);
/* The status with which to refuse a request by its headers alone, and why; 0: go on. */
unsigned httpd_request_check(struct httpd_request *request, const char **out_why);
/* Adds to the content; false when there is too much. */
bool httpd_request_add(struct httpd_request *request, const char *bytes, size_t size);
/* Cuts and decodes the path, then the query; 0 or the status with which to refuse. */
unsigned httpd_request_parse_path(struct httpd_request *request, const char **out_why);
unsigned httpd_request_parse_query(struct httpd_request *request, const char **out_why);
/* Adds an argument of the query, whose name must outlive the request; false refuses the request. */
bool httpd_request_argument(struct httpd_request *request, const char *name, const char *value);
/* A route takes all that comes to this path. */
bool httpd_takes_all(const struct httpd *httpd, const char *path);
/* Finds the route and calls it. */
void httpd_request_dispatch(struct httpd_request *request);

/* httpd_reply.c: hands the answer to libmicrohttpd. */
enum MHD_Result httpd_reply_queue(struct httpd_request *request);

#endif
