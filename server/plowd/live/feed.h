/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stream of changes: numbered events in a ring, and the pages that follow them as server-sent
 * events.  A page that comes back says which event it had last and gets what it missed; when that
 * is no longer in the ring it gets `reset` and fetches a snapshot.
 *
 * Numbers begin with the time of the start in microseconds and grow by one, so that a number from
 * before a restart is older than the ring and leads to `reset`, never to silent loss.
 *
 * A page that does not read is passed by the ring and gets `reset` when it reads again; what it is
 * in the middle of is kept for it.  Loop thread only.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_FEED_H
#define PLOW_SERVER_PLOWD_LIVE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#define FEED_EVENTS 8192                  /* the ring holds so many, */
#define FEED_BYTES_MAX ((size_t)8 << 20) /* and so much: more is slower to catch up with than a snapshot */
#define FEED_NOW_MS 5000 /* how often every page is told the time, and so that the stream lives */

struct feed;
struct httpd_request;
struct now;
struct stats;

/* At most `clients` pages follow at a time; further ones get 503. stats and now must outlive the
 * feed. */
struct feed *feed_new(uv_loop_t *loop, struct stats *stats, const struct now *now, size_t clients);

/* Frees the feed when the loop has closed its timer; after httpd_stop(), which ends the streams. */
void feed_free(struct feed *feed);

/* What an event is: its name, a plain word, and its data, one line of JSON. */
struct feed_event {
	const char *name;
	const void *json;
	size_t size;
	const char *contractor; /* whose it is; NULL: it concerns everybody */
};
void feed_publish(struct feed *feed, const struct feed_event *event);

/* The number of the last event. */
uint64_t feed_last(const struct feed *feed);

/* Who follows.  Contractors are passed over by other contractors' events. */
struct caller;

/* Answers GET /events. */
void feed_follow(struct feed *feed, struct httpd_request *request, const struct caller *caller);

/* Ends the streams of those who may not go on. */
void feed_end_unless(struct feed *feed, bool (*may_go_on)(const struct caller *caller, void *arg),
		     void *arg);

#endif
