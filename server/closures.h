/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closures (通行止め) in the database: where, from when to when, and what is said of it in Japanese,
 * in easy Japanese and in English.  Nothing is deleted: one that was withdrawn stays with who did it.
 * Steps of a transaction are sticky; on the caller's connection and thread.
 */
#ifndef PLOW_SERVER_CLOSURES_H
#define PLOW_SERVER_CLOSURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "gis/shape.h"
#include "server/stretches.h"

struct db;
struct db_txn;
struct json;
struct master_by;
struct network;

#define CLOSURES_MAX 500 /* that count at a time */

enum closure_language { CLOSURE_JA, CLOSURE_JA_EASY, CLOSURE_EN, CLOSURE_LANGUAGES };
const char *closure_language_name(enum closure_language language); /* "ja", "ja-easy", "en" */

struct closure {
	int64_t id, version;
	char text[CLOSURE_LANGUAGES][512]; /* of ja something is said; the others may be empty */
	int64_t from_ms, end_ms;
	struct shape shape;            /* empty when read: see geojson */
	struct stretch_list stretches; /* empty for one that was drawn */
	char *geojson;                 /* where it is, when read */
	char made_by[128], changed_by[128], withdrawn_by[128];
	int64_t made_ms, changed_ms, withdrawn_ms; /* 0: not changed, it counts */
};

void closure_free(struct closure *closure); /* what it holds, not itself */

/* Sets the id; -EMFILE when so many count already. */
void closure_add(struct db_txn *txn, struct closure *closure, const struct master_by *by);
/* -ENOENT, -ESTALE; -EPERM when it was withdrawn. */
void closure_change(struct db_txn *txn, const struct closure *closure, const struct master_by *by);
void closure_withdraw(struct db_txn *txn, const struct closure *closure, const struct master_by *by);

/* Which are asked for. */
struct closure_question {
	int64_t only_id;   /* this one; 0: */
	int64_t before_id; /* the newest below it, at most `most`, also ended and withdrawn ones; 0: */
	int64_t now_ms;    /* all that count at this time or later, at most CLOSURES_MAX */
	int64_t most;
};
/* The newest first. The closure is the caller's own to free. */
typedef void closure_cb(struct closure *closure, void *arg);
int closure_each(struct db *db, const struct closure_question *question, closure_cb *found,
		 void *arg) PLOW_MUST_USE;

/* Changes when those that count at this time have changed. */
int closures_mark(struct db *db, int64_t now_ms, int64_t *out_mark) PLOW_MUST_USE;

/* CLOSURE of docs/API.md; net may be NULL. */
void closure_show(struct json *json, const struct network *net, const struct closure *closure);

#endif
