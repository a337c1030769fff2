/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns what changes in live and board into events of the feed.  Changes are gathered for a tenth
 * of a second, so that a backlog of a thousand fixes of one vehicle is told once, and a burst of
 * links, or a thousand vehicles that report, is a list or a few.  Loop thread only.
 *
 * main() makes the publisher first, gives its functions to live and board as callbacks, and then
 * tells it of both.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_PUBLISH_H
#define PLOW_SERVER_PLOWD_LIVE_PUBLISH_H

#include <stddef.h>

#include <uv.h>

#define PUBLISH_EVERY_MS 100
#define PUBLISH_FIRST_MS 10 /* the first change after a rest waits only for its like of one commit */
#define PUBLISH_PROGRESS_EVERY_MS 2000 /* after a rest it goes out with the changes */

struct board;
struct feed;
struct link_change;
struct live;
struct live_vehicle;
struct publisher;

/* The feed must outlive it. */
struct publisher *publisher_new(uv_loop_t *loop, struct feed *feed);
void publisher_attach(struct publisher *publisher, const struct live *live, struct board *board);
/* Frees itself when the loop has closed its timers. */
void publisher_free(struct publisher *publisher);

/* Callbacks; arg is the publisher.  What comes before publisher_attach() is in the first snapshot.
 */
void publish_vehicle(const struct live_vehicle *vehicle, void *arg);
void publish_links(const struct link_change *changes, size_t count, void *arg);
void publish_network(void *arg);
void publish_operation(void *arg);
void publish_targets(void *arg);
void publish_alarms(void *arg); /* raised, ended or acknowledged: pages ask for the list */

#endif
