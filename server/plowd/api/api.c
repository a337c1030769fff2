/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/api.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/rfc3339.h"
#include "server/plowd/live/board.h"
#include "server/plowd/base/now.h"

void api_reply_json(struct httpd_request *request, struct json *json)
{
	struct httpd_reply reply = {.status = 200,
				    .type = TYPE_JSON,
				    .body = httpd_body_take(json->out.data, json->out.size)};

	json->out = (struct bytes){0};
	httpd_reply(request, &reply);
}

void answer_rows(struct answer *out, void *rows, size_t row_size, int count, row_show *show, const void *arg)
{
	struct json json = {0};

	if (count < 0) {
		answer_db_error(out);
	} else {
		json_open(&json, '[');
		for (int i = 0; i < count; i++)
			show(&json, (const char *)rows + (size_t)i * row_size, arg);
		json_close(&json, ']');
		answer_body(out, TYPE_JSON, &json.out);
	}
	free(rows);
}

void api_offload(struct api *api, struct httpd_request *request, offload_work *work, void *input)
{
	const struct offload_job job = {.request = request,
					.work = work,
					.release = free,
					.input = input,
					.needs_db = true};

	offload_run(api->offload, &job);
}

bool api_time(struct httpd_request *request, const char *name, int64_t *out_ms)
{
	const char *text = httpd_query(request, name);

	if (text && rfc3339_parse(text, out_ms) == 0)
		return true;
	httpd_error(request, 400, "The arguments from and to are times as 2027-01-15T19:30:05Z.");
	return false;
}

bool api_degrees(struct httpd_request *request, const char *name, double limit, double *out_deg)
{
	const char *text = httpd_query(request, name);
	char *end = NULL;

	*out_deg = text && *text ? strtod(text, &end) : NAN;
	if (end && !*end && isfinite(*out_deg) && fabs(*out_deg) <= limit)
		return true;
	httpd_error(request, 400, "The arguments lon and lat are degrees as 140.4058 and 38.6006.");
	return false;
}

bool api_number(const char *text, int64_t *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoll(text, &end, 10);
	return errno == 0 && !*end;
}

int64_t api_now_ms(const struct api *api)
{
	int64_t now = now_ms(api->parts.now);

	return now ? now : wall_clock_ms();
}

struct network *api_network(struct api *api, struct httpd_request *request)
{
	struct network *net = board_network(api->parts.board);

	if (!net)
		httpd_error(request, 503,
			    "The roads are still being loaded: try again in a moment.");
	return net;
}
