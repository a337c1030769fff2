/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is the server well?  For those who watch it from outside, for those at a desk, and its counters.
 */
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "server/plowd/api/api.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/live/trouble.h"

void api_health(struct httpd_request *request, void *context)
{
	struct api *api = context;
	const char *alarm = trouble_sentence(api->parts.trouble);
	struct httpd_reply reply = {.status = alarm ? 503 : 200, .type = TYPE_JSON};
	struct json json = {0};

	json_open(&json, '{');
	json_key(&json, "status"), json_text(&json, alarm ? "alarm" : "ok");
	if (alarm)
		json_key(&json, "alarm"), json_text(&json, alarm);
	json_close(&json, '}');
	reply.body = httpd_body_take(json.out.data, json.out.size);
	httpd_reply(request, &reply);
}

void api_trouble(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct json json = {0};

	trouble_show(&json, api->parts.trouble);
	api_reply_json(request, &json);
}

void api_metrics(struct httpd_request *request, void *context)
{
	struct api *api = context;
	struct stats *stats = api->parts.stats;
	struct httpd_counts counts = httpd_counts(api->httpd);
	struct httpd_reply reply = {.status = 200,
				    .type = "text/plain; version=0.0.4; charset=utf-8"};
	char *text = x_malloc(STATS_TEXT_MAX);
	size_t size;

	stats_set(stats, STAT_HTTP_REQUESTS, counts.requests);
	stats_set(stats, STAT_HTTP_REFUSED, counts.refused);
	stats_set(stats, STAT_HTTP_CONNECTIONS, counts.connections);
	size = stats_print(stats, text, STATS_TEXT_MAX);
	reply.body = httpd_body_take(text, size);
	httpd_reply(request, &reply);
}
