/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that do one of several things to a database: plowctl COMMAND ACTION --db DB [OPTION ...].
 */
#ifndef PLOW_SERVER_PLOWCTL_ACTIONS_H
#define PLOW_SERVER_PLOWCTL_ACTIONS_H

#include "gis/db.h"
#include "server/plowctl/options.h"

/* What the command line asked for: each command's own. */
struct request;

struct action {
	const char *name;
	enum db_mode mode;
	const char *needs; /* the option without which it has no object, or NULL */
	/* Returns the exit status, after one sentence on stderr where that is not 0. */
	int (*run)(struct db *db, const struct request *request);
};

/*
 * Reads argv by the rows, of which one is "db", and runs the action (the last one is followed by one
 * without a name) that the one operand names.  argv[0] is the command's name.  Returns the exit status.
 */
int action_run(int argc, char **argv, const struct option_row *rows, const struct action *actions,
	       const struct request *request);

#endif
