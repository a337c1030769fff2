/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command lines of plowctl's commands as tables: each option's name and where its text goes.
 */
#ifndef PLOW_SERVER_PLOWCTL_OPTIONS_H
#define PLOW_SERVER_PLOWCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/attr.h"
#include "gis/db.h"

struct option_row {
	const char *name;   /* without the dashes */
	const char **value; /* takes a value: set to argv's text */
	bool *flag;         /* takes none: set to true */
	bool required;
};

/*
 * Reads argv by the table (ended by a row without a name).  Operands are moved to the front of argv
 * and counted.  Returns 0, or EX_USAGE after one sentence on stderr.
 */
int options_read(int argc, char **argv, const struct option_row *rows, char ***out_operands,
		 int *out_count) PLOW_MUST_USE;

/* Opens the database or prints why not and returns the exit status; *out is NULL then. */
int open_database(const char *path, enum db_mode mode, struct db **out) PLOW_MUST_USE;

/* Prints db_why() and returns the exit status of error. */
int fail_db(struct db *db, int error);

#endif
