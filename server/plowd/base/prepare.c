/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/base/prepare.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"
#include "gis/db.h"
#include "server/day.h"
#include "server/keyfile.h"
#include "server/plowd/base/sole.h"
#include "server/vehicles.h"

/* Without a user nobody could sign in: a one-time link makes the first. */
static int offer_setup(struct db *db, char token[TOKEN_BYTES])
{
	struct db_txn txn = db_txn_begin(db);
	int error;

	token_new(token);
	setup_offer(&txn, token, wall_clock_ms());
	error = db_txn_end(&txn);
	if (error)
		token[0] = '\0';
	return error == -EEXIST ? 0 : error;
}

/* The town's time zone becomes the process's. */
static int use_settings(struct db *db, char *why, size_t why_size)
{
	struct day_rule day;
	int error = day_rule_load(db, &day);

	if (error)
		snprintf(why, why_size, "%s",
			 *db_why(db) ? db_why(db)
				     : "the database has no usable settings; make one with: plowctl init --db FILE");
	else
		day_rule_use(&day);
	return error;
}

/* Units whose keys cannot be opened are refused: better told at the start than looked for in the night. */
static int check_keys(struct db *db, char *why, size_t why_size)
{
	uint64_t closed = 0;
	int error = vehicle_keys_closed(db, &closed);

	if (error)
		snprintf(why, why_size, "%s", db_why(db));
	else if (!keyfile_exists(db_path(db)))
		fprintf(stderr,
			"plowd: there is no %s.key: units registered so far are refused until the town's copy is put "
			"there and plowd is started again\n",
			db_path(db));
	else if (closed)
		fprintf(stderr,
			"plowd: %llu good keys of vehicles do not open with %s.key: their units are refused until the "
			"town's copy is put there and plowd is started again\n",
			(unsigned long long)closed, db_path(db));
	return error;
}

int prepare(const char *db_path, struct prepared *out, char *why, size_t why_size)
{
	struct db *db;
	int error;

	*out = (struct prepared){.lock = sole_take(db_path, why, why_size)};
	/* What does not exist is explained better by who opens it. */
	if (out->lock < 0 && out->lock != -ENOENT)
		return out->lock;
	error = db_open(db_path, DB_WRITE, &db);
	if (error)
		snprintf(why, why_size, "%s", db_why(db));
	else
		error = use_settings(db, why, why_size);
	if (error == -EBADMSG)
		sole_forget(db_path);
	if (!error)
		error = check_keys(db, why, why_size);
	if (!error) {
		error = offer_setup(db, out->setup_token);
		if (error)
			snprintf(why, why_size, "%s", db_why(db));
	}
	db_close(db);
	return error;
}

void prepare_undo(struct prepared *prepared)
{
	if (prepared->lock >= 0)
		close(prepared->lock);
	prepared->lock = -1;
}
