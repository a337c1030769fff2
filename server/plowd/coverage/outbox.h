/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the matcher thread has to tell the loop: a new network, another window, changed links, where
 * vehicles are.  The matcher posts, the loop takes all at once; what concerned an older network is
 * dropped when a newer one is posted.
 */
#ifndef PLOW_SERVER_PLOWD_COVERAGE_OUTBOX_H
#define PLOW_SERVER_PLOWD_COVERAGE_OUTBOX_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "common/attr.h"
#include "server/plowd/live/board.h"

struct live;
struct network;
struct outbox;

/* The areas of a network's links, as board_set_network() takes them. */
struct area_map {
	uint16_t *area_of_link;
	char (*names)[64];
	size_t count;
};
struct area_map area_map_copy(const struct area_map *areas, size_t links);
void area_map_free(struct area_map *areas);

/*
 * Delivers to board and live on the loop thread, and calls on_alarms when alarms were raised or ended;
 * all of them must outlive it.
 */
struct outbox *outbox_start(uv_loop_t *loop, struct board *board, struct live *live,
			    void (*on_alarms)(void *arg), void *arg);
void outbox_stop(struct outbox *outbox); /* loop thread, after the matcher ended; frees itself */

/* Any one other thread.  The area map is taken over. */
void outbox_network(struct outbox *outbox, struct network *net, int64_t revision, struct area_map areas);
void outbox_operation(struct outbox *outbox, const struct operation *operation, int64_t from_ms);
/* The list is taken over; nothing happens when it is as before. */
void outbox_targets(struct outbox *outbox, struct board_target *targets, size_t count);
void outbox_links(struct outbox *outbox, const struct link_change *changes, size_t count);
void outbox_place(struct outbox *outbox, int64_t vehicle_id, int64_t link_id, const char *road);
void outbox_alarms(struct outbox *outbox);
/* Wakes the loop for what was posted. */
void outbox_send(struct outbox *outbox);

#endif
