/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which links lie in a box, and what was cleared of them in a span of time, per link and direction.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "server/plowd/api/api.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/live/board.h"
#include "server/plowd/answers/summary.h"

#define LATER_S 30 /* several nights are counted by then */

struct box_question {
	struct network *net;
	struct stats *stats;
	uint32_t *links;
	struct summary_question summary;
};

static void release(void *input)
{
	struct box_question *box = input;

	network_free(box->net);
	free(box->links);
	free(box);
}

static void summary_work(struct db *db, void *input, struct answer *out)
{
	const struct box_question *box = input;
	struct json json = {0};

	if (summary_show(db, &json, &box->summary) != 0) {
		bytes_free(&json.out);
		answer_db_error(out);
		return;
	}
	answer_body(out, TYPE_JSON, &json.out);
}

/* Before the nights are counted, all their passes are (server/night_totals.h): after an import of roads. */
static void summary_late(struct db *db, void *input, struct answer *out)
{
	const struct box_question *box = input;
	uint64_t pending = stats_get(box->stats, STAT_NIGHTS_PENDING);
	struct json json = {0};

	(void)db;
	if (!pending)
		return;
	json_open(&json, '{');
	json_key(&json, "error");
	json_text(&json, "The question takes longer than 20 seconds while nights are still being counted: ask again later.");
	json_key(&json, "status"), json_integer(&json, 503);
	json_key(&json, "nights_pending"), json_integer(&json, (int64_t)pending);
	json_close(&json, '}');
	out->why = NULL;
	answer_body(out, TYPE_JSON, &json.out);
	out->reply.status = 503;
	out->reply.retry_after_s = LATER_S;
}

/* "W,S,E,N" in degrees. */
static bool read_box(const char *text, double out[4])
{
	static const double limits[4] = {180, 90, 180, 90};

	for (int i = 0; i < 4; i++) {
		char *end = NULL;

		out[i] = text ? strtod(text, &end) : NAN;
		if (!end || end == text || !isfinite(out[i]) || fabs(out[i]) > limits[i] ||
		    *end != (i < 3 ? ',' : '\0'))
			return false;
		text = end + 1;
	}
	return out[0] < out[2] && out[1] < out[3];
}

static int compare_links(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* The links that meet the box, by number; SIZE_MAX: too many. */
static size_t find_links(const struct network *net, const double degrees[4], uint32_t **out)
{
	double west_m, south_m, east_m, north_m;
	size_t count;

	network_to_local(net, degrees[0], degrees[1], &west_m, &south_m);
	network_to_local(net, degrees[2], degrees[3], &east_m, &north_m);
	*out = x_calloc(SUMMARY_LINKS_MAX + 1, sizeof(**out));
	count = network_in_box(net, west_m, south_m, east_m, north_m, *out, SUMMARY_LINKS_MAX + 1);
	if (count > SUMMARY_LINKS_MAX)
		return SIZE_MAX;
	if (count > 0)
		qsort(*out, count, sizeof(**out), compare_links);
	return count;
}

static void no_box(struct httpd_request *request)
{
	httpd_error(request, 400, "The argument bbox is west,south,east,north in degrees.");
}

static void too_many(struct httpd_request *request)
{
	httpd_error(request, 400, "The box holds more than 20000 links: ask for a smaller one.");
}

/* Which links are in a box: no more than the grid's cells are looked at. */
void api_links_in(struct httpd_request *request, void *context)
{
	struct network *net = api_network(context, request);
	struct json json = {0};
	uint32_t *links;
	double degrees[4];
	size_t count;

	if (!net)
		return;
	if (!read_box(httpd_query(request, "bbox"), degrees)) {
		no_box(request);
		return;
	}
	count = find_links(net, degrees, &links);
	if (count == SIZE_MAX) {
		too_many(request);
	} else {
		json_open(&json, '{');
		json_key(&json, "links"), json_open(&json, '[');
		for (size_t i = 0; i < count; i++)
			json_integer(&json, network_link_id(net, links[i]));
		json_close(&json, ']');
		json_close(&json, '}');
		api_reply_json(request, &json);
	}
	free(links);
}

void api_summary(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct network *net = api_network(api, request);
	struct summary_question summary = {.net = net,
					   .network_revision = board_revision(api->parts.board)};
	struct box_question *box;
	struct offload_job job = {
		.request = request, .work = summary_work, .late = summary_late, .release = release, .needs_db = true};
	double degrees[4];

	if (!net || !api_time(request, "from", &summary.from_ms) ||
	    !api_time(request, "to", &summary.to_ms))
		return;
	if (!read_box(httpd_query(request, "bbox"), degrees)) {
		no_box(request);
		return;
	}
	box = x_calloc(1, sizeof(*box));
	box->net = network_hold(net);
	box->stats = api->parts.stats;
	summary.count = find_links(net, degrees, &box->links);
	summary.links = box->links;
	box->summary = summary;
	if (summary.count == SIZE_MAX) {
		release(box);
		too_many(request);
		return;
	}
	job.input = box;
	offload_run(api->offload, &job);
}
