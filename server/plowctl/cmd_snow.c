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
#include "server/plowctl/actions.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/snow.h"

#define LIST_MAX 10000

struct request {
	const char *db, *station, *time, *depth_cm;
};

static int list(struct db *db, const struct request *request)
{
	struct snow_observation *all = x_calloc(LIST_MAX, sizeof(*all));
	int count = snow_list(db, INT64_MIN, INT64_MAX, all, LIST_MAX);
	char text[RFC3339_BYTES];

	(void)request;
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
static int read_observation(const struct request *request, struct snow_observation *out)
{
	char *end;
	const char *why;

	if (!request->station || !request->time || !request->depth_cm)
		return fail(EX_USAGE, "snow add needs --station, --time and --depth-cm");
	if (strlen(request->station) >= sizeof(out->station))
		return fail(EX_USAGE, "--station %s is too long; a name has at most 63 bytes",
			    request->station);
	if (rfc3339_parse(request->time, &out->time_ms))
		return fail(EX_USAGE, "--time %s is no time; write it like 2027-01-15T03:00:00Z",
			    request->time);
	snprintf(out->station, sizeof(out->station), "%s", request->station);
	out->depth_cm = strtod(request->depth_cm, &end);
	if (end == request->depth_cm || *end)
		return fail(EX_USAGE, "--depth-cm %s is no number", request->depth_cm);
	why = snow_fault(out);
	return why ? fail(EX_USAGE, "%s", why) : 0;
}

static int add(struct db *db, const struct request *request)
{
	struct snow_observation observation = {.made_ms = wall_clock_ms()};
	int error, status = read_observation(request, &observation);
	struct db_txn txn;

	if (status)
		return status;
	txn = db_txn_begin(db);
	snow_add(&txn, &observation);
	error = db_txn_end(&txn);
	return error ? fail_db(db, error) : 0;
}

static const struct action actions[] = {{"add", DB_WRITE, NULL, add}, {"list", DB_READ, NULL, list}, {0}};

int cmd_snow(int argc, char **argv)
{
	struct request request = {0};
	const struct option_row rows[] = {{"db", &request.db, NULL, true},
					  {"station", &request.station, NULL, false},
					  {"time", &request.time, NULL, false},
					  {"depth-cm", &request.depth_cm, NULL, false},
					  {0}};

	return action_run(argc, argv, rows, actions, &request);
}
