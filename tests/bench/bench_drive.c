/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes drives for matchers to be timed on:
 *
 *	bench_drive --db DB --trips N --seconds S --seed K [--sigma M] > track.csv
 *
 * Each trip starts somewhere on a road cars may use and goes on, rather straight ahead, turning
 * round only where nothing else is left, at 8 to 14 m/s, a fix a second, with a receiver's
 * wandering error (tests/sim/gnss.h).  Trips begin an hour apart.  The same arguments and roads
 *give the same track.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/exits.h"
#include "gis/db.h"
#include "gis/geo.h"
#include "gis/network.h"
#include "gis/network_db.h"
#include "gis/route.h"
#include "tests/sim/gnss.h"
#include "tests/sim/random.h"

#define START_S 1800000000
#define APART_S 3600
#define STRAIGHT_SHARE 0.7
#define NEIGHBOURS_MOST 16

/* Where every car may drive: the classes OpenStreetMap gives ("" is a road of another source). */
static const char *const open_classes[] = {
	"",
	"motorway",
	"motorway_link",
	"trunk",
	"trunk_link",
	"primary",
	"primary_link",
	"secondary",
	"secondary_link",
	"tertiary",
	"tertiary_link",
	"unclassified",
	"residential",
	"living_street",
};

struct options {
	const char *db;
	double trips, seconds, seed, sigma_m;
};

struct drive {
	const struct network *net;
	struct sim_random random;
	uint32_t arc;
	double at_m, speed_mps;
};

static bool is_open(const struct network *net, uint32_t arc)
{
	const struct road *road = network_road(net, network_link(net, arc_link(arc))->road);

	if (arc_is_against(net, arc))
		return false;
	for (size_t i = 0; i < sizeof(open_classes) / sizeof(open_classes[0]); i++)
		if (strcmp(road->class_code, open_classes[i]) == 0)
			return true;
	return false;
}

/* The course of an arc at one of its ends. */
static double course_at(const struct network *net, uint32_t arc, bool end)
{
	double x, y, course;
	bool far = arc_is_forward(arc) == end;

	network_point(net, arc_link(arc), far ? arc_length_m(net, arc) : 0, &x, &y, &course);
	return arc_is_forward(arc) ? course : course + 180;
}

static void enter(struct drive *drive, uint32_t arc)
{
	drive->arc = arc;
	drive->at_m = 0;
	drive->speed_mps = sim_range(&drive->random, 8, 14);
}

/* Rather straight ahead, else anywhere but back. */
static void go_on(struct drive *drive)
{
	size_t count, open = 0;
	const struct leaving *leaving =
		network_leaving(drive->net, arc_head(drive->net, drive->arc), &count);
	uint32_t arcs[NEIGHBOURS_MOST], best = arc_reverse(drive->arc);
	double best_deg = 360;

	for (size_t i = 0; i < count && open < NEIGHBOURS_MOST; i++) {
		uint32_t arc = arc_of(leaving[i].link, leaving[i].direction);
		double turn;

		if (arc == arc_reverse(drive->arc) || !is_open(drive->net, arc))
			continue;
		arcs[open++] = arc;
		turn = geo_turn_deg(course_at(drive->net, drive->arc, true),
				    course_at(drive->net, arc, false));
		if (turn < best_deg) {
			best_deg = turn;
			best = arc;
		}
	}
	if (open > 0 && !sim_chance(&drive->random, STRAIGHT_SHARE))
		best = arcs[sim_bits(&drive->random) % open];
	enter(drive, best);
}

static void advance(struct drive *drive, double seconds)
{
	while (seconds > 0) {
		double rest_m = arc_length_m(drive->net, drive->arc) - drive->at_m;

		if (drive->speed_mps * seconds < rest_m) {
			drive->at_m += drive->speed_mps * seconds;
			return;
		}
		seconds -= rest_m / drive->speed_mps;
		go_on(drive);
	}
}

static struct place place_of(const struct drive *drive)
{
	struct place place = {.link = arc_link(drive->arc), .speed_mps = drive->speed_mps};

	place.direction = arc_is_forward(drive->arc) ? 1 : -1;
	place.along_m = place.direction > 0 ? drive->at_m
					    : arc_length_m(drive->net, drive->arc) - drive->at_m;
	network_point(drive->net, place.link, place.along_m, &place.x_m, &place.y_m,
		      &place.course_deg);
	return place;
}

static void print_trip(struct drive *drive, double start_s, const struct options *options)
{
	struct gnss gnss = gnss_of(drive->random, options->sigma_m, 0);
	uint32_t arcs = 2 * (uint32_t)network_links(drive->net), arc;

	do {
		arc = (uint32_t)(sim_bits(&drive->random) % arcs);
	} while (!is_open(drive->net, arc));
	enter(drive, arc);
	for (double now = 0; now < options->seconds; now++) {
		struct place place = place_of(drive);
		struct fix fix;

		if (gnss_measure(&gnss, drive->net, &place, (struct sky){false, false}, now, 1,
				 &fix))
			printf("%.0f,%.7f,%.7f\n", start_s + now, fix.lat_e7 / 1e7,
			       fix.lon_e7 / 1e7);
		advance(drive, 1);
	}
}

static int read_options(int argc, char **argv, struct options *out)
{
	static const struct option rows[] = {
		{"db", required_argument, NULL, 'd'},      {"trips", required_argument, NULL, 't'},
		{"seconds", required_argument, NULL, 's'}, {"seed", required_argument, NULL, 'k'},
		{"sigma", required_argument, NULL, 'm'},   {0}};
	double *numbers[128] = {['t'] = &out->trips,
				['s'] = &out->seconds,
				['k'] = &out->seed,
				['m'] = &out->sigma_m};

	for (int c; (c = getopt_long(argc, argv, "", rows, NULL)) != -1;) {
		if (c == 'd')
			out->db = optarg;
		else if (c == '?')
			return EX_USAGE;
		else
			*numbers[c] = strtod(optarg, NULL);
	}
	return out->db && out->trips > 0 && out->seconds > 0 ? 0 : EX_USAGE;
}

int main(int argc, char **argv)
{
	struct options options = {.sigma_m = 5};
	struct network *net = NULL;
	struct db *db = NULL;
	int error, status = read_options(argc, argv, &options);

	if (status)
		return fail(status,
			    "bench_drive --db DB --trips N --seconds S --seed K [--sigma M]");
	error = db_open(options.db, DB_READ, &db);
	if (!error)
		error = network_load(db, &net);
	if (error)
		return fail(exit_status_of(error), "%s", db_why(db));
	puts("unix_time,lat,lon");
	for (double trip = 0; trip < options.trips; trip++) {
		struct drive drive = {
			.net = net,
			.random = sim_random_of((uint64_t)options.seed, (uint64_t)trip)};

		print_trip(&drive, START_S + trip * (options.seconds + APART_S), &options);
	}
	network_free(net);
	db_close(db);
	return 0;
}
