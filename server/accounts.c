/* SPDX-License-Identifier: Apache-2.0 */
#include "server/accounts.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/utf8.h"
#include "gis/db.h"
#include "server/bind.h"

static const char *const role_names[] = {[ROLE_ADMIN] = "admin",
					 [ROLE_DISPATCHER] = "dispatcher",
					 [ROLE_CONTRACTOR] = "contractor",
					 [ROLE_AUDITOR] = "auditor"};

const char *account_role_name(enum account_role role)
{
	return role_names[role];
}

bool account_role_parse(const char *text, enum account_role *out)
{
	for (enum account_role role = ROLE_ADMIN; role <= ROLE_AUDITOR; role++) {
		if (strcmp(text, role_names[role]) == 0) {
			*out = role;
			return true;
		}
	}
	return false;
}

const char *account_fault(const struct account *account)
{
	const char *name = account->name;
	size_t length = strlen(name);

	if (length == 0 || !utf8_is_clean(name) || name[0] == ' ' || name[length - 1] == ' ')
		return "A user's name is 1 to 63 bytes of text, without spaces around it.";
	if (!utf8_is_clean(account->contractor))
		return "The contractor is at most 63 bytes of text.";
	if ((account->role == ROLE_CONTRACTOR) != (account->contractor[0] != '\0'))
		return "A user of the role contractor needs a contractor, and no other role has one.";
	return NULL;
}

bool account_sees(enum account_role role, const char *own_contractor, const char *contractor)
{
	return role != ROLE_CONTRACTOR ||
	       (own_contractor[0] && strcmp(own_contractor, contractor) == 0);
}

/* The one number a query gives; 0 in a transaction that has failed. */
static int64_t number_of(struct db_txn *txn, const char *sql, const char *kinds, int64_t value)
{
	int64_t number = 0;

	if (!txn->error)
		txn->error = bind_number(txn->db, &number, sql, kinds, value);
	return number;
}

static void changed_none(struct db_txn *txn)
{
	if (!txn->error && sqlite3_changes(db_handle(txn->db)) == 0)
		txn->error = -ENOENT;
}

void account_add(struct db_txn *txn, struct account *account, const char *hash)
{
	if (number_of(txn, "SELECT count(*) FROM user", "", 0) >= ACCOUNTS_MAX)
		txn->error = -EDQUOT;
	account->created_ms = wall_clock_ms();
	bind_step(txn,
		  "INSERT INTO user (name, role, contractor, password, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
		  "tttti", account->name, account_role_name(account->role), account->contractor, hash,
		  account->created_ms);
	account->id = sqlite3_last_insert_rowid(db_handle(txn->db));
	bind_step(txn, "DELETE FROM setup", "");
}

void account_remove(struct db_txn *txn, int64_t id)
{
	static const char others[] = "SELECT count(*) FROM user WHERE role = 'admin' AND id <> ?1";
	bool is_admin =
		number_of(txn, "SELECT count(*) FROM user WHERE role = 'admin' AND id = ?1", "i", id) > 0;

	if (is_admin && number_of(txn, others, "i", id) == 0 && !txn->error)
		txn->error = -EPERM;
	bind_step(txn, "DELETE FROM user WHERE id = ?1", "i", id);
	changed_none(txn);
}

void account_set_password(struct db_txn *txn, int64_t id, const char *hash)
{
	bind_step(txn, "UPDATE user SET password = ?2 WHERE id = ?1", "it", id, hash);
	changed_none(txn);
	session_end_all(txn, id);
}

/* false: a role of a newer program, or a damaged row. */
static bool read_account(sqlite3_stmt *stmt, struct account *out)
{
	const unsigned char *role = sqlite3_column_text(stmt, 2);

	out->id = sqlite3_column_int64(stmt, 0);
	bind_copy(stmt, 1, out->name, sizeof(out->name));
	bind_copy(stmt, 3, out->contractor, sizeof(out->contractor));
	out->created_ms = sqlite3_column_int64(stmt, 4);
	return role && account_role_parse((const char *)role, &out->role);
}

#define COLUMNS "SELECT id, name, role, contractor, created_ms, password FROM user "

/* The row of a statement that is bound; which it ends. */
static int find(sqlite3_stmt *stmt, struct account *out, char *out_hash)
{
	int step = stmt ? sqlite3_step(stmt) : SQLITE_IOERR, error = 0;

	if (step != SQLITE_ROW)
		error = step == SQLITE_DONE ? -ENOENT : db_error(step);
	else if (!read_account(stmt, out))
		error = -EBADMSG;
	else if (out_hash)
		bind_copy(stmt, 5, out_hash, PASSWORD_HASH_BYTES);
	sqlite3_finalize(stmt);
	return error;
}

int account_find(struct db *db, const char *name, struct account *out,
		 char out_hash[PASSWORD_HASH_BYTES])
{
	return find(bind_query(db, COLUMNS "WHERE name = ?1", "t", name), out, out_hash);
}

int account_find_id(struct db *db, int64_t id, struct account *out)
{
	return find(bind_query(db, COLUMNS "WHERE id = ?1", "i", id), out, NULL);
}

int account_list(struct db *db, struct account **out, size_t *out_count)
{
	sqlite3_stmt *stmt = db_prepare(db, COLUMNS "ORDER BY id");
	size_t capacity = 0;
	int step;

	*out = NULL;
	*out_count = 0;
	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		*out = x_grow(*out, *out_count, &capacity, sizeof(**out));
		*out_count += read_account(stmt, *out + *out_count);
	}
	sqlite3_finalize(stmt);
	return db_error(step);
}

void session_begin(struct db_txn *txn, struct account_session *session)
{
	bind_step(txn,
		  "INSERT INTO session (user_id, token_hash, began_ms, seen_ms) "
		  "SELECT id, ?2, ?3, ?3 FROM user WHERE id = ?1",
		  "ibi", session->user_id, session->token_hash, TOKEN_HASH_BYTES, session->began_ms);
	changed_none(txn);
	session->id = sqlite3_last_insert_rowid(db_handle(txn->db));
	bind_step(txn,
		  "DELETE FROM session WHERE user_id = ?1 AND id NOT IN "
		  "(SELECT id FROM session WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2)",
		  "ii", session->user_id, (int64_t)ACCOUNT_SESSIONS_MAX);
}

void session_end(struct db_txn *txn, int64_t id)
{
	bind_step(txn, "DELETE FROM session WHERE id = ?1", "i", id);
}

void session_end_all(struct db_txn *txn, int64_t user_id)
{
	bind_step(txn, "DELETE FROM session WHERE user_id = ?1", "i", user_id);
}

void session_saw(struct db_txn *txn, int64_t id, int64_t seen_ms)
{
	bind_step(txn, "UPDATE session SET seen_ms = max(seen_ms, ?2) WHERE id = ?1", "ii", id, seen_ms);
}

void session_forget(struct db_txn *txn, int64_t began_before_ms, int64_t seen_before_ms)
{
	bind_step(txn, "DELETE FROM session WHERE began_ms < ?1 OR seen_ms < ?2", "ii", began_before_ms, seen_before_ms);
}

int session_list(struct db *db, struct account_session **out, size_t *out_count)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT id, user_id, began_ms, seen_ms, token_hash "
					    "FROM session ORDER BY token_hash");
	size_t capacity = 0;
	int step;

	*out = NULL;
	*out_count = 0;
	if (!stmt)
		return -EIO;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct account_session *session;

		*out = x_grow(*out, *out_count, &capacity, sizeof(**out));
		session = *out + *out_count;
		session->id = sqlite3_column_int64(stmt, 0);
		session->user_id = sqlite3_column_int64(stmt, 1);
		session->began_ms = sqlite3_column_int64(stmt, 2);
		session->seen_ms = sqlite3_column_int64(stmt, 3);
		if (sqlite3_column_bytes(stmt, 4) != TOKEN_HASH_BYTES)
			continue;
		memcpy(session->token_hash, sqlite3_column_blob(stmt, 4), TOKEN_HASH_BYTES);
		(*out_count)++;
	}
	sqlite3_finalize(stmt);
	return db_error(step);
}

int accounts_mark(struct db *db, int64_t *out)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT number FROM account_mark");
	int step = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;

	if (step == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? -EBADMSG : db_error(step);
}

void setup_offer(struct db_txn *txn, const char *token, int64_t now_ms)
{
	uint8_t hash[TOKEN_HASH_BYTES];

	if (number_of(txn, "SELECT count(*) FROM user", "", 0) > 0)
		txn->error = -EEXIST;
	token_hash(token, hash);
	bind_step(txn, "INSERT OR REPLACE INTO setup (id, token_hash, until_ms) VALUES (1, ?1, ?2)", "bi", hash,
		  TOKEN_HASH_BYTES, now_ms + SETUP_GOOD_MS);
}

int setup_check(struct db *db, const char *token, int64_t now_ms)
{
	uint8_t hash[TOKEN_HASH_BYTES];
	sqlite3_stmt *stmt = db_prepare(db, "SELECT token_hash, until_ms FROM setup "
					    "WHERE NOT EXISTS (SELECT 1 FROM user)");
	bool is_it;
	int step;

	if (!stmt)
		return -EIO;
	token_hash(token, hash);
	step = sqlite3_step(stmt);
	is_it = step == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == TOKEN_HASH_BYTES &&
		sodium_memcmp(hash, sqlite3_column_blob(stmt, 0), TOKEN_HASH_BYTES) == 0 &&
		sqlite3_column_int64(stmt, 1) > now_ms;
	sqlite3_finalize(stmt);
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		return db_error(step);
	return is_it ? 0 : -ENOENT;
}

void setup_use(struct db_txn *txn, const char *token, struct account *account, const char *hash)
{
	if (!txn->error)
		txn->error = setup_check(txn->db, token, wall_clock_ms());
	account_add(txn, account, hash);
}
