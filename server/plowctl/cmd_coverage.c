/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/exits.h"
#include "common/rfc3339.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/recompute.h"

static int write_result(struct db *db, int64_t from_ms, int64_t to_ms, bool as_geojson)
{
	struct recomputed result;
	int error = recompute(db, from_ms, to_ms, &result);

	if (error)
		return fail_db(db, error);
	error = as_geojson ? recomputed_write_geojson(&result, stdout) : recomputed_write_csv(&result, stdout);
	recomputed_free(&result);
	return error ? fail(EX_IOERR, "the output cannot be written: %s", strerror(errno)) : 0;
}

int cmd_coverage(int argc, char **argv)
{
	const char *path = NULL, *from = NULL, *to = NULL, *format = "csv";
	const struct option_row rows[] = {{"db", &path, NULL, true},
					  {"from", &from, NULL, true},
					  {"to", &to, NULL, true},
					  {"format", &format, NULL, false},
					  {0}};
	int64_t from_ms, to_ms;
	struct db *db;
	char **operands;
	int count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	if (count > 0)
		return fail(EX_USAGE, "coverage takes no operand: %s", operands[0]);
	if (rfc3339_parse(from, &from_ms) || rfc3339_parse(to, &to_ms))
		return fail(EX_USAGE, "--from %s or --to %s is no time; write them like 2027-01-15T03:00:00Z", from, to);
	if (from_ms >= to_ms)
		return fail(EX_USAGE, "--to %s is not after --from %s", to, from);
	if (strcmp(format, "csv") != 0 && strcmp(format, "geojson") != 0)
		return fail(EX_USAGE, "--format %s is not known; it is csv or geojson", format);
	status = open_database(path, DB_READ, &db);
	if (status)
		return status;
	status = write_result(db, from_ms, to_ms, strcmp(format, "geojson") == 0);
	db_close(db);
	return status;
}
