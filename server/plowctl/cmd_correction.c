/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Corrections ("was not cleared"): add, list, withdraw.  A running plowd changes map and progress
 * within a second.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/exits.h"
#include "common/rfc3339.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "server/corrections.h"
#include "server/csv.h"
#include "server/plowctl/actions.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"

#define LIST_MAX 10000

struct request {
	const char *db, *link, *layer, *road, *from_m, *to_m, *from, *to, *reason, *name, *id;
};

/* A whole number of at least 0, or -1. */
static int64_t read_id(const char *text)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	return *text < '0' || *text > '9' || *end || errno ? -1 : value;
}

/* The one road of a source id, in the layer if one is named. */
static uint32_t find_road(const struct network *net, const struct request *request)
{
	uint32_t found = NETWORK_NONE;

	if (request->layer)
		return network_find_road(net, request->layer, request->road);
	for (uint32_t i = 0; i < network_roads(net); i++) {
		if (strcmp(network_road(net, i)->source_id, request->road) != 0)
			continue;
		if (found != NETWORK_NONE)
			return NETWORK_NONE;
		found = i;
	}
	return found;
}

static int read_metres(const char *option, const char *text, double *out)
{
	char *end;

	if (!text)
		return 0;
	*out = strtod(text, &end);
	if (end == text || *end || !isfinite(*out))
		return fail(EX_USAGE, "--%s %s is no number of metres", option, text);
	return 0;
}

static int read_stretch(const struct network *net, const struct request *request,
			struct correction *out)
{
	uint32_t road = find_road(net, request);
	int status;

	if (road == NETWORK_NONE)
		return fail(EX_DATAERR, "there is no road \"%s\", or several: name its --layer",
			    request->road);
	out->road_id = network_road(net, road)->id;
	out->to_m = network_road(net, road)->length_m;
	status = read_metres("from-m", request->from_m, &out->from_m);
	return status ? status : read_metres("to-m", request->to_m, &out->to_m);
}

static int read_link(const struct network *net, const struct request *request,
		     struct correction *out)
{
	int64_t id = read_id(request->link);
	uint32_t link = id < 0 ? NETWORK_NONE : network_find_link(net, id);

	if (link == NETWORK_NONE)
		return fail(EX_DATAERR, "there is no link %s", request->link);
	out->road_id = network_road(net, network_link(net, link)->road)->id;
	out->from_m = network_link(net, link)->from_m;
	out->to_m = out->from_m + network_link(net, link)->length_m;
	return 0;
}

static int read_place(struct db *db, const struct request *request, struct correction *out)
{
	struct network *net;
	int error, status;

	if (!request->link == !request->road)
		return fail(EX_USAGE, "correction add needs either --link or --road");
	error = network_load(db, &net);
	if (error)
		return fail_db(db, error);
	status = request->link ? read_link(net, request, out) : read_stretch(net, request, out);
	network_free(net);
	return status;
}

static int read_text(const char *option, const char *text, char *out, size_t size)
{
	if (!text)
		return fail(EX_USAGE, "correction needs --%s", option);
	if (strlen(text) >= size)
		return fail(EX_USAGE, "--%s is longer than %zu bytes", option, size - 1);
	snprintf(out, size, "%s", text);
	return 0;
}

static int add(struct db *db, const struct request *request)
{
	struct correction correction = {.made_ms = wall_clock_ms()};
	int status =
		read_text("reason", request->reason, correction.reason, sizeof(correction.reason));
	struct db_txn txn;
	int error;

	if (!status)
		status = read_text("name", request->name, correction.made_by,
				   sizeof(correction.made_by));
	if (status)
		return status;
	if (!request->from || !request->to || rfc3339_parse(request->from, &correction.from_ms) ||
	    rfc3339_parse(request->to, &correction.to_ms))
		return fail(
			EX_USAGE,
			"correction add needs --from and --to, written like 2027-01-15T03:00:00Z");
	status = read_place(db, request, &correction);
	if (status)
		return status;
	if (correction_fault(&correction))
		return fail(EX_USAGE, "%s", correction_fault(&correction));
	txn = db_txn_begin(db);
	correction_add(&txn, &correction);
	error = db_txn_end(&txn);
	if (error)
		return fail_db(db, error);
	printf("{\"correction\":%lld}\n", (long long)correction.id);
	return 0;
}

static int withdraw(struct db *db, const struct request *request)
{
	struct correction correction = {0};
	int error, status = read_text("name", request->name, correction.withdrawn_by,
				      sizeof(correction.withdrawn_by));
	struct db_txn txn;

	if (status)
		return status;
	if (!request->id || correction_name_fault(correction.withdrawn_by))
		return fail(EX_USAGE, "correction withdraw needs --id and --name");
	correction.id = read_id(request->id);
	txn = db_txn_begin(db);
	correction_withdraw(&txn, correction.id, correction.withdrawn_by, wall_clock_ms());
	error = db_txn_end(&txn);
	if (error == -ENOENT)
		return fail(EX_DATAERR, "there is no correction %s; see plowctl correction list",
			    request->id);
	if (error == -EEXIST)
		return fail(EX_DATAERR, "correction %s was withdrawn already", request->id);
	return error ? fail_db(db, error) : 0;
}

static void print_row(const struct correction *correction)
{
	char from[RFC3339_BYTES], to[RFC3339_BYTES], made[RFC3339_BYTES],
		withdrawn[RFC3339_BYTES] = "";

	if (correction->withdrawn_ms)
		rfc3339_format(correction->withdrawn_ms, withdrawn);
	printf("%lld,%lld,%.2f,%.2f,%s,%s,", (long long)correction->id,
	       (long long)correction->road_id, correction->from_m, correction->to_m,
	       rfc3339_format(correction->from_ms, from), rfc3339_format(correction->to_ms, to));
	csv_field(stdout, correction->reason);
	putchar(',');
	csv_field(stdout, correction->made_by);
	printf(",%s,", rfc3339_format(correction->made_ms, made));
	csv_field(stdout, correction->withdrawn_by);
	printf(",%s\n", withdrawn);
}

static int list(struct db *db, const struct request *request)
{
	struct correction *all = x_calloc(LIST_MAX, sizeof(*all));
	int count = correction_list(db, INT64_MAX, all, LIST_MAX);

	(void)request;
	if (count >= 0)
		puts("id,road_id,from_m,to_m,from,to,reason,name,made,withdrawn_by,withdrawn");
	for (int i = 0; i < count; i++)
		print_row(&all[i]);
	free(all);
	return count < 0 ? fail_db(db, count) : 0;
}

static const struct action actions[] = {{"add", DB_WRITE, NULL, add},
					{"list", DB_READ, NULL, list},
					{"withdraw", DB_WRITE, NULL, withdraw},
					{0}};

int cmd_correction(int argc, char **argv)
{
	struct request request = {0};
	const struct option_row rows[] = {
		{"db", &request.db, NULL, true},          {"link", &request.link, NULL, false},
		{"layer", &request.layer, NULL, false},   {"road", &request.road, NULL, false},
		{"from-m", &request.from_m, NULL, false}, {"to-m", &request.to_m, NULL, false},
		{"from", &request.from, NULL, false},     {"to", &request.to, NULL, false},
		{"reason", &request.reason, NULL, false}, {"name", &request.name, NULL, false},
		{"id", &request.id, NULL, false},         {0}};

	return action_run(argc, argv, rows, actions, &request);
}
