/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of every link in the current window (the open operation, else the day), as the pages
 * show it: the loop thread's copy of what the matcher thread works out.  Loop thread only.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_BOARD_H
#define PLOW_SERVER_PLOWD_LIVE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "server/operations.h"

struct network;

enum link_status {
	LINK_NOT_OURS,
	LINK_NONE,
	LINK_WORKING,
	LINK_PARTLY,
	LINK_DONE,
	LINK_SNOWED,
	LINK_UNKNOWN,
};

struct link_state {
	uint8_t status;                /* enum link_status */
	uint8_t share_forward_percent; /* of its length that was cleared, rounded down, 0..100 */
	uint8_t share_backward_percent;
	uint16_t passes;         /* over its middle, in both directions, */
	uint16_t passes_forward; /* and of those along the line */
	int64_t last_ms; /* when it was last worked on, or 0 */
};

struct link_change {
	uint32_t link;
	struct link_state state;
};

/* By when the roads of a class are to be done in the open operation; that of "" holds for all others. */
struct board_target {
	char class_code[32];
	int64_t time_ms; /* 0: by no time */
};

/* A line of the progress table: roads that are ours, in metres. */
struct progress_bar {
	char name[64];
	double length_m, done_m, partly_m; /* of whole links by their status */
	double snowed_m, unknown_m;        /* of those that are neither done nor partly */
	double todo_m;     /* what is still to clear, of partly cleared links only the rest */
	int64_t finish_ms; /* when it will be done at this pace, or 0 */
	const char *why;   /* then why it cannot be told (server/plowd/live/pace.h) */
	int64_t target_ms; /* by when it is to be done, or 0: of the operation, of a class its own */
};

struct board;

struct board_callbacks {
	void (*links)(const struct link_change *changes, size_t count, void *arg);
	void (*network)(void *arg);   /* roads were replaced: everything must be fetched anew */
	void (*operation)(void *arg); /* another operation, another window */
	void (*targets)(void *arg);   /* other hours by which classes are to be done */
	void *arg;
};

struct board *board_new(const struct board_callbacks *callbacks);
void board_free(struct board *board);

/*
 * Takes a network (held by the board from now on), the links' areas (index into area_names, or
 * UINT16_MAX) and their states. All arrays are copied.
 */
void board_set_network(struct board *board, struct network *net, int64_t revision,
		       const uint16_t *area_of_link, const char *const *area_names, size_t areas);
void board_set_states(struct board *board, const struct link_state *states, size_t count);
void board_set_operation(struct board *board, const struct operation *operation, int64_t from_ms);
void board_set_targets(struct board *board, const struct board_target *targets, size_t count);
void board_change(struct board *board, const struct link_change *changes, size_t count);

/* What time it is: called once a second, so that the pace is known. */
void board_tick(struct board *board, int64_t now_ms);

/* NULL before the first network came.  Who keeps it beyond the call, for another thread, holds it.
 */
struct network *board_network(const struct board *board);
int64_t board_revision(const struct board *board);
const struct link_state *board_links(const struct board *board, size_t *out_count);
/* The areas; a link that lies in none has the number board_area_count(). */
size_t board_area_count(const struct board *board);
const char *board_area_name(const struct board *board, size_t number);
size_t board_area_number(const struct board *board, uint32_t link);
/* The name of the area a link lies in, or "". */
const char *board_area(const struct board *board, uint32_t link);
const struct operation *board_operation(const struct board *board);
int64_t board_window_ms(const struct board *board); /* where the window begins */

/* The progress as it stands: the total, then per class, then per area; computed when asked. */
struct progress {
	struct progress_bar total;
	struct progress_bar *classes, *areas; /* the board's, good until its next change */
	size_t class_count, area_count;
};
struct progress board_progress(struct board *board);

/* How much of a link is still to clear. */
double link_state_todo_m(const struct link_state *state, double length_m);
const char *link_status_name(enum link_status status);

#endif
