/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who tried too many wrong passwords has to wait.  Tries are counted under any text: a name from an
 * address, an address, a name.  Up to a limit they cost nothing; from there on every further one is
 * followed by a wait that doubles, from 5 s to the longest that is allowed under such a text.  A quarter
 * of an hour without a try forgets.
 *
 * Where a right password came from is remembered for a month, so that who is at home there need not
 * wait for what others try elsewhere.
 *
 * A try counts as wrong from the moment it is let in, so that many at once are no way around it;
 * the right password takes it back.  The tables are bounded: the one longest quiet makes room.  Loop
 * thread.
 */
#ifndef PLOW_SERVER_PLOWD_ACCOUNTS_LOCKOUT_H
#define PLOW_SERVER_PLOWD_ACCOUNTS_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#define LOCKOUT_ENTRIES 4096
#define LOCKOUT_HOMES 1024
#define LOCKOUT_HOME_MS (INT64_C(30) * 86400 * 1000)
#define LOCKOUT_FIRST_MS 5000
#define LOCKOUT_LONGEST_MS (15 * 60000)

struct lockout;

struct lockout *lockout_new(void);
void lockout_free(struct lockout *lockout);

/* Milliseconds until another try may be made; 0: now.  Times are of a clock that nobody sets. */
int64_t lockout_wait_ms(const struct lockout *lockout, const char *text, int64_t now_ms);

struct lockout_rule {
	unsigned limit;     /* after so many tries one has to wait, */
	int64_t longest_ms; /* at most so long, and never longer than LOCKOUT_LONGEST_MS */
};
/* A try is made. */
void lockout_charge(struct lockout *lockout, const char *text, const struct lockout_rule *rule, int64_t now_ms);
/* It was right: all of the text's tries are forgotten, or the last one alone. */
void lockout_forgive(struct lockout *lockout, const char *text);
void lockout_take_back(struct lockout *lockout, const char *text);

/* A right password came under this text; whether one did within the last month. */
void lockout_settle(struct lockout *lockout, const char *text, int64_t now_ms);
bool lockout_is_home(const struct lockout *lockout, const char *text, int64_t now_ms);

#endif
