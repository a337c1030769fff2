/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The depots of a town's database, where its plows set out from.
 */
#ifndef PLOW_TESTS_SIM_DEPOTS_H
#define PLOW_TESTS_SIM_DEPOTS_H

#include <stddef.h>

#include "common/attr.h"

struct db;

/* Stores 2 * count degrees, longitude first, to be freed.  Returns 0 or negative errno, see
 * db_why(). */
int depots_load(struct db *db, double **out, size_t *out_count) PLOW_MUST_USE;

#endif
