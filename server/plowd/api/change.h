/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a route changes what is stored: the change and its line in the audit log, in one transaction
 * of the writer's.  Reader threads; waits for the commit.
 */
#ifndef PLOW_SERVER_PLOWD_API_CHANGE_H
#define PLOW_SERVER_PLOWD_API_CHANGE_H

#include <stdint.h>

#include "common/attr.h"
#include "server/plowd/intake/writer.h"

struct change {
	const char *by;     /* the name of who is signed in */
	const char *action; /* "operation.open" */
	const char *object; /* what it was done to; NULL: the number */
	const int64_t *id;  /* read when the task has run */
	writer_task *task;
	void *arg;
};

/* Returns 0 or negative errno: then nothing of it is stored. */
int change_run(struct writer *writer, const struct change *change) PLOW_MUST_USE;

#endif
