/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plow-sim: a fleet of plows that is not there.  It registers its vehicles, drives them over the
 * town's roads, sends what their receivers say to plowd, and writes down where they truly were.
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <uv.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/exits.h"
#include "common/rfc3339.h"
#include "common/seal.h"
#include "gis/db.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "common/httpd/address.h"
#include "server/fleet.h"
#include "server/masters.h"
#include "server/vehicles.h"
#include "tests/sim/depots.h"
#include "tests/sim/fleet.h"
#include "tests/sim/post.h"

static const char help[] =
	"usage: plow-sim --db DB --server HOST:PORT --vehicles N --hz R --seconds S --seed K "
	"--truth FILE\n"
	"                [--speed N|max] [--head-start S] [--start TIME] [--at-work]\n"
	"                [--sigma M] [--silences S] [--loss SHARE] [--doubled SHARE] [--late SHARE]\n"
	"                [--fades X] [--patience S]\n"
	"\n"
	"Drives a made-up fleet over the roads of a town and sends its fixes to a running plowd.\n"
	"\n"
	"  --vehicles N      vehicles SIM-001, SIM-002, ...: registered, or given a new key; 1 to "
	"5000\n"
	"  --hz R            fixes a second of each vehicle, 0.01 to 10\n"
	"  --seconds S       how long the night is\n"
	"  --seed K          the same seed on the same roads gives the same night\n"
	"  --truth FILE      where every vehicle truly was, once a second, as CSV\n"
	"  --speed N         N times faster than life; max: as fast as the server acknowledges\n"
	"  --head-start S    the night began S seconds ago: that part is sent at once\n"
	"  --start TIME      time of the first fix (RFC 3339); else such that the last one is not "
	"in the future\n"
	"  --at-work         vehicles begin in their streets instead of their yards\n"
	"  --sigma M         error of the receivers, metres on each axis (4)\n"
	"  --silences S      receivers say nothing for 30 to 200 s, about every S seconds (0: never)\n"
	"  --loss, --doubled, --late SHARE   what becomes of datagrams (0.05, 0.02, 0.03); of "
	"answers too\n"
	"  --fades X         how often radio fails: 1 as in the mountains, 0 never (1)\n"
	"  --patience S      gives up when nothing was acknowledged for so long (60)\n"
	"  --help, --version\n"
	"\n" EXITS_HELP;

struct request {
	const char *db, *server, *truth, *start;
	struct fleet_settings fleet;
	struct post_settings post;
	double hz, seconds;
	bool *added; /* which vehicles were registered for this night */
};

enum {
	OPT_DB = 256,
	OPT_SERVER,
	OPT_VEHICLES,
	OPT_HZ,
	OPT_SECONDS,
	OPT_SEED,
	OPT_TRUTH,
	OPT_SPEED,
	OPT_HEAD_START,
	OPT_START,
	OPT_AT_WORK,
	OPT_SIGMA,
	OPT_SILENCES,
	OPT_LOSS,
	OPT_DOUBLED,
	OPT_LATE,
	OPT_FADES,
	OPT_PATIENCE,
	OPT_HELP,
	OPT_VERSION,
};

static const struct option options[] = {
	{"db", required_argument, NULL, OPT_DB},
	{"server", required_argument, NULL, OPT_SERVER},
	{"vehicles", required_argument, NULL, OPT_VEHICLES},
	{"hz", required_argument, NULL, OPT_HZ},
	{"seconds", required_argument, NULL, OPT_SECONDS},
	{"seed", required_argument, NULL, OPT_SEED},
	{"truth", required_argument, NULL, OPT_TRUTH},
	{"speed", required_argument, NULL, OPT_SPEED},
	{"head-start", required_argument, NULL, OPT_HEAD_START},
	{"start", required_argument, NULL, OPT_START},
	{"at-work", no_argument, NULL, OPT_AT_WORK},
	{"sigma", required_argument, NULL, OPT_SIGMA},
	{"silences", required_argument, NULL, OPT_SILENCES},
	{"loss", required_argument, NULL, OPT_LOSS},
	{"doubled", required_argument, NULL, OPT_DOUBLED},
	{"late", required_argument, NULL, OPT_LATE},
	{"fades", required_argument, NULL, OPT_FADES},
	{"patience", required_argument, NULL, OPT_PATIENCE},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	{NULL, 0, NULL, 0},
};

/* Where an option's number goes, and between what it must lie. */
struct number {
	int option;
	double low, high;
	double *out;
};

static int read_number(const char *name, const char *text, const struct number *number)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= number->low && value <= number->high))
		return fail(EX_USAGE, "--%s takes a number from %g to %g, not \"%s\"", name,
			    number->low, number->high, text);
	*number->out = value;
	return 0;
}

/* Options that are not numbers, or not only. */
static int read_word(struct request *request, int option, const char *text)
{
	switch (option) {
	case OPT_DB:
		request->db = text;
		return 0;
	case OPT_SERVER:
		request->server = text;
		return 0;
	case OPT_TRUTH:
		request->truth = text;
		return 0;
	case OPT_START:
		request->start = text;
		return 0;
	case OPT_AT_WORK:
		request->fleet.begins_at_work = true;
		return 0;
	default:
		return fail(EX_USAGE, "see plow-sim --help");
	}
}

static int read_option(struct request *request, int option, const char *name, const char *text)
{
	double vehicles = 0, seed = 0;
	struct radio_mishaps *mishaps = &request->fleet.mishaps;
	const struct number numbers[] = {
		{OPT_VEHICLES, 1, 5000, &vehicles},
		{OPT_HZ, 0.01, 10, &request->hz},
		{OPT_SECONDS, 1, 31 * 86400, &request->seconds},
		{OPT_SEED, 0, 9007199254740992.0, &seed},
		{OPT_SPEED, 0.01, 10000, &request->post.speed},
		{OPT_HEAD_START, 0, 31 * 86400, &request->post.head_start_s},
		{OPT_SIGMA, 0, 100, &request->fleet.sigma_m},
		{OPT_SILENCES, 0, 86400, &request->fleet.silences_s},
		{OPT_LOSS, 0, 0.9, &mishaps->lost},
		{OPT_DOUBLED, 0, 1, &mishaps->doubled},
		{OPT_LATE, 0, 1, &mishaps->late},
		{OPT_FADES, 0, 100, &mishaps->fades},
		{OPT_PATIENCE, 1, 86400, &request->post.patience_s},
	};
	int status;

	if (option == OPT_SPEED && strcmp(text, "max") == 0) {
		request->post.speed = 0;
		return 0;
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].option != option)
			continue;
		status = read_number(name, text, &numbers[i]);
		if (option == OPT_VEHICLES)
			request->fleet.vehicles = (size_t)vehicles;
		if (option == OPT_SEED)
			request->fleet.seed = (uint64_t)seed;
		return status;
	}
	return read_word(request, option, text);
}

/* The night begins on a whole second, early enough that nothing is sent from the future. */
static int find_start(struct request *request)
{
	double before_s = request->post.speed == 1 ? request->post.head_start_s : request->seconds;

	if (request->start && rfc3339_parse(request->start, &request->fleet.start_ms) != 0)
		return fail(EX_USAGE, "--start takes a time as 2027-01-15T19:30:05Z, not \"%s\"",
			    request->start);
	if (!request->start)
		request->fleet.start_ms = wall_clock_ms() - (int64_t)(1000 * before_s);
	request->fleet.start_ms -= request->fleet.start_ms % 1000;
	return 0;
}

static int read_request(int argc, char **argv, struct request *request)
{
	int option, index = 0, status;

	*request = (struct request){
		.fleet = {.sigma_m = 4,
			  .mishaps = {.lost = 0.05, .doubled = 0.02, .late = 0.03, .fades = 1}},
		.post = {.speed = 1, .patience_s = 60},
	};
	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		if (option == '?')
			return fail(EX_USAGE, "see plow-sim --help");
		status = read_option(request, option, options[index].name, optarg);
		if (status)
			return status;
	}
	if (optind < argc)
		return fail(EX_USAGE, "\"%s\" is not an option; see plow-sim --help", argv[optind]);
	if (!request->db || !request->server || !request->truth || !request->fleet.vehicles ||
	    request->hz == 0 || request->seconds == 0)
		return fail(EX_USAGE, "--db, --server, --vehicles, --hz, --seconds and --truth are "
				      "needed; see plow-sim --help");
	if (address_parse(request->server, &request->post.server) != 0)
		return fail(EX_USAGE, "--server takes HOST:PORT with a numeric host, not \"%s\"",
			    request->server);
	request->fleet.interval_ms = lround(1000 / request->hz);
	request->fleet.length_ms = lround(1000 * request->seconds);
	request->post.vehicles = request->fleet.vehicles;
	return find_start(request);
}

/* Registers one vehicle, or gives it a new key when an earlier night left it registered. */
static int register_vehicle(struct db *db, struct fleet *fleet, size_t i, bool *out_added)
{
	struct vehicle vehicle = {0};
	struct seal_key key;
	char code[FLEET_CODE_BYTES];
	uint64_t spool_id;
	int error;

	fleet_code(i, code);
	snprintf(vehicle.code, sizeof(vehicle.code), "%s", code);
	snprintf(vehicle.name, sizeof(vehicle.name), "除雪車%zu号", i + 1);
	snprintf(vehicle.class_code, sizeof(vehicle.class_code), "%s",
		 fleet_machine(fleet, i).class_code);
	snprintf(vehicle.contractor, sizeof(vehicle.contractor), "%s",
		 i % 4 == 0 ? "直営" : "委託");
	error = vehicle_add(db, &vehicle, &key);
	*out_added = error == 0;
	if (error == -EEXIST)
		error = vehicle_rotate(db, code, &key);
	if (error)
		return error;
	randombytes_buf(&spool_id, sizeof(spool_id));
	fleet_give_key(fleet, i, &key, spool_id >> 1);
	sodium_memzero(&key, sizeof(key));
	return 0;
}

static int fail_db(struct db *db, int error)
{
	return fail(exit_status_of(error), "%s", db_why(db));
}

/* Reads the town and makes the fleet. */
static int load_town(struct db *db, struct request *request, struct fleet **out)
{
	struct network *net = NULL;
	double *depots = NULL;
	int error = network_load(db, &net);

	if (!error)
		error = depots_load(db, &depots, &request->fleet.depot_count);
	request->fleet.depots = depots;
	if (!error)
		*out = fleet_new(net, &request->fleet);
	network_free(net);
	free(depots);
	if (error)
		return fail_db(db, error);
	if (!*out)
		return fail(EX_DATAERR, "%s has no roads to drive on; plow-import brings them in",
			    request->db);
	return 0;
}

/* The database is the last thing that is changed: what fails before it leaves it as it was. */
static int prepare(struct db *db, struct request *request, struct fleet **out, FILE **out_truth)
{
	int status = load_town(db, request, out);

	if (status)
		return status;
	*out_truth = fopen(request->truth, "w");
	if (!*out_truth)
		return fail(EX_CANTCREAT, "cannot write %s: %s", request->truth, strerror(errno));
	fleet_write_truth(*out, *out_truth);
	request->added = x_calloc(request->fleet.vehicles, sizeof(*request->added));
	for (size_t i = 0; i < request->fleet.vehicles; i++) {
		int error = register_vehicle(db, *out, i, &request->added[i]);

		if (error)
			return fail_db(db, error);
	}
	return 0;
}

/*
 * Nobody acknowledged anything: who was registered for this night is no vehicle any more, unless something
 * was heard of one of them.
 */
static void take_back(const struct request *request)
{
	const struct master_by by = {.name = "plow-sim", .time_ms = wall_clock_ms()};
	struct db *db;
	int error = db_open(request->db, DB_WRITE, &db);

	if (!error) {
		struct db_txn txn = db_txn_begin(db);

		for (size_t i = 0; i < request->fleet.vehicles && !txn.error; i++) {
			struct vehicle vehicle;
			char code[FLEET_CODE_BYTES];
			bool is_retired = false;

			if (!request->added[i])
				continue;
			fleet_code(i, code);
			txn.error = vehicle_find(db, code, &vehicle);
			fleet_remove(&txn, &vehicle, &by, &is_retired);
			if (!txn.error && is_retired)
				txn.error = -ECANCELED;
		}
		error = db_txn_end(&txn);
	}
	if (error && error != -ECANCELED)
		fprintf(stderr, "plow-sim: its vehicles stay registered: %s\n", db_why(db));
	db_close(db);
}

static void summarise(const struct request *request, const struct fleet *fleet)
{
	struct fleet_totals totals = fleet_totals(fleet);
	struct radio_counts sum = {0};

	for (size_t i = 0; i < request->fleet.vehicles; i++) {
		struct radio_counts counts = radio_counts(fleet_radio(fleet, i));

		sum.sent += counts.sent;
		sum.lost += counts.lost;
		sum.doubled += counts.doubled;
		sum.late += counts.late;
		sum.resent_fixes += counts.resent_fixes;
	}
	fprintf(stderr,
		"plow-sim: %zu vehicles drove %.1f km, %.1f km of them at work; %llu fixes, %llu "
		"sent again; "
		"%llu datagrams, %llu lost, %llu doubled, %llu late\n",
		request->fleet.vehicles, totals.driven_m / 1000, totals.worked_m / 1000,
		(unsigned long long)totals.fixes, (unsigned long long)sum.resent_fixes,
		(unsigned long long)sum.sent, (unsigned long long)sum.lost,
		(unsigned long long)sum.doubled, (unsigned long long)sum.late);
}

static int drive_night(struct request *request, struct fleet *fleet)
{
	int error = post_run(fleet, &request->post);

	summarise(request, fleet);
	if (error == -ETIMEDOUT) {
		take_back(request);
		return fail(EX_UNAVAILABLE,
			    "%s acknowledged nothing for %g s; is plowd running with %s?",
			    request->server, request->post.patience_s, request->db);
	}
	if (error && error != -EINTR)
		return fail(exit_status_of(error), "cannot send to %s: %s", request->server,
			    uv_strerror(error));
	return 0;
}

static int run(struct request *request)
{
	struct fleet *fleet = NULL;
	FILE *truth = NULL;
	struct db *db;
	int error = db_open(request->db, DB_WRITE, &db);
	int status = error ? fail_db(db, error) : prepare(db, request, &fleet, &truth);

	db_close(db);
	if (!status)
		status = drive_night(request, fleet);
	if (truth && fclose(truth) != 0 && !status)
		status = fail(EX_IOERR, "cannot write %s: %s", request->truth, strerror(errno));
	fleet_free(fleet);
	free(request->added);
	return status;
}

int main(int argc, char **argv)
{
	struct request request;
	int status;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			fputs(help, stdout);
			return 0;
		}
		if (strcmp(argv[i], "--version") == 0) {
			puts("plow-sim " PLOW_VERSION);
			return 0;
		}
	}
	if (seal_init() != 0)
		return fail(EX_SOFTWARE, "libsodium cannot be initialised");
	status = read_request(argc, argv, &request);
	return status ? status : run(&request);
}
