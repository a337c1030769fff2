/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to the server: a UDP socket, the name of the server looked up, and a timer, on which a
 * sender does its work.  When the server is silent for long the name is looked up anew and the
 * socket made anew, since either end of the radio may have moved.  Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_LINK_H
#define PLOW_TRACKER_LINK_H

#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "tracker-client/sender.h"
#include "tracker-client/source.h"

struct link;

struct link_config {
	uv_loop_t *loop;
	const struct endpoint *server; /* is copied */
	struct spool *spool;
	const struct seal_key *key; /* is copied */
	bool newest_first;
	void (*heard)(void *user); /* something was acknowledged, maybe */
	void (*ready)(
		void *user); /* once: the first look-up is over, and link_address() is known */
	void *user;
};

struct link *link_start(const struct link_config *config);
void link_stop(struct link *link); /* the loop has to run on until it is closed */
void link_free(struct link *link);

/* The spool committed (sender_committed()); newest_fix_ms stands in for a clock that is not set. */
void link_committed(struct link *link, bool is_new, int64_t newest_fix_ms);

/* Another key or server from now on. */
void link_change(struct link *link, const struct endpoint *server, const struct seal_key *key);

/* The address of the socket here as HOST:PORT, or NULL while there is none. */
const char *link_address(const struct link *link);
struct sender_state link_state(const struct link *link);

#endif
