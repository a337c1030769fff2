/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database before anything is built on it: that no other plowd serves it, that it is ours and has
 * today's schema, which town's clock it goes by, and by what link the first admin is made.  At the
 * start, before there are threads.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_PREPARE_H
#define PLOW_SERVER_PLOWD_BASE_PREPARE_H

#include <stddef.h>

#include "common/attr.h"
#include "server/accounts.h"

struct prepared {
	int lock;                      /* of the database; negative: not taken */
	char setup_token[TOKEN_BYTES]; /* empty: there are users */
};

/* Returns 0 or negative errno with a sentence in why; prepare_undo() it either way. */
int prepare(const char *db_path, struct prepared *out, char *why, size_t why_size) PLOW_MUST_USE;
void prepare_undo(struct prepared *prepared); /* lets another plowd have the database */

#endif
