/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alarms in the database: a unit fell silent in its shift.  One is open for a vehicle at most, however
 * often it is raised; who has seen it is kept.  On the caller's connection and thread.
 */
#ifndef PLOW_SERVER_ALARMS_H
#define PLOW_SERVER_ALARMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct db;
struct db_txn;

struct alarm {
	int64_t id, vehicle_id;
	char vehicle[64];              /* its code */
	int64_t since_ms, raised_ms;   /* its last word before; when that was told */
	int64_t ended_ms;              /* heard again, or its shift over; 0: open */
	char acknowledged_by[128];
	int64_t acknowledged_ms;       /* 0: nobody has */
};

/* Raises one for alarm->vehicle_id, since since_ms; nothing when one is open. */
void alarm_raise(struct db_txn *txn, const struct alarm *alarm);
/* Ends the open one of a vehicle. */
void alarm_end(struct db_txn *txn, int64_t vehicle_id, int64_t ended_ms);
/* -ENOENT when there is none of this number, -EEXIST when somebody did before. */
void alarm_acknowledge(struct db_txn *txn, int64_t id, const char *by, int64_t time_ms);

int alarm_find(struct db *db, int64_t id, struct alarm *out) PLOW_MUST_USE; /* -ENOENT */
/* The newest first, at most `most`. Returns how many or negative errno. */
int alarm_list(struct db *db, struct alarm *out, size_t most) PLOW_MUST_USE;
/* The open ones, likewise. */
int alarm_list_open(struct db *db, struct alarm *out, size_t most) PLOW_MUST_USE;

#endif
