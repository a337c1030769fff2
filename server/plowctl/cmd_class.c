/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of the road classes: what is not said of one stays as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/exits.h"
#include "server/csv.h"
#include "server/masters.h"
#include "server/plowctl/actions.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/road_classes.h"

#define BY "plowctl"

struct request {
	const char *db, *code, *name, *priority, *share, *passes, *both, *width, *gap, *trim, *trigger, *finish_by;
};

static int list(struct db *db, const struct request *request)
{
	struct road_class *all;
	size_t count;
	int error = road_class_list(db, &all, &count);

	(void)request;
	if (!error)
		puts("code,name,priority,required_share,required_passes,both_directions,required_width_m,gap_m,"
		     "trim_m,trigger_cm,finish_by,own_rule,roads,length_m");
	for (size_t i = 0; !error && i < count; i++) {
		const struct road_class *it = &all[i];

		csv_field(stdout, it->code);
		putchar(',');
		csv_field(stdout, it->name);
		printf(",%lld,%.3g,%lld,%d,%.2f,%.1f,%.1f,%.1f,", (long long)it->priority, it->required_share,
		       (long long)it->required_passes, it->both_directions, it->required_width_m, it->gap_m,
		       it->trim_m, it->trigger_cm);
		csv_field(stdout, it->finish_by);
		printf(",%d,%lld,%.1f\n", it->version > 0, (long long)it->roads, it->length_m);
	}
	free(all);
	return error ? fail_db(db, error) : 0;
}

/* A number that was asked for; NULL leaves it as it is. */
static int read_number(const char *option, const char *text, double *out)
{
	char *end;

	if (!text)
		return 0;
	*out = strtod(text, &end);
	return end == text || *end ? fail(EX_USAGE, "%s %s is no number", option, text) : 0;
}

static int read_whole(const char *option, const char *text, int64_t *out)
{
	char *end;

	if (!text)
		return 0;
	*out = strtoll(text, &end, 10);
	return end == text || *end ? fail(EX_USAGE, "%s %s is no whole number", option, text) : 0;
}

static int read_text(const char *option, const char *text, char *out, size_t size)
{
	if (!text)
		return 0;
	if (strlen(text) >= size)
		return fail(EX_USAGE, "%s %s is too long; it has at most %zu bytes", option, text, size - 1);
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

static int read_both(const char *text, bool *out)
{
	if (!text)
		return 0;
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return fail(EX_USAGE, "--both-directions %s is neither yes nor no", text);
	*out = strcmp(text, "yes") == 0;
	return 0;
}

/* What the request says goes over what holds so far. */
static int read_rule(const struct request *request, struct road_class *it)
{
	int status = read_text("--name", request->name, it->name, sizeof(it->name));

	if (!status)
		status = read_text("--finish-by", request->finish_by, it->finish_by, sizeof(it->finish_by));
	if (!status)
		status = read_whole("--priority", request->priority, &it->priority);
	if (!status)
		status = read_whole("--required-passes", request->passes, &it->required_passes);
	if (!status)
		status = read_number("--required-share", request->share, &it->required_share);
	if (!status)
		status = read_number("--required-width-m", request->width, &it->required_width_m);
	if (!status)
		status = read_number("--gap-m", request->gap, &it->gap_m);
	if (!status)
		status = read_number("--trim-m", request->trim, &it->trim_m);
	if (!status)
		status = read_number("--trigger-cm", request->trigger, &it->trigger_cm);
	return status ? status : read_both(request->both, &it->both_directions);
}

/* Reads, changes and writes the rule in one transaction. */
static int change(struct db *db, const struct request *request, bool is_removal)
{
	struct master_by by = {.name = BY, .time_ms = wall_clock_ms()};
	struct road_class it = {.version = 0};
	struct db_txn txn = db_txn_begin(db);
	const char *why = NULL;
	int status = 0, error;

	if (!txn.error)
		txn.error = road_class_find(db, request->code, &it);
	if (!txn.error && is_removal) {
		road_class_remove(&txn, &it, &by);
	} else if (!txn.error) {
		status = read_rule(request, &it);
		why = status ? NULL : road_class_fault(&it);
		if (!status && !why)
			road_class_put(&txn, &it, &by);
	}
	if (status || why)
		txn.error = txn.error ? txn.error : -ECANCELED;
	error = db_txn_end(&txn);
	if (status)
		return status;
	if (why)
		return fail(EX_USAGE, "%s", why);
	if (error == -ENOENT || error == -ESTALE)
		return fail(EX_NOINPUT, "the class \"%s\" has no rule of its own; see plowctl class list", request->code);
	if (error == -EPERM)
		return fail(EX_USAGE, "the rule of all other classes can be changed, but not removed");
	return error ? fail_db(db, error) : 0;
}

static int set(struct db *db, const struct request *request)
{
	if (strlen(request->code) >= ROAD_CLASS_CODE_BYTES)
		return fail(EX_USAGE, "--code is of at most 31 bytes; \"\" is the rule of all others");
	return change(db, request, false);
}

static int remove_rule(struct db *db, const struct request *request)
{
	return change(db, request, true);
}

static const struct action actions[] = {{"list", DB_READ, NULL, list},
					{"set", DB_WRITE, "code", set},
					{"remove", DB_WRITE, "code", remove_rule},
					{0}};

int cmd_class(int argc, char **argv)
{
	struct request request = {0};
	const struct option_row rows[] = {
		{"db", &request.db, NULL, true},	     {"code", &request.code, NULL, false},
		{"name", &request.name, NULL, false},	     {"priority", &request.priority, NULL, false},
		{"required-share", &request.share, NULL, false}, {"required-passes", &request.passes, NULL, false},
		{"both-directions", &request.both, NULL, false}, {"required-width-m", &request.width, NULL, false},
		{"gap-m", &request.gap, NULL, false},	     {"trim-m", &request.trim, NULL, false},
		{"trigger-cm", &request.trigger, NULL, false}, {"finish-by", &request.finish_by, NULL, false},
		{0}};

	return action_run(argc, argv, rows, actions, &request);
}
