/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a link counts as done: the numbers are data of the road class (table road_class), what they
 * mean is written here and in docs/COVERAGE.md.  But for reading the table, pure.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_RULE_H
#define PLOW_SERVER_PLOWD_COVERAGE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"

struct board_target;
struct coverage_interval;
struct db;
struct operation;

struct rule {
	char code[32]; /* of the road class; "": the rule of all others */
	int priority;  /* 1 is cleared first */
	double share;  /* so much of the link's length must have its passes */
	uint32_t passes;
	uint32_t width_cm;    /* and so wide it must have been swept; 0: not asked */
	bool both_directions; /* in each direction; else in both together */
	double trigger_cm;    /* new snow after which it is to be done again; 0: never */
	double gap_m, trim_m;
	int finish_minute; /* by so many minutes after midnight it is to be done; -1: none */
};

/* The rules, that of "" first; there is always one. */
struct rule_book {
	struct rule *rules;
	size_t count;
};
int rule_book_load(struct db *db, struct rule_book *out) PLOW_MUST_USE; /* with db_why() set */
bool rule_book_equals(const struct rule_book *a, const struct rule_book *b);
void rule_book_free(struct rule_book *book);
const struct rule *rule_find(const struct rule_book *book, const char *code);

/*
 * By when each rule's roads are to be done while an operation is open, in the order of the rules: by
 * the class's own hour, the first after the operation's start, or by the operation's target where that
 * is earlier.  A class without a rule of its own goes by the operation's target, and where there is
 * none by the hour of all others.  Without an operation there is nothing to be done by a time.
 * To be freed; as many as there are rules.
 */
struct board_target *rule_targets(const struct rule_book *book, const struct operation *operation) PLOW_MUST_USE;

/* A cleared stretch of a road. */
struct stretch {
	int64_t from_cm, to_cm, last_ms;
	uint32_t passes;
	uint32_t width_cm; /* swept by them, added up */
};

/* By place, not overlapping. */
struct stretches {
	struct stretch *list;
	size_t count, capacity;
};

/* What was cleared of a road: each direction, and the passes of both added up. */
struct cleared {
	struct stretches forward, backward, both;
};
void cleared_free(struct cleared *cleared);
void cleared_begin(struct cleared *cleared);
void cleared_take(struct cleared *cleared, const struct coverage_interval *interval);
void cleared_end(struct cleared *cleared); /* adds the directions up */

/* A link's place along its road, and how much of its ends is not asked for. */
struct rule_link {
	int64_t from_cm, to_cm;
	bool is_oneway;
	bool starts_at_junction, ends_at_junction;
};

bool rule_is_met(const struct rule *rule, const struct cleared *cleared,
		 const struct rule_link *link);

/*
 * The share of [from_cm, to_cm) with at least so many passes, and so wide swept; uncleared gaps of
 * up to gap_cm between such stretches count as well.
 */
struct rule_asks {
	uint32_t passes, width_cm;
	int64_t gap_cm;
};
double stretches_share(const struct stretches *stretches, int64_t from_cm, int64_t to_cm,
		       const struct rule_asks *asks);
/* The passes at a place, and the latest time within a stretch, or 0. */
uint32_t stretches_passes(const struct stretches *stretches, int64_t at_cm);
int64_t stretches_last(const struct stretches *stretches, int64_t from_cm, int64_t to_cm);

#endif
