/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users, their sessions and the set-up link in the database.  Each function runs on the caller's
 * connection and thread; those with a transaction are sticky steps of it (gis/db.h).  Passwords
 * come here as hashes only, tokens likewise (server/passwords.h).
 */
#ifndef PLOW_SERVER_ACCOUNTS_H
#define PLOW_SERVER_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "server/passwords.h"

struct db;
struct db_txn;

#define ACCOUNT_NAME_BYTES 64
#define ACCOUNT_CONTRACTOR_BYTES 64
#define ACCOUNTS_MAX 1000
#define ACCOUNT_SESSIONS_MAX 20 /* of one user; a further one ends his oldest */
#define SETUP_GOOD_MS (INT64_C(24) * 3600000)

/* What a user may do: everything; open, correct and tell; see his own vehicles; see everything. */
enum account_role { ROLE_ADMIN = 1, ROLE_DISPATCHER, ROLE_CONTRACTOR, ROLE_AUDITOR };

struct account {
	int64_t id;
	enum account_role role;
	char name[ACCOUNT_NAME_BYTES], contractor[ACCOUNT_CONTRACTOR_BYTES];
	int64_t created_ms;
};

struct account_session {
	int64_t id, user_id;
	uint8_t token_hash[TOKEN_HASH_BYTES];
	int64_t began_ms, seen_ms;
};

const char *account_role_name(enum account_role role);
/* false: there is no such role. */
bool account_role_parse(const char *text, enum account_role *out);

/* What is wrong with name, role and contractor, as a sentence, or NULL. */
const char *account_fault(const struct account *account);

/* Whether this user sees what belongs to a contractor ("" is nobody's). */
bool account_sees(enum account_role role, const char *own_contractor, const char *contractor);

/* Sets the id.  -EEXIST when the name is taken, -EDQUOT beyond ACCOUNTS_MAX. */
void account_add(struct db_txn *txn, struct account *account, const char *hash);
/* With his sessions.  -ENOENT, -EPERM for the last admin. */
void account_remove(struct db_txn *txn, int64_t id);
/* Ends his sessions too.  -ENOENT. */
void account_set_password(struct db_txn *txn, int64_t id, const char *hash);

int account_find(struct db *db, const char *name, struct account *out,
		 char out_hash[PASSWORD_HASH_BYTES]) PLOW_MUST_USE; /* -ENOENT */
int account_find_id(struct db *db, int64_t id, struct account *out) PLOW_MUST_USE;
/* All of them by id; to be freed. */
int account_list(struct db *db, struct account **out, size_t *out_count) PLOW_MUST_USE;

/* Sets the id; ends the user's oldest beyond ACCOUNT_SESSIONS_MAX.  -ENOENT: the user is gone. */
void session_begin(struct db_txn *txn, struct account_session *session);
void session_end(struct db_txn *txn, int64_t id);
void session_end_all(struct db_txn *txn, int64_t user_id);
void session_saw(struct db_txn *txn, int64_t id, int64_t seen_ms);
/* Forgets those that began or were seen before. */
void session_forget(struct db_txn *txn, int64_t began_before_ms, int64_t seen_before_ms);
/* All of them by the hash of their token; to be freed. */
int session_list(struct db *db, struct account_session **out, size_t *out_count) PLOW_MUST_USE;

/* A number that changes with users and sessions. */
int accounts_mark(struct db *db, int64_t *out) PLOW_MUST_USE;

/* A new link in place of the last one.  -EEXIST: there are users, no link is needed. */
void setup_offer(struct db_txn *txn, const char *token, int64_t now_ms);
/* Whether a token is that of the link, and good.  Returns 0, -ENOENT or another negative errno. */
int setup_check(struct db *db, const char *token, int64_t now_ms) PLOW_MUST_USE;
/* Uses it up for the first admin.  -ENOENT as above. */
void setup_use(struct db_txn *txn, const char *token, struct account *account, const char *hash);

#endif
