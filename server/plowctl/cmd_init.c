/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "common/exits.h"
#include "common/utf8.h"
#include "server/day.h"
#include "server/keyfile.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"

#define NAME_BYTES_MAX 127

static void put_setting(struct db_txn *txn, const char *key, const char *value)
{
	sqlite3_stmt *stmt = db_prepare(txn->db, "INSERT INTO setting (key, value) VALUES (?, ?)");

	if (stmt) {
		sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 2, value, -1, SQLITE_STATIC);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

static int fill(struct db *db, const char *name, const char *timezone, const char *day_start)
{
	struct db_txn txn = db_txn_begin(db);

	put_setting(&txn, "name", name);
	put_setting(&txn, "timezone", timezone);
	put_setting(&txn, "day_start", day_start);
	return db_txn_end(&txn);
}

/*
 * DB.key is made here and not with the first vehicle, so that who keeps the town's keys can put it away
 * at once.  One that lies there already is kept: vehicles' keys may be wrapped by it.
 */
static int make_key(const char *path)
{
	struct keyfile keyfile;
	int error = keyfile_open(path, true, &keyfile);

	sodium_memzero(&keyfile, sizeof(keyfile));
	if (error == -EBADMSG)
		return fail(EX_DATAERR, "%s.key is there and no key; move it away or choose another name", path);
	return error ? fail(exit_status_of(error), "%s.key cannot be made: %s", path, strerror(-error)) : 0;
}

/* What db_open() made so far goes again: a failed command leaves nothing behind. */
static void remove_half_made(const char *path)
{
	char name[4096];

	unlink(path);
	snprintf(name, sizeof(name), "%s-wal", path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", path);
	unlink(name);
}

int cmd_init(int argc, char **argv)
{
	const char *path = NULL, *name = "", *timezone = "Asia/Tokyo", *day_start = "12:00";
	const struct option_row rows[] = {{"db", &path, NULL, true},
					  {"name", &name, NULL, false},
					  {"timezone", &timezone, NULL, false},
					  {"day-start", &day_start, NULL, false},
					  {0}};
	struct db *db;
	struct day_rule rule;
	char **operands;
	int count, error, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count > 0)
		return fail(EX_USAGE, "init takes no operand: %s", operands[0]);
	if (day_rule_read(timezone, day_start, &rule))
		return fail(EX_USAGE, "--timezone %s or --day-start %s is not known; use names like Asia/Tokyo and times like 12:00",
			    timezone, day_start);
	if (strlen(name) > NAME_BYTES_MAX || !utf8_is_clean(name))
		return fail(EX_USAGE, "--name is a name of at most %d bytes of UTF-8", NAME_BYTES_MAX);
	if (access(path, F_OK) == 0)
		return fail(EX_CANTCREAT, "%s is already there; remove it first or choose another name", path);
	error = db_open(path, DB_CREATE, &db);
	if (!error)
		error = fill(db, name, timezone, day_start);
	if (error)
		status = error == -EACCES ? fail(EX_CANTCREAT, "%s", db_why(db)) : fail_db(db, error);
	else
		status = make_key(path);
	if (status)
		remove_half_made(path);
	db_close(db);
	return status;
}
