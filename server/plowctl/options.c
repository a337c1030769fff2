/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowctl/options.h"

#include <string.h>

#include "common/exits.h"

static const struct option_row *find(const struct option_row *rows, const char *name, size_t length)
{
	for (; rows->name; rows++) {
		if (strncmp(rows->name, name, length) == 0 && rows->name[length] == '\0')
			return rows;
	}
	return NULL;
}

/* Reads --name, --name=value or --name value at argv[*index]. */
static int read_one(int argc, char **argv, int *index, const struct option_row *rows)
{
	const char *name = argv[*index] + 2;
	const char *equals = strchr(name, '=');
	const struct option_row *row = find(rows, name, equals ? (size_t)(equals - name) : strlen(name));

	if (!row)
		return fail(EX_USAGE, "%s has no option %s; see plowctl --help", argv[0], argv[*index]);
	if (row->flag) {
		if (equals)
			return fail(EX_USAGE, "option --%s takes no value", row->name);
		*row->flag = true;
		return 0;
	}
	if (!equals && *index + 1 >= argc)
		return fail(EX_USAGE, "option --%s needs a value", row->name);
	*row->value = equals ? equals + 1 : argv[++*index];
	return 0;
}

static int check_required(const char *command, const struct option_row *rows)
{
	for (; rows->name; rows++) {
		if (rows->required && !*rows->value)
			return fail(EX_USAGE, "%s needs --%s; see plowctl --help", command, rows->name);
	}
	return 0;
}

int options_read(int argc, char **argv, const struct option_row *rows, char ***out_operands,
		 int *out_count)
{
	int operands = 0;
	bool only_operands = false;

	for (int i = 1; i < argc; i++) {
		if (!only_operands && strcmp(argv[i], "--") == 0) {
			only_operands = true;
		} else if (!only_operands && strncmp(argv[i], "--", 2) == 0) {
			int status = read_one(argc, argv, &i, rows);

			if (status)
				return status;
		} else {
			argv[1 + operands++] = argv[i];
		}
	}
	*out_operands = argv + 1;
	*out_count = operands;
	return check_required(argv[0], rows);
}

int fail_db(struct db *db, int error)
{
	return fail(exit_status_of(error), "%s", db_why(db));
}

int open_database(const char *path, enum db_mode mode, struct db **out)
{
	int error = db_open(path, mode, out);

	if (error) {
		int status = fail_db(*out, error);

		db_close(*out);
		*out = NULL;
		return status;
	}
	return 0;
}
