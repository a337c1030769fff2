/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 inside a libuv loop: libmicrohttpd without threads of its own, run whenever its epoll
 * descriptor or its clock asks for it.  A table of routes says who answers what; files come from
 * memory (common/httpd/httpd_files.h); streams are fed as there is something to say.
 *
 * Everything here belongs to the loop's thread.  A handler answers with httpd_reply() or
 * httpd_error() or httpd_stream_start(); when it returns without, the connection sleeps until
 * somebody on the loop's thread does.  Nothing a client sends is ever a path, a format or
 * unbounded.
 */
#ifndef PLOW_COMMON_HTTPD_HTTPD_H
#define PLOW_COMMON_HTTPD_HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <uv.h>

#include "common/attr.h"
#include "common/httpd/httpd_body.h"

#define HTTPD_BODY_MAX 65536       /* bytes a request may carry; more is 413 */
#define HTTPD_PATH_MAX 512         /* more is 414 */
#define HTTPD_SEGMENTS_MAX 12      /* parts of a path between slashes */
#define HTTPD_QUERY_MAX 16         /* arguments */
#define HTTPD_VALUE_MAX 512        /* bytes of one argument's value */
#define HTTPD_CONNECTIONS_MAX 8192 /* or as many as the process may have files */

struct httpd;
struct httpd_files;
struct httpd_request;
struct httpd_stream;

typedef void httpd_handler(struct httpd_request *request, void *context);

#define HTTPD_ANYONE 1U /* a route's access that needs nobody's leave */

/* "{}" in a pattern stands for one part of the path, "{}.mvt" for one that ends so. */
struct httpd_route {
	/*
	 * "GET", which answers HEAD too, or "POST"; or "*" for all that comes, whatever its method, origin and
	 * query: then the handler reads httpd_raw_query(), and when the server is full it is not answered.
	 */
	const char *method;
	const char *pattern;
	httpd_handler *handle;
	/* HTTPD_ANYONE, or bits of the program's own, for `admit` to judge; 0: nobody is let in. */
	unsigned access;
};

struct httpd_config {
	uv_loop_t *loop;
	const struct sockaddr_storage *address;
	const struct httpd_route *routes; /* must outlive the server */
	size_t route_count;
	struct httpd_files
		*files;       /* answers GETs no route takes; may be NULL; taken over on success */
	unsigned connections; /* beyond it clients get 503; 0: HTTPD_CONNECTIONS_MAX */
	void *context;        /* for the handlers */
	/*
	 * Asked at one place before every handler whose route is not for anyone: true lets the
	 * request in, false means that it was answered.  NULL: none of those is let in.
	 */
	bool (*admit)(struct httpd_request *request, const struct httpd_route *route,
		      void *context);
	/* Told what libmicrohttpd complains about, at most one line in ten seconds; may be NULL. */
	void (*log)(const char *line, void *context);
};

struct httpd_counts {
	uint64_t requests, refused;
	unsigned connections;
};

/* Returns 0, -EADDRINUSE, -EACCES or another negative errno. */
int httpd_start(const struct httpd_config *config, struct httpd **out) PLOW_MUST_USE;
/* The address it really has, as HOST:PORT. */
const char *httpd_address(const struct httpd *httpd);
struct httpd_counts httpd_counts(const struct httpd *httpd);

/* The files it serves, good until the next call that changes them; and others from now on, taken
 * over. */
struct httpd_files *httpd_files_of(const struct httpd *httpd);
void httpd_use_files(struct httpd *httpd, struct httpd_files *files);

/*
 * Ends streams and connections in order and frees the server as soon as the loop has closed its
 * handles.  Every request that sleeps must have been answered before (offload does that).
 */
void httpd_stop(struct httpd *httpd);

/* The part of the path that stands for the pattern's i-th "{}", decoded. */
const char *httpd_part(const struct httpd_request *request, size_t i);
/* The value of an argument, decoded, valid UTF-8 without control characters; NULL: not given. */
const char *httpd_query(const struct httpd_request *request, const char *name);
/*
 * The whole query as "name=value&name=value", with escapes as they came, but '+' resolved; what does
 * not fit is left out.  Returns its length.
 */
size_t httpd_raw_query(const struct httpd_request *request, char *out, size_t size);
/* Where the connection comes from: the client, or a proxy; NULL: unknown. */
const struct sockaddr *httpd_peer(const struct httpd_request *request);
/* A header's value, or NULL. */
const char *httpd_header(const struct httpd_request *request, const char *name);
/* What a POST carried; NUL-terminated. */
const char *httpd_content(const struct httpd_request *request, size_t *out_size);

struct httpd_reply {
	unsigned status;
	const char *type;        /* a string that stays */
	const char *cache;       /* Cache-Control; NULL: no-store */
	unsigned retry_after_s;  /* 0: none */
	const char *set_cookie;  /* NULL: none */
	struct httpd_body *body; /* taken over; NULL: empty */
};
/* Answers.  304 is chosen here when the client has a body of this tag already. */
void httpd_reply(struct httpd_request *request, const struct httpd_reply *reply);
/* Answers {"error":sentence,"status":status}; the sentence holds nothing a client sent. */
void httpd_error(struct httpd_request *request, unsigned status, const char *sentence);
/* Closes the connection without any answer. */
void httpd_drop(struct httpd_request *request);

struct httpd_stream_calls {
	/* Copies what comes next; 0: nothing now, sleep until woken; negative: this is the end. */
	ssize_t (*pull)(void *arg, char *out, size_t room);
	/* The client is gone or the server ends; called once, arg may be freed. */
	void (*closed)(void *arg);
};
/* Answers 200 with a body that comes bit by bit. */
struct httpd_stream *httpd_stream_start(struct httpd_request *request, const char *type,
					const struct httpd_stream_calls *calls, void *arg);
/* There is something to pull.  Cheap when it is awake already. */
void httpd_stream_wake(struct httpd_stream *stream);

#endif
