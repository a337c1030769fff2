/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch of the writer's means in the database: its fixes, the numbers they had in their spools,
 * the numbers of their datagrams, what is acknowledged for them, in one transaction.  The writer
 * thread's own; when it happens and how often it is tried is the writer's.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_STORE_H
#define PLOW_SERVER_PLOWD_INTAKE_STORE_H

#include <stddef.h>

#include "common/attr.h"
#include "server/plowd/intake/writer.h"

struct db;
struct stats;
struct store;

/* Returns 0 or negative errno with a sentence in why. */
int store_open(const char *db_path, struct stats *stats, struct store **out, char *why,
	       size_t why_size) PLOW_MUST_USE;
void store_close(struct store *store);

/* From now on another program's lock is waited for half a second at most.  Any thread. */
void store_hurry(struct store *store);

/* The only writing connection, for other work of the writer thread. */
struct db *store_db(const struct store *store);

/*
 * Commits a batch and fills in the outcomes and acknowledgements.  Returns 0, or negative errno with
 * db_why() set: then nothing of it is stored, and it may be tried again.
 */
int store_commit(struct store *store, struct writer_batch *batch) PLOW_MUST_USE;

/* Counts what became of a committed batch. */
void store_count(struct store *store, const struct writer_batch *batch);

#endif
