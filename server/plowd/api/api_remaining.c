/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is still to do: links that are not done, the most important classes first.  The loop copies
 * what is left, a reader thread puts it in order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/network.h"
#include "server/plowd/api/api.h"
#include "server/plowd/live/board.h"
#include "server/plowd/coverage/rule.h"

#define LIMIT_USUAL 100
#define LIMIT_MAX 1000
#define AREA_BYTES 64

/* A link that is not done. */
struct left {
	uint32_t link;
	struct link_state state;
	const struct rule *rule;
	char area[AREA_BYTES];
};

struct left_question {
	struct network *net;
	struct left *list;
	size_t count, capacity;
	int64_t limit;
};

static void release(void *input)
{
	struct left_question *question = input;

	network_free(question->net);
	free(question->list);
	free(question);
}

/* By class, then as the network has them, so that a road's links stay together. */
static int compare(const void *a, const void *b)
{
	const struct left *left = a, *right = b;

	if (left->rule->priority != right->rule->priority)
		return left->rule->priority < right->rule->priority ? -1 : 1;
	return left->link < right->link ? -1 : left->link > right->link;
}

static double todo_m(const struct left_question *question, const struct left *left)
{
	return link_state_todo_m(&left->state, network_link(question->net, left->link)->length_m);
}

static void show_left(struct json *json, const struct left_question *question,
		      const struct left *left)
{
	const struct link *link = network_link(question->net, left->link);
	const struct road *road = network_road(question->net, link->road);

	json_open(json, '{');
	json_key(json, "id"), json_integer(json, network_link_id(question->net, left->link));
	json_key(json, "name"), json_text(json, road->name);
	json_key(json, "class"), json_text(json, road->class_code);
	json_key(json, "priority"), json_integer(json, left->rule->priority);
	json_key(json, "area"), json_text(json, left->area);
	json_key(json, "status"), json_text(json, link_status_name(left->state.status));
	json_key(json, "length_m"), json_real(json, link->length_m, 1);
	json_key(json, "todo_m"), json_real(json, todo_m(question, left), 1);
	json_close(json, '}');
}

static void show_all(struct json *json, const struct left_question *question)
{
	double sum_m = 0;

	for (size_t i = 0; i < question->count; i++)
		sum_m += todo_m(question, &question->list[i]);
	json_open(json, '{');
	json_key(json, "count"), json_integer(json, (int64_t)question->count);
	json_key(json, "todo_m"), json_real(json, sum_m, 1);
	json_key(json, "links"), json_open(json, '[');
	for (size_t i = 0; i < question->count && (int64_t)i < question->limit; i++)
		show_left(json, question, &question->list[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void remaining_work(struct db *db, void *input, struct answer *out)
{
	struct left_question *question = input;
	struct rule_book rules;
	struct json json = {0};

	if (rule_book_load(db, &rules) != 0) {
		answer_db_error(out);
		return;
	}
	for (size_t i = 0; i < question->count; i++) {
		uint32_t road = network_link(question->net, question->list[i].link)->road;

		question->list[i].rule =
			rule_find(&rules, network_road(question->net, road)->class_code);
	}
	if (question->count > 0)
		qsort(question->list, question->count, sizeof(*question->list), compare);
	show_all(&json, question);
	rule_book_free(&rules);
	answer_body(out, TYPE_JSON, &json.out);
}

/* Copies the links that are left, in one area or in all. */
static void collect(const struct board *board, const char *area, struct left_question *out)
{
	size_t links;
	const struct link_state *states = board_links(board, &links);

	for (uint32_t i = 0; i < links; i++) {
		const char *of_link = board_area(board, i);
		struct left *left;

		if (states[i].status == LINK_DONE || states[i].status == LINK_NOT_OURS ||
		    (area && strcmp(area, of_link) != 0))
			continue;
		out->list = x_grow(out->list, out->count, &out->capacity, sizeof(*out->list));
		left = &out->list[out->count++];
		*left = (struct left){.link = i, .state = states[i]};
		memcpy(left->area, of_link, strlen(of_link) + 1);
	}
}

void api_remaining(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct network *net = api_network(api, request);
	const char *limit = httpd_query(request, "limit");
	struct left_question *question;
	struct offload_job job = {
		.request = request, .work = remaining_work, .release = release, .needs_db = true};
	int64_t most = LIMIT_USUAL;

	if (!net)
		return;
	if (limit && (!api_number(limit, &most) || most < 1 || most > LIMIT_MAX)) {
		httpd_error(request, 400, "The argument limit is a number from 1 to 1000.");
		return;
	}
	question = x_calloc(1, sizeof(*question));
	question->net = network_hold(net);
	question->limit = most;
	collect(api->parts.board, httpd_query(request, "area"), question);
	job.input = question;
	offload_run(api->offload, &job);
}
