/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "server/plowd/live/pace.h"

struct board {
	struct board_callbacks callbacks;
	struct network *net;
	int64_t revision;
	struct link_state *states; /* one a link */
	size_t links;
	uint16_t *area_of_link, *class_of_link;
	struct operation operation;
	int64_t window_ms;
	struct board_target *targets;
	size_t target_count;

	struct progress_bar *classes, *areas;
	size_t class_count, area_count;
	struct pace *paces; /* of the total, the classes and the areas */
	int64_t now_ms, paced_ms;
};

struct board *board_new(const struct board_callbacks *callbacks)
{
	struct board *board = x_calloc(1, sizeof(*board));

	board->callbacks = *callbacks;
	return board;
}

static void forget_network(struct board *board)
{
	network_free(board->net);
	free(board->states);
	free(board->area_of_link);
	free(board->class_of_link);
	free(board->classes);
	free(board->areas);
	free(board->paces);
}

void board_free(struct board *board)
{
	if (!board)
		return;
	forget_network(board);
	free(board->targets);
	free(board);
}

static uint16_t class_number(struct board *board, const char *code, size_t *capacity)
{
	size_t i = 0;

	while (i < board->class_count && strcmp(board->classes[i].name, code) != 0)
		i++;
	if (i == board->class_count) {
		if (i == UINT16_MAX - 1)
			return 0; /* more classes than any town has share one line */
		board->classes = x_grow(board->classes, i, capacity, sizeof(*board->classes));
		board->classes[i] = (struct progress_bar){0};
		snprintf(board->classes[i].name, sizeof(board->classes[i].name), "%s", code);
		board->class_count++;
	}
	return (uint16_t)i;
}

/* Numbers the classes of our own roads; other roads get none. */
static void number_classes(struct board *board)
{
	size_t capacity = 0;

	board->classes = NULL;
	board->class_count = 0;
	board->class_of_link = x_calloc(board->links, sizeof(*board->class_of_link));
	for (uint32_t i = 0; i < board->links; i++) {
		const struct road *road =
			network_road(board->net, network_link(board->net, i)->road);

		board->class_of_link[i] = road->admin == ADMIN_TOWN
						  ? class_number(board, road->class_code, &capacity)
						  : UINT16_MAX;
	}
}

static struct link_state state_before_work(const struct network *net, uint32_t link)
{
	bool ours = network_road(net, network_link(net, link)->road)->admin == ADMIN_TOWN;

	return (struct link_state){.status = ours ? LINK_NONE : LINK_NOT_OURS};
}

void board_set_network(struct board *board, struct network *net, int64_t revision,
		       const uint16_t *area_of_link, const char *const *area_names, size_t areas)
{
	struct network *held = network_hold(net);

	forget_network(board);
	board->net = held;
	board->revision = revision;
	board->links = network_links(net);
	board->states = x_calloc(board->links, sizeof(*board->states));
	for (uint32_t i = 0; i < board->links; i++)
		board->states[i] = state_before_work(net, i);
	board->area_of_link = x_calloc(board->links, sizeof(*board->area_of_link));
	memcpy(board->area_of_link, area_of_link, board->links * sizeof(*area_of_link));
	board->areas = x_calloc(areas, sizeof(*board->areas));
	board->area_count = areas;
	for (size_t i = 0; i < areas; i++)
		snprintf(board->areas[i].name, sizeof(board->areas[i].name), "%s", area_names[i]);
	number_classes(board);
	board->paces = x_calloc(1 + board->class_count + areas, sizeof(*board->paces));
	board->callbacks.network(board->callbacks.arg);
}

void board_set_states(struct board *board, const struct link_state *states, size_t count)
{
	if (count == board->links)
		memcpy(board->states, states, count * sizeof(*states));
}

void board_set_operation(struct board *board, const struct operation *operation, int64_t from_ms)
{
	if (board->paces && from_ms != board->window_ms)
		memset(board->paces, 0,
		       (1 + board->class_count + board->area_count) * sizeof(*board->paces));
	board->operation = *operation;
	board->window_ms = from_ms;
	board->callbacks.operation(board->callbacks.arg);
}

void board_set_targets(struct board *board, const struct board_target *targets, size_t count)
{
	board->targets = x_realloc(board->targets, count, sizeof(*targets));
	if (count > 0)
		memcpy(board->targets, targets, count * sizeof(*targets));
	board->target_count = count;
	board->callbacks.targets(board->callbacks.arg);
}

void board_change(struct board *board, const struct link_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (changes[i].link < board->links)
			board->states[changes[i].link] = changes[i].state;
	}
	board->callbacks.links(changes, count, board->callbacks.arg);
}

struct network *board_network(const struct board *board)
{
	return board->net;
}

int64_t board_revision(const struct board *board)
{
	return board->revision;
}

const struct link_state *board_links(const struct board *board, size_t *out_count)
{
	*out_count = board->links;
	return board->states;
}

size_t board_area_count(const struct board *board)
{
	return board->area_count;
}

const char *board_area_name(const struct board *board, size_t number)
{
	return number < board->area_count ? board->areas[number].name : "";
}

size_t board_area_number(const struct board *board, uint32_t link)
{
	size_t area = board->area_of_link[link];

	return area < board->area_count ? area : board->area_count;
}

const char *board_area(const struct board *board, uint32_t link)
{
	return board_area_name(board, board->area_of_link[link]);
}

const struct operation *board_operation(const struct board *board)
{
	return &board->operation;
}

int64_t board_window_ms(const struct board *board)
{
	return board->window_ms;
}

static void clear_bars(struct progress_bar *bars, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct progress_bar empty = {0};

		memcpy(empty.name, bars[i].name, sizeof(empty.name));
		bars[i] = empty;
	}
}

double link_state_todo_m(const struct link_state *state, double length_m)
{
	uint8_t forward = state->share_forward_percent, backward = state->share_backward_percent;

	if (state->status == LINK_DONE || state->status == LINK_NOT_OURS)
		return 0;
	if (state->status == LINK_PARTLY || state->status == LINK_WORKING)
		return length_m * (1 - (forward > backward ? forward : backward) / 100.0);
	return length_m;
}

static void add_link(struct progress_bar *bar, double length_m, const struct link_state *state)
{
	bar->length_m += length_m;
	bar->todo_m += link_state_todo_m(state, length_m);
	if (state->status == LINK_DONE)
		bar->done_m += length_m;
	else if (state->status == LINK_PARTLY || state->status == LINK_WORKING)
		bar->partly_m += length_m;
	else if (state->status == LINK_SNOWED)
		bar->snowed_m += length_m;
	else if (state->status == LINK_UNKNOWN)
		bar->unknown_m += length_m;
}

static void add_links(struct board *board, struct progress *progress)
{
	for (uint32_t i = 0; i < board->links; i++) {
		double length_m = network_link(board->net, i)->length_m;
		const struct link_state *state = &board->states[i];

		if (board->class_of_link[i] == UINT16_MAX)
			continue;
		add_link(&progress->total, length_m, state);
		add_link(&board->classes[board->class_of_link[i]], length_m, state);
		if (board->area_of_link[i] < board->area_count)
			add_link(&board->areas[board->area_of_link[i]], length_m, state);
	}
}

static int64_t target_of_class(const struct board *board, const char *code)
{
	int64_t others_ms = 0;

	for (size_t i = 0; i < board->target_count; i++) {
		if (strcmp(board->targets[i].class_code, code) == 0)
			return board->targets[i].time_ms;
		if (!board->targets[i].class_code[0])
			others_ms = board->targets[i].time_ms;
	}
	return others_ms;
}

static void set_targets(struct board *board, struct progress *progress)
{
	progress->total.target_ms = board->operation.target_ms;
	for (size_t i = 0; i < board->class_count; i++)
		board->classes[i].target_ms = target_of_class(board, board->classes[i].name);
	for (size_t i = 0; i < board->area_count; i++)
		board->areas[i].target_ms = board->operation.target_ms;
}

/* The bar a pace belongs to: the total, then classes, then areas. */
static struct progress_bar *bar_at(struct board *board, struct progress *progress, size_t i)
{
	if (i == 0)
		return &progress->total;
	return i <= board->class_count ? &board->classes[i - 1]
				       : &board->areas[i - 1 - board->class_count];
}

struct progress board_progress(struct board *board)
{
	struct progress progress = {.classes = board->classes,
				    .areas = board->areas,
				    .class_count = board->class_count,
				    .area_count = board->area_count};

	clear_bars(board->classes, board->class_count);
	clear_bars(board->areas, board->area_count);
	add_links(board, &progress);
	set_targets(board, &progress);
	for (size_t i = 0; board->paces && i < 1 + board->class_count + board->area_count; i++) {
		struct progress_bar *bar = bar_at(board, &progress, i);
		struct pace_answer answer = pace_ask(&board->paces[i], board->now_ms, bar->todo_m);

		bar->finish_ms = answer.finish_ms;
		bar->why = answer.why;
	}
	return progress;
}

void board_tick(struct board *board, int64_t now_ms)
{
	struct progress progress;

	board->now_ms = now_ms;
	if (!board->paces ||
	    (now_ms >= board->paced_ms && now_ms - board->paced_ms < PACE_EVERY_MS))
		return;
	board->paced_ms = now_ms;
	progress = board_progress(board);
	for (size_t i = 0; i < 1 + board->class_count + board->area_count; i++)
		pace_note(&board->paces[i], now_ms, bar_at(board, &progress, i)->done_m);
}

const char *link_status_name(enum link_status status)
{
	static const char *const names[] = {"not_ours", "none",   "working", "partly",
					    "done",     "snowed", "unknown"};

	return names[status];
}
