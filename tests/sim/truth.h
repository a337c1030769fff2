/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The truth file of a simulated night (contracts.md, Simulated truth): where every vehicle truly
 * was, once a second, whatever its receiver and its radio made of it.
 */
#ifndef PLOW_TESTS_SIM_TRUTH_H
#define PLOW_TESTS_SIM_TRUTH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/attr.h"
#include "tests/sim/motion.h"

struct network;

/* Writes the header line. */
void truth_begin(FILE *file);
/* Writes one row. */
void truth_row(FILE *file, const struct network *net, const char *vehicle, int64_t unix_s,
	       const struct place *place, bool at_work);

#endif
