/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sessions the loop knows of, found by the hash of their tokens; which of them were seen since that
 * was last stored; and those that ended here but not yet in the database.  No clock, no thread, no
 * database: sessions.h has those.
 */
#ifndef PLOW_SERVER_PLOWD_ACCOUNTS_SESSION_TABLE_H
#define PLOW_SERVER_PLOWD_ACCOUNTS_SESSION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/accounts.h"
#include "server/plowd/accounts/caller.h"

struct session_entry {
	struct account_session session;
	struct caller caller;
	bool is_seen; /* since session_table_sightings() */
};

/* When a session was seen, on its way to the database. */
struct session_sighting {
	int64_t id, seen_ms;
};

/* A session that is over, though that could not be stored yet. */
struct session_ending {
	int64_t id;
	char name[ACCOUNT_NAME_BYTES]; /* whose it was */
};

/* What the database holds; the accounts by their ids. */
struct session_rows {
	struct account *accounts;
	size_t account_count;
	struct account_session *sessions;
	size_t session_count;
};

struct session_table {
	struct session_entry *entries; /* by the hash of their tokens */
	size_t count, capacity;
	struct session_ending *endings;
	size_t ending_count, ending_capacity;
	uint64_t change; /* grows with every change but session_table_replace() */
};

/* All zero is an empty table. */
void session_table_fini(struct session_table *table);

/* The table's until it changes, or NULL.  Says nothing of the token by how long it takes. */
struct session_entry *session_table_find(const struct session_table *table, const uint8_t hash[TOKEN_HASH_BYTES]);

void session_table_add(struct session_table *table, const struct account *account,
		       const struct account_session *session);

/* Takes out that session, and those of that user; -1: none. */
void session_table_remove(struct session_table *table, int64_t session_id, int64_t user_id);

/* Takes the caller's session out and remembers that it is over until the database has it no more. */
void session_table_end(struct session_table *table, const struct caller *caller);

/*
 * What was read takes the place of what is known, but for sessions that ended here; what was seen
 * here and is not stored yet stays.
 */
void session_table_replace(struct session_table *table, const struct session_rows *rows);

/* Those seen since the last call, at most table->count of them; free() it. */
struct session_sighting *session_table_sightings(struct session_table *table, size_t *out_count);

#endif
