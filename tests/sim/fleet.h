/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A night's fleet: crews, receivers and radios of all vehicles, driven on together in simulated
 * time. The same network, depots, seed and settings give the same fixes and the same truth.  One
 * thread; no sockets and no clock.
 */
#ifndef PLOW_TESTS_SIM_FLEET_H
#define PLOW_TESTS_SIM_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/attr.h"
#include "common/seal.h"
#include "tests/sim/crew.h"
#include "tests/sim/radio.h"

struct fleet;
struct network;

struct fleet_settings {
	size_t vehicles;
	uint64_t seed;
	int64_t start_ms; /* Unix time of the first fix; whole seconds */
	int64_t length_ms;
	int64_t interval_ms; /* between a vehicle's fixes */
	double sigma_m;      /* of the receivers */
	double silences_s;   /* between long silences of a receiver; 0: there are none */
	struct radio_mishaps mishaps;
	bool begins_at_work;
	const double *depots; /* 2 * depot_count degrees, longitude first */
	size_t depot_count;
};

#define FLEET_CODE_BYTES 32

/* NULL when the network has no road to drive on.  The network is held. */
struct fleet *fleet_new(struct network *net, const struct fleet_settings *settings);
void fleet_free(struct fleet *fleet);

/* Writes the truth to a file, from now on; it stays the caller's. */
void fleet_write_truth(struct fleet *fleet, FILE *truth);

/* A vehicle's code ("SIM-001") and machine, for registering it before its radio gets a key. */
void fleet_code(size_t vehicle, char out[FLEET_CODE_BYTES]);
struct machine fleet_machine(const struct fleet *fleet, size_t vehicle);
void fleet_give_key(struct fleet *fleet, size_t vehicle, const struct seal_key *key,
		    uint64_t spool_id);
struct radio *fleet_radio(const struct fleet *fleet, size_t vehicle); /* NULL before it has a key */

/* Milliseconds of the night that have passed, and whether it is over. */
int64_t fleet_passed_ms(const struct fleet *fleet);
bool fleet_is_over(const struct fleet *fleet);

/* Drives on to the next moment at which something is measured or written down. */
void fleet_step(struct fleet *fleet);

struct fleet_totals {
	double driven_m, worked_m;
	uint64_t fixes;
};
struct fleet_totals fleet_totals(const struct fleet *fleet);

#endif
