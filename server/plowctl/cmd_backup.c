/* SPDX-License-Identifier: Apache-2.0 */
/* A consistent copy of a database in use, by SQLite's backup API. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/exits.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"

#define PAGES_A_STEP 4096

/* Copies in steps, so that a writing plowd never waits long. */
static int copy(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	int code = SQLITE_OK;

	if (!backup)
		return db_error(sqlite3_errcode(to)) ? db_error(sqlite3_errcode(to)) : -EIO;
	while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
		code = sqlite3_backup_step(backup, PAGES_A_STEP);
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\r%d pages to go ", sqlite3_backup_remaining(backup));
		if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
			sqlite3_sleep(50);
	}
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	code = sqlite3_backup_finish(backup);
	return db_error(code);
}

/* The copy is made aside, flushed, and takes its name only when it is whole. */
static int back_up(struct db *db, const char *path, char *why, size_t why_size)
{
	char aside[4096];
	sqlite3 *to = NULL;
	int error;

	if (snprintf(aside, sizeof(aside), "%s.part", path) >= (int)sizeof(aside))
		return -ENAMETOOLONG;
	unlink(aside);
	if (sqlite3_open_v2(aside, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
		error = -EACCES;
	else
		error = copy(db_handle(db), to);
	snprintf(why, why_size, "%s: %s", path, to ? sqlite3_errmsg(to) : strerror(-error));
	sqlite3_close(to);
	if (!error && link(aside, path) != 0)
		error = -errno;
	unlink(aside);
	return error;
}

int cmd_backup(int argc, char **argv)
{
	const char *path = NULL;
	const struct option_row rows[] = {{"db", &path, NULL, true}, {0}};
	struct db *db;
	char why[512], **operands;
	int error, count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count != 1)
		return fail(EX_USAGE, "backup needs one FILE to write to");
	status = open_database(path, DB_READ, &db);
	if (status)
		return status;
	if (access(operands[0], F_OK) == 0)
		status = fail(EX_CANTCREAT, "%s is already there; choose another name", operands[0]);
	else if ((error = back_up(db, operands[0], why, sizeof(why))) != 0)
		status = fail(error == -EACCES ? EX_CANTCREAT : exit_status_of(error), "%s", why);
	else
		fprintf(stderr, "plowctl: %s is written; %s.key is not in it: keep that file apart, under lock\n",
			operands[0], path);
	db_close(db);
	return status;
}
