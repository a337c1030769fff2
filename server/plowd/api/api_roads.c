/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roads and links: search by name, the nearest link, and everything known of one link: its state
 * from the board, its passes from the stored spans.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/geo.h"
#include "gis/network.h"
#include "server/plowd/api/access.h"
#include "server/plowd/api/api.h"
#include "server/plowd/live/board.h"
#include "server/plowd/answers/passes.h"
#include "server/plowd/answers/roadside.h"
#include "server/plowd/live/show.h"

#define ROADS_MAX 50
#define NEAR_M 50.0
#define SEARCH_TEXT_MAX 100

struct link_question {
	struct network *net;
	uint32_t link;
	struct link_state state;
	struct roadside roadside;
	int64_t from_ms, to_ms; /* whose passes are asked for */
	struct caller caller;
};

static void release_link(void *input)
{
	struct link_question *question = input;

	roadside_fini(&question->roadside);
	network_free(question->net);
	free(question);
}

/* Where the link is, and its course from start to end. */
static void show_place(struct json *json, const struct link_question *question)
{
	const struct link *link = network_link(question->net, question->link);
	const struct vertex *first = network_vertices(question->net, question->link);
	const struct vertex *last = first + link->vertices - 1;
	double x_m, y_m, course_deg, lon_deg, lat_deg;

	network_point(question->net, question->link, link->length_m / 2, &x_m, &y_m, &course_deg);
	network_to_degrees(question->net, x_m, y_m, &lon_deg, &lat_deg);
	json_key(json, "center"), json_open(json, '[');
	json_real(json, lon_deg, 7), json_real(json, lat_deg, 7);
	json_close(json, ']');
	json_key(json, "course_deg");
	json_real(
		json,
		geo_course_deg((double)(last->x_m - first->x_m), (double)(last->y_m - first->y_m)),
		1);
}

static void show_link_head(struct json *json, const struct link_question *question)
{
	const struct link *link = network_link(question->net, question->link);
	const struct link_state *state = &question->state;

	json_key(json, "id"), json_integer(json, network_link_id(question->net, question->link));
	json_key(json, "road"), show_road(json, question->net, link->road);
	show_place(json, question);
	json_key(json, "from_m"), json_real(json, link->from_m, 2);
	json_key(json, "to_m"), json_real(json, link->from_m + link->length_m, 2);
	json_key(json, "length_m"), json_real(json, link->length_m, 2);
	json_key(json, "status"), json_text(json, link_status_name(state->status));
	json_key(json, "share_forward"), json_real(json, state->share_forward_percent / 100.0, 2);
	json_key(json, "share_backward"), json_real(json, state->share_backward_percent / 100.0, 2);
	json_key(json, "last"), json_time_or_null(json, state->last_ms);
}

static void link_work(struct db *db, void *input, struct answer *out)
{
	const struct link_question *question = input;
	const struct passes_question passes = {question->net, question->link, question->from_ms,
						question->to_ms, &question->caller};
	struct json json = {0};
	int error;

	json_open(&json, '{');
	show_link_head(&json, question);
	error = roadside_show(db, &json, &question->roadside);
	json_key(&json, "passes");
	if (!error)
		error = passes_show(db, &json, &passes);
	if (error) {
		bytes_free(&json.out);
		answer_db_error(out);
		return;
	}
	json_close(&json, '}');
	answer_body(out, TYPE_JSON, &json.out);
}

/* The time asked for, or the window when none was. */
static bool read_time(struct api *api, struct httpd_request *request, struct link_question *out)
{
	out->from_ms = board_window_ms(api->parts.board);
	out->to_ms = INT64_MAX;
	if (httpd_query(request, "from") && !api_time(request, "from", &out->from_ms))
		return false;
	return !httpd_query(request, "to") || api_time(request, "to", &out->to_ms);
}

static void answer_link(struct api *api, struct httpd_request *request, uint32_t link)
{
	struct link_question *question = x_calloc(1, sizeof(*question));
	const struct offload_job job = {.request = request,
					.work = link_work,
					.release = release_link,
					.input = question,
					.needs_db = true};
	size_t count;
	const struct link_state *states = board_links(api->parts.board, &count);

	if (!access_caller(api, request, &question->caller) ||
	    !read_time(api, request, question)) {
		free(question);
		return;
	}
	question->net = network_hold(board_network(api->parts.board));
	question->link = link;
	question->state = states[link];
	roadside_copy(api->parts.board, link,
		      network_road(question->net, network_link(question->net, link)->road)->class_code,
		      states[link].last_ms, &question->roadside);
	offload_run(api->offload, &job);
}

void api_link(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct network *net = api_network(api, request);
	uint32_t link;
	int64_t id;

	if (!net)
		return;
	link = api_number(httpd_part(request, 0), &id) ? network_find_link(net, id) : NETWORK_NONE;
	if (link == NETWORK_NONE)
		httpd_error(request, 404, "There is no link of this number.");
	else
		answer_link(api, request, link);
}

void api_road_at(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct network *net = api_network(api, request);
	double lon_deg, lat_deg, x_m, y_m;
	struct nearby nearest;

	if (!net || !api_degrees(request, "lon", 180, &lon_deg) ||
	    !api_degrees(request, "lat", 90, &lat_deg))
		return;
	network_to_local(net, lon_deg, lat_deg, &x_m, &y_m);
	if (network_near(net, x_m, y_m, NEAR_M, &nearest, 1) == 0)
		httpd_error(request, 404, "There is no road within 50 m.");
	else
		answer_link(api, request, nearest.link);
}

struct search {
	struct network *net;
	char text[SEARCH_TEXT_MAX + 1];
};

static void release_search(void *input)
{
	struct search *search = input;

	network_free(search->net);
	free(search);
}

static void search_work(struct db *db, void *input, struct answer *out)
{
	const struct search *search = input;
	struct json json = {0};
	size_t found = 0;

	(void)db;
	json_open(&json, '[');
	for (uint32_t i = 0; i < network_roads(search->net) && found < ROADS_MAX; i++) {
		const struct road *road = network_road(search->net, i);

		if (!strcasestr(road->name, search->text) &&
		    !strcasestr(road->source_id, search->text))
			continue;
		show_road(&json, search->net, i);
		found++;
	}
	json_close(&json, ']');
	answer_body(out, TYPE_JSON, &json.out);
}

void api_roads(struct httpd_request *request, void *context)
{
	struct api *api = context;
	const char *text = httpd_query(request, "q");
	struct network *net;
	struct search *search;
	struct offload_job job = {
		.request = request, .work = search_work, .release = release_search};

	if (!text || !*text || strlen(text) > SEARCH_TEXT_MAX) {
		httpd_error(request, 400, "The argument q is a text of at most 100 bytes.");
		return;
	}
	net = api_network(api, request);
	if (!net)
		return;
	search = x_calloc(1, sizeof(*search));
	search->net = network_hold(net);
	memcpy(search->text, text, strlen(text));
	job.input = search;
	offload_run(api->offload, &job);
}
