/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users from the command line: whoever may write the database may make them.  Passwords come from
 * standard input, never from the command line, which other users of the machine can read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "common/exits.h"
#include "common/rfc3339.h"
#include "server/accounts.h"
#include "server/audit.h"
#include "server/plowctl/actions.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"

#define BY "plowctl"

struct request {
	const char *db, *name, *role, *contractor;
};

/* A line of standard input; on a terminal it is asked for, and not shown. */
static bool read_line(char *out, int size)
{
	struct termios before, hidden;
	bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0, is_read;

	if (is_terminal) {
		hidden = before;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
		fputs("Password: ", stderr);
	}
	is_read = fgets(out, size, stdin) != NULL;
	if (is_terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	out[strcspn(out, "\r\n")] = '\0';
	return is_read;
}

/* Reads, checks and hashes it.  Returns 0 or an exit status. */
static int read_password(const char *name, char out_hash[PASSWORD_HASH_BYTES])
{
	char line[PASSWORD_BYTES + 2] = "";
	bool is_read = read_line(line, sizeof(line));
	const char *why;
	int error;

	if (!is_read)
		return fail(EX_NOPERM, "the password is read from standard input, and there is none");
	why = password_fault(line, name);
	error = why ? 0 : password_hash(line, out_hash);
	sodium_memzero(line, sizeof(line));
	if (why)
		return fail(EX_NOPERM, "%s", why);
	return error ? fail(EX_SOFTWARE, "there is not enough memory to hash a password") : 0;
}

static int explain(struct db *db, const struct request *request, int error)
{
	if (error == -ENOENT)
		return fail(EX_DATAERR, "there is no user \"%s\"; see plowctl user list", request->name);
	if (error == -EEXIST)
		return fail(EX_CANTCREAT,
			    "user \"%s\" is there already; plowctl user password gives another password",
			    request->name);
	if (error == -EPERM)
		return fail(EX_NOPERM, "\"%s\" is the last admin; add another one first", request->name);
	if (error == -EDQUOT)
		return fail(EX_CANTCREAT, "there are %d users; remove one first", ACCOUNTS_MAX);
	return fail_db(db, error);
}

static int add(struct db *db, const struct request *request)
{
	struct account account = {0};
	char hash[PASSWORD_HASH_BYTES];
	const char *why;
	struct db_txn txn;
	int status;

	if (!request->role || !account_role_parse(request->role, &account.role))
		return fail(EX_USAGE,
			    "user add needs --role admin, dispatcher, contractor or auditor");
	if (strlen(request->name) >= sizeof(account.name) ||
	    strlen(request->contractor) >= sizeof(account.contractor))
		return fail(EX_USAGE, "names have at most 63 bytes");
	snprintf(account.name, sizeof(account.name), "%s", request->name);
	snprintf(account.contractor, sizeof(account.contractor), "%s", request->contractor);
	why = account_fault(&account);
	if (why)
		return fail(EX_USAGE, "%s", why);
	status = read_password(account.name, hash);
	if (status)
		return status;
	txn = db_txn_begin(db);
	account_add(&txn, &account, hash);
	audit_add(&txn, BY, "user.add", account.name);
	status = db_txn_end(&txn);
	return status ? explain(db, request, status) : 0;
}

static int password(struct db *db, const struct request *request)
{
	struct account account;
	char hash[PASSWORD_HASH_BYTES];
	struct db_txn txn;
	int status = account_find(db, request->name, &account, NULL);

	if (status)
		return explain(db, request, status);
	status = read_password(account.name, hash);
	if (status)
		return status;
	txn = db_txn_begin(db);
	account_set_password(&txn, account.id, hash);
	audit_add(&txn, BY, "user.password", account.name);
	status = db_txn_end(&txn);
	return status ? explain(db, request, status) : 0;
}

/* Finds the user and does one thing to it. */
static int change(struct db *db, const struct request *request, const char *action,
		  void (*step)(struct db_txn *txn, int64_t id))
{
	struct account account;
	struct db_txn txn;
	int error = account_find(db, request->name, &account, NULL);

	if (error)
		return explain(db, request, error);
	txn = db_txn_begin(db);
	step(&txn, account.id);
	audit_add(&txn, BY, action, account.name);
	error = db_txn_end(&txn);
	return error ? explain(db, request, error) : 0;
}

static int remove_user(struct db *db, const struct request *request)
{
	return change(db, request, "user.remove", account_remove);
}

static int sign_out(struct db *db, const struct request *request)
{
	return change(db, request, "user.sign-out", session_end_all);
}

static int list(struct db *db, const struct request *request)
{
	struct account *accounts;
	char created[RFC3339_BYTES];
	size_t count;
	int error = account_list(db, &accounts, &count);

	if (error)
		return explain(db, request, error);
	for (size_t i = 0; i < count; i++)
		printf("%s\t%s\t%s\t%s\n", accounts[i].name, account_role_name(accounts[i].role),
		       accounts[i].contractor, rfc3339_format(accounts[i].created_ms, created));
	free(accounts);
	return 0;
}

static const struct action actions[] = {{"add", DB_WRITE, "name", add},
					{"password", DB_WRITE, "name", password},
					{"remove", DB_WRITE, "name", remove_user},
					{"sign-out", DB_WRITE, "name", sign_out},
					{"list", DB_READ, NULL, list},
					{0}};

int cmd_user(int argc, char **argv)
{
	struct request request = {.contractor = ""};
	const struct option_row rows[] = {{"db", &request.db, NULL, true},
					  {"name", &request.name, NULL, false},
					  {"role", &request.role, NULL, false},
					  {"contractor", &request.contractor, NULL, false},
					  {0}};

	return action_run(argc, argv, rows, actions, &request);
}
