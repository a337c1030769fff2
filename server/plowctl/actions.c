/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowctl/actions.h"

#include <stdio.h>
#include <string.h>

#include "common/exits.h"

#define NAMES_BYTES 128

static const struct action *find(const struct action *actions, const char *name)
{
	while (actions->name && strcmp(actions->name, name) != 0)
		actions++;
	return actions->name ? actions : NULL;
}

static int fail_unnamed(const char *command, const struct action *actions)
{
	char names[NAMES_BYTES] = "";

	for (; actions->name; actions++) {
		size_t length = strlen(names);

		snprintf(names + length, sizeof(names) - length, "%s%s", length > 0 ? ", " : "", actions->name);
	}
	return fail(EX_USAGE, "%s needs one of %s; see plowctl --help", command, names);
}

/* What an option was set to. */
static const char *value_of(const struct option_row *rows, const char *option)
{
	while (strcmp(rows->name, option) != 0)
		rows++;
	return *rows->value;
}

int action_run(int argc, char **argv, const struct option_row *rows, const struct action *actions,
	       const struct request *request)
{
	const struct action *action;
	struct db *db;
	char **operands;
	int count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	action = count == 1 ? find(actions, operands[0]) : NULL;
	if (!action)
		return fail_unnamed(argv[0], actions);
	if (action->needs && !value_of(rows, action->needs))
		return fail(EX_USAGE, "%s %s needs --%s", argv[0], action->name, action->needs);
	status = open_database(value_of(rows, "db"), action->mode, &db);
	if (status)
		return status;
	status = action->run(db, request);
	db_close(db);
	return status;
}
