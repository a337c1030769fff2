/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who tried too many wrong passwords has to wait.  Tries are counted under any text: a name from an
 * address, an address, a name.  Up to a limit they cost nothing; from there on every further one is
 * followed by a wait that doubles, from 5 s to 15 min.  A quarter of an hour without a try forgets.
 *
 * A try counts as wrong from the moment it is let in, so that many at once are no way around it;
 * the right password takes it back.  The table is bounded: the one longest quiet makes room.  Loop
 * thread.
 */
#ifndef PLOW_SERVER_PLOWD_ACCOUNTS_LOCKOUT_H
#define PLOW_SERVER_PLOWD_ACCOUNTS_LOCKOUT_H

#include <stdint.h>

#define LOCKOUT_ENTRIES 4096
#define LOCKOUT_FIRST_MS 5000
#define LOCKOUT_LONGEST_MS (15 * 60000)

struct lockout;

struct lockout *lockout_new(void);
void lockout_free(struct lockout *lockout);

/* Milliseconds until another try may be made; 0: now.  Times are of a clock that nobody sets. */
int64_t lockout_wait_ms(const struct lockout *lockout, const char *text, int64_t now_ms);
/* A try is made: after `limit` of them one has to wait. */
void lockout_charge(struct lockout *lockout, const char *text, unsigned limit, int64_t now_ms);
/* It was right: all of the text's tries are forgotten, or the last one alone. */
void lockout_forgive(struct lockout *lockout, const char *text);
void lockout_take_back(struct lockout *lockout, const char *text);

#endif
