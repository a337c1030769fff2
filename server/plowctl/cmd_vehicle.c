/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exits.h"
#include "common/utf8.h"
#include "common/seal.h"
#include "server/plowctl/actions.h"
#include "server/plowctl/commands.h"
#include "server/plowctl/options.h"
#include "server/vehicles.h"

struct request {
	const char *db, *code, *name, *class_code, *contractor, *blade_width;
};

/* Codes are checked to hold nothing JSON would have to escape. */
static void print_key(const char *code, const struct seal_key *key)
{
	char text[SEAL_KEY_TEXT_BYTES];

	seal_key_format(key, text);
	printf("{\"vehicle\":\"%s\",\"key\":\"%s\"}\n", code, text);
}

static int explain(struct db *db, const struct request *request, int error)
{
	if (error == -EPERM)
		return fail(EX_DATAERR, "vehicle \"%s\" is retired; bring it back on the page of the masters first",
			    request->code);
	if (error == -ENOENT)
		return fail(EX_DATAERR, "there is no vehicle \"%s\"; see plowctl vehicle list", request->code);
	return fail_db(db, error);
}

/* Metres; not given is not known. */
static bool read_width(const char *text, uint32_t *out_cm)
{
	char *end = NULL;
	double width_m = text ? strtod(text, &end) : 0;

	if (text && (end == text || *end || !(width_m > 0 && width_m * 100 <= VEHICLE_BLADE_MAX_CM)))
		return false;
	*out_cm = (uint32_t)lround(width_m * 100);
	return true;
}

static int add(struct db *db, const struct request *request)
{
	struct vehicle vehicle = {0};
	struct seal_key key;
	int error;

	if (strlen(request->code) >= sizeof(vehicle.code) || strlen(request->name) >= sizeof(vehicle.name) ||
	    strlen(request->class_code) >= sizeof(vehicle.class_code) ||
	    strlen(request->contractor) >= sizeof(vehicle.contractor))
		return fail(EX_USAGE, "a code has at most 32 characters, names at most 63 bytes");
	if (!utf8_is_clean(request->name) || !utf8_is_clean(request->contractor))
		return fail(EX_USAGE, "--name and --contractor are text in UTF-8, without control characters");
	snprintf(vehicle.code, sizeof(vehicle.code), "%s", request->code);
	snprintf(vehicle.name, sizeof(vehicle.name), "%s", request->name);
	snprintf(vehicle.class_code, sizeof(vehicle.class_code), "%s", request->class_code);
	snprintf(vehicle.contractor, sizeof(vehicle.contractor), "%s", request->contractor);
	if (!read_width(request->blade_width, &vehicle.blade_width_cm))
		return fail(EX_USAGE, "--blade-width is what one pass sweeps, in metres, at most %d", VEHICLE_BLADE_MAX_CM / 100);
	error = vehicle_add(db, &vehicle, &key);
	if (error == -EINVAL)
		return fail(EX_USAGE, "code \"%s\" or class \"%s\" is not allowed; codes are letters, digits and . _ -, classes any grader dozer rotary truck small hand spreader dump loader patrol",
			    request->code, request->class_code);
	if (error == -EEXIST)
		return fail(EX_CANTCREAT, "vehicle \"%s\" is already registered; plowctl vehicle rotate gives it a new key",
			    request->code);
	if (error)
		return explain(db, request, error);
	print_key(request->code, &key);
	return 0;
}

static int rotate(struct db *db, const struct request *request)
{
	struct seal_key key;
	int error = vehicle_rotate(db, request->code, &key);

	if (error)
		return explain(db, request, error);
	print_key(request->code, &key);
	return 0;
}

static int revoke(struct db *db, const struct request *request)
{
	int error = vehicle_revoke(db, request->code);

	return error ? explain(db, request, error) : 0;
}

static int token(struct db *db, const struct request *request)
{
	char text[VEHICLE_TOKEN_BYTES];
	int error = vehicle_token(db, request->code, text);

	if (error)
		return explain(db, request, error);
	printf("{\"vehicle\":\"%s\",\"token\":\"%s\"}\n", request->code, text);
	return 0;
}

static int list(struct db *db, const struct request *request)
{
	struct vehicle *vehicles;
	size_t count;
	int error = vehicle_list(db, &vehicles, &count);

	if (error)
		return explain(db, request, error);
	for (size_t i = 0; i < count; i++)
		printf("%s\t%s\t%s\t%s\n", vehicles[i].code, vehicles[i].class_code, vehicles[i].name,
		       vehicles[i].contractor);
	free(vehicles);
	return 0;
}

static const struct action actions[] = {{"add", DB_WRITE, "code", add},
					{"rotate", DB_WRITE, "code", rotate},
					{"revoke", DB_WRITE, "code", revoke},
					{"token", DB_WRITE, "code", token},
					{"list", DB_READ, NULL, list},
					{0}};

int cmd_vehicle(int argc, char **argv)
{
	struct request request = {.name = "", .class_code = "any", .contractor = ""};
	const struct option_row rows[] = {{"db", &request.db, NULL, true},
					  {"code", &request.code, NULL, false},
					  {"name", &request.name, NULL, false},
					  {"class", &request.class_code, NULL, false},
					  {"contractor", &request.contractor, NULL, false},
					  {"blade-width", &request.blade_width, NULL, false},
					  {0}};

	return action_run(argc, argv, rows, actions, &request);
}
