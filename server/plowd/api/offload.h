/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader threads: what an HTTP request needs from the database, or computes for longer than a
 * moment, runs here, so that no request delays a datagram.  Each thread has a read-only connection
 * of its own, opened with its first job.  A job that takes longer than the limit in the database
 * is interrupted and answered with 503 and a sentence that says so.
 *
 * All functions belong to the loop's thread; the work runs on a reader's.
 */
#ifndef PLOW_SERVER_PLOWD_API_OFFLOAD_H
#define PLOW_SERVER_PLOWD_API_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "common/attr.h"
#include "common/httpd/httpd.h"

#define OFFLOAD_QUEUE 256 /* jobs that may wait; further ones get 503 */
#define OFFLOAD_LIMIT_MS 20000 /* what plowd gives; the sentences name it */

struct db;
struct offload;
struct stats;

/* What a piece of work says: a body, or with a status of 400 and above a sentence. */
struct answer {
	struct httpd_reply reply;
	const char *why; /* a string that stays, nothing a client sent */
};

/* Runs on a reader thread. db is NULL when the work asked for none. */
typedef void offload_work(struct db *db, void *input, struct answer *out);
/* Runs on the loop before the answer goes out. */
typedef void offload_done(void *input, const struct answer *answer);

struct offload_job {
	struct httpd_request *request;
	offload_work *work;
	offload_work *late; /* says more than that it took too long; db is NULL; may itself be NULL */
	offload_done *done; /* may be NULL */
	void (*release)(void *input);
	void *input; /* the work's own, released after the answer */
	bool needs_db;
};

/* db_path is copied; stats must outlive it; NULL: what waits here is not counted there. */
struct offload *offload_new(uv_loop_t *loop, const char *db_path, struct stats *stats,
			    size_t threads, unsigned limit_ms);

/*
 * Has a request answered by a reader thread; or with 503 at once when too many wait: then it
 * returns false, and `done` is not called.
 */
bool offload_run(struct offload *offload, const struct offload_job *job);

/* Answers what waits with 503, ends what runs, and frees itself when the loop has let go of it. */
void offload_stop(struct offload *offload);

/* For work: an answer of text made with json.h or bytes.h; the block is taken over. */
struct bytes;
void answer_body(struct answer *out, const char *type, struct bytes *block);
void answer_error(struct answer *out, unsigned status, const char *why);
/* The database could not be read. */
void answer_db_error(struct answer *out);

#define TYPE_JSON "application/json; charset=utf-8"
#define TYPE_GEOJSON "application/geo+json; charset=utf-8"
#define TYPE_CSV "text/csv; charset=utf-8"

#endif
