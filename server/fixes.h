/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fixes in the database: the one way in for live units, router NMEA, phones and files alike, and the
 * one way out for matching.
 *
 * A fix is kept for good.  The table `fix` holds the one that counts for each (vehicle, millisecond):
 * the highest trust, then the smaller canonical bytes, whoever came first; the others are kept in
 * `fix_superseded`.  So the outcome does not depend on the order of arrival.  Every change marks its
 * vehicle's time as stale in the same transaction, for the matcher.
 *
 * A fix_writer or fix_reader belongs to its connection and thread.
 */
#ifndef PLOW_SERVER_FIXES_H
#define PLOW_SERVER_FIXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"
#include "common/wire.h"

struct db;
struct db_txn;
struct fix_writer;
struct fix_reader;

struct fix_row {
	int64_t vehicle_id;
	int64_t received_ms;
	struct fix fix;
	uint8_t trust; /* enum fix_trust */
};

enum fix_outcome {
	FIX_STORED,    /* the first of its millisecond */
	FIX_REPLACED,  /* counts now; what counted before is kept aside */
	FIX_KEPT_ASIDE, /* another one counts */
	FIX_DUPLICATE, /* was there already: nothing changed */
};

struct fix_writer *fix_writer_new(struct db *db); /* NULL with db_why() set */
void fix_writer_free(struct fix_writer *writer);

/* Puts one fix; a sticky step of the transaction. */
enum fix_outcome fix_put(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row);

/* Keeps a fix that cannot be believed, with the reason; the same one again changes nothing. */
void fix_quarantine(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row,
		    const char *reason);

/*
 * Takes a fix out of quarantine that came again and is believed now.  Returns whether it was there.
 */
bool fix_believed(struct fix_writer *writer, struct db_txn *txn, const struct fix_row *row);

/*
 * A receiver whose week counter has rolled over gives the right position and time of day with a
 * date 1,024 weeks off, or a multiple of that: then the date is moved to the time of receipt, if it
 * comes within three days of it, and FIX_TIME_REPAIRED is set.  Returns whether it was.
 */
bool fix_repair_weeks(struct fix *fix, int64_t received_ms);

/* Why a live fix cannot be believed at its time of receipt, or NULL. */
const char *fix_doubt(const struct fix *fix, int64_t received_ms);

/* Marks a vehicle's time as changed, for the matcher. */
void fix_mark_stale(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, int64_t from_ms,
		    int64_t to_ms);

/* Notes that numbers first..last of a spool are stored. */
void fix_numbers_note(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, uint64_t spool_id,
		struct wire_range range);
/* Whether any of them is. */
bool fix_numbers_have(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, uint64_t spool_id,
		      struct wire_range range);
/* Fills in cumulative and ranges of an acknowledgement. */
void fix_numbers_ack(struct fix_writer *writer, struct db_txn *txn, int64_t vehicle_id, uint64_t spool_id,
	       struct wire_ack *out);

struct fix_reader *fix_reader_new(struct db *db); /* NULL with db_why() set */
void fix_reader_free(struct fix_reader *reader);

/* An array of fixes that grows and is used again. */
struct fix_list {
	struct fix *fixes;
	size_t count, capacity;
};
void fix_list_free(struct fix_list *list);

/*
 * Appends a vehicle's fixes that count (valid, trust above 0) with from_ms <= time < to_ms, by time.
 * Returns 0 or negative errno with db_why() set.
 */
int fix_read(struct fix_reader *reader, int64_t vehicle_id, int64_t from_ms, int64_t to_ms,
	     struct fix_list *list) PLOW_MUST_USE;

/* The time of the first counted fix after after_ms, or INT64_MAX. */
int64_t fix_next(struct fix_reader *reader, int64_t vehicle_id, int64_t after_ms);

/* The time of the last counted fix before before_ms, or INT64_MIN. */
int64_t fix_previous(struct fix_reader *reader, int64_t vehicle_id, int64_t before_ms);

/*
 * The newest valid fix of a vehicle, of any trust, or of those that are believed (above 0).  Returns 1, 0 when it
 * has none, or negative errno.
 */
int fix_newest(struct db *db, int64_t vehicle_id, bool is_believed, struct fix_row *out) PLOW_MUST_USE;

/*
 * Widens [*from_ms, *to_ms] to where the vehicle's counted fixes have a gap longer than gap_ms on
 * both sides: the stretch of time that a change inside it can influence.  *to_ms is the last fix.
 */
int fix_stretch(struct fix_reader *reader, int64_t vehicle_id, int64_t gap_ms, int64_t *from_ms,
		int64_t *to_ms) PLOW_MUST_USE;

#endif
