/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is signed in, as the loop knows it: users and sessions of the database, read again within a
 * quarter of a second after anybody changed them (so `plowctl user` takes effect at once), and when
 * each session was last seen, which is stored about once a minute.
 *
 * A session ends by itself when it was not used for the idle time, and at the latest after the
 * longest time, whatever it did.  Loop thread; reading and storing run on a worker thread.
 */
#ifndef PLOW_SERVER_PLOWD_ACCOUNTS_SESSIONS_H
#define PLOW_SERVER_PLOWD_ACCOUNTS_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "server/accounts.h"
#include "server/plowd/accounts/caller.h"

struct sessions;
struct writer;

struct sessions_config {
	uv_loop_t *loop;
	const char *db_path;
	struct writer *writer;
	int64_t idle_ms, longest_ms;
	/* Called when sessions may have ended, and once a second; may be NULL. */
	void (*on_change)(void *arg);
	void *arg;
};

/* Reads for the first time at once.  Returns 0 or negative errno with a sentence in why. */
int sessions_start(const struct sessions_config *config, struct sessions **out, char *why,
		   size_t why_size) PLOW_MUST_USE;
/* After writer_leave(), before writer_stop(): waits for what it is storing. */
void sessions_stop(struct sessions *sessions);

/* Who comes with this token, and that he was seen; false: nobody, or not any more. */
bool sessions_find(struct sessions *sessions, const char *token, struct caller *out);
/* The caller's session goes on, and was seen: for streams, which ask nothing by themselves. */
bool sessions_alive(struct sessions *sessions, const struct caller *caller);

/* What was just stored is known at once, not only with the next reading. */
void sessions_began(struct sessions *sessions, const struct account *account,
		    const struct account_session *session);
void sessions_ended(struct sessions *sessions, int64_t session_id);
/*
 * It is over though that could not be stored: nobody gets in by it any more, and storing it is tried
 * again until it succeeds.  Only who ends plowd before that finds it alive.
 */
void sessions_end_later(struct sessions *sessions, const struct caller *caller);
void sessions_ended_all(struct sessions *sessions, int64_t user_id);

#endif
