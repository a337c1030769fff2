/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road classes (道路区分) in the database: when a link of a class counts as done, what is cleared
 * first and until when (docs/COVERAGE.md).  A class without a row of its own follows the row '', which
 * is always there.  Steps of a transaction are sticky; on the caller's connection and thread.
 */
#ifndef PLOW_SERVER_ROAD_CLASSES_H
#define PLOW_SERVER_ROAD_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;
struct master_by;

#define ROAD_CLASS_CODE_BYTES 32

struct road_class {
	char code[ROAD_CLASS_CODE_BYTES]; /* as roads have it; "" for all without a row */
	char name[64];
	int64_t version; /* 0: it has no row, and follows "" */
	int64_t priority, required_passes;
	double required_share, required_width_m, gap_m, trim_m, trigger_cm;
	bool both_directions;
	char finish_by[8]; /* "07:30", town time */
	int64_t roads;	   /* of the town's own, how many are of it, and how long they are */
	double length_m;
};

/* Minutes after midnight of a time as "07:30", or -1. */
int road_class_minute(const char *finish_by);

/* What is wrong with a rule, as a sentence, or NULL. */
const char *road_class_fault(const struct road_class *road_class);

/* Gives a class a row (version 0: -EEXIST when it has one) or changes it (-ENOENT, -ESTALE). */
void road_class_put(struct db_txn *txn, const struct road_class *road_class, const struct master_by *by);
/* Takes the row away; -ENOENT, -ESTALE; -EPERM for "". */
void road_class_remove(struct db_txn *txn, const struct road_class *road_class, const struct master_by *by);

/* A class's rule: its own, else that of "" under its name and with version 0. */
int road_class_find(struct db *db, const char *code, struct road_class *out) PLOW_MUST_USE;
/* Those with a row and those that roads have, what is cleared first before the others; to be freed. */
int road_class_list(struct db *db, struct road_class **out, size_t *out_count) PLOW_MUST_USE;

#endif
