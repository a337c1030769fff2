/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snow depths by hand or from a station's script: what is added makes cleared roads 再降雪 in a
 * running plowd.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/exits.h"
#include "common/rfc3339.h"
#include "server/csv.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/snow.h"

#define LIST_MAX 10000

static int add(struct db *db, struct snow_observation *observation)
{
	struct db_txn txn;
	int error;

	observation->made_ms = wall_clock_ms();
	txn = db_txn_begin(db);
	snow_add(&txn, observation);
	error = db_txn_end(&txn);
	return error ? fail_db(db, error) : 0;
}

static int list(struct db *db)
{
	struct snow_observation *all = x_calloc(LIST_MAX, sizeof(*all));
	int count = snow_list(db, INT64_MIN, INT64_MAX, all, LIST_MAX);
	char text[RFC3339_BYTES];

	if (count >= 0)
		puts("time,station,depth_cm");
	for (int i = 0; i < count; i++) {
		printf("%s,", rfc3339_format(all[i].time_ms, text));
		csv_field(stdout, all[i].station);
		printf(",%.1f\n", all[i].depth_cm);
	}
	free(all);
	return count < 0 ? fail_db(db, count) : 0;
}

/* Reads what add needs. */
static int read_observation(const char *station, const char *at, const char *depth,
			    struct snow_observation *out)
{
	char *end;
	const char *why;

	if (!station || !at || !depth)
		return fail(EX_USAGE, "snow add needs --station, --time and --depth-cm");
	if (strlen(station) >= sizeof(out->station))
		return fail(EX_USAGE, "--station %s is too long; a name has at most 63 bytes",
			    station);
	if (rfc3339_parse(at, &out->time_ms))
		return fail(EX_USAGE, "--time %s is no time; write it like 2027-01-15T03:00:00Z",
			    at);
	snprintf(out->station, sizeof(out->station), "%s", station);
	out->depth_cm = strtod(depth, &end);
	if (end == depth || *end)
		return fail(EX_USAGE, "--depth-cm %s is no number", depth);
	why = snow_fault(out);
	return why ? fail(EX_USAGE, "%s", why) : 0;
}

int cmd_snow(int argc, char **argv)
{
	const char *path = NULL, *station = NULL, *at = NULL, *depth = NULL;
	const struct option_row rows[] = {{"db", &path, NULL, true},
					  {"station", &station, NULL, false},
					  {"time", &at, NULL, false},
					  {"depth-cm", &depth, NULL, false},
					  {0}};
	struct snow_observation observation = {0};
	bool is_list;
	struct db *db;
	char **operands;
	int count, status = options_read(argc, argv, rows, &operands, &count);

	if (status)
		return status;
	is_list = count == 1 && strcmp(operands[0], "list") == 0;
	if (!is_list && (count != 1 || strcmp(operands[0], "add") != 0))
		return fail(EX_USAGE, "snow needs one of add, list; see plowctl --help");
	if (!is_list)
		status = read_observation(station, at, depth, &observation);
	if (!status)
		status = open_database(path, is_list ? DB_READ : DB_WRITE, &db);
	if (status)
		return status;
	status = is_list ? list(db) : add(db, &observation);
	db_close(db);
	return status;
}
