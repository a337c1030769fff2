/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP requests that wait until the fixes they brought are committed: only then they are answered.
 * What is not stored within WAITING_LIMIT_MS is left without any answer and its connection closed,
 * since some apps take every answer, a 503 too, for "delivered".  If it is stored after all, the
 * phone's second try is a duplicate.  Loop thread.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_WAITING_H
#define PLOW_SERVER_PLOWD_INTAKE_WAITING_H

#include <uv.h>

#include "server/plowd/intake/writer.h"

#define WAITING_MAX 1024 /* requests; further ones are left unanswered at once */
#define WAITING_LIMIT_MS 8000

struct httpd_request;
struct stats;
struct waiting;

/* What is said when it is committed: strings that stay. */
struct waiting_answer {
	const char *type, *text;
};

struct waiting *waiting_new(uv_loop_t *loop, struct writer *writer, struct stats *stats);

/* Hands a job to the writer, and answers the request when it is committed, or never. */
void waiting_submit(struct waiting *waiting, struct httpd_request *request,
		    const struct waiting_answer *answer, const struct writer_job *job,
		    const struct writer_item *items);

/* Answers those whose jobs are in the batch. */
void waiting_committed(struct waiting *waiting, const struct writer_batch *batch);

/* Leaves the others unanswered, and frees itself when the loop has closed its handle; before HTTP
 * stops. */
void waiting_stop(struct waiting *waiting);

#endif
