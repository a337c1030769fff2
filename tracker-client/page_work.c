/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver presses: the work that is going on, 出動 and 終了, and the summary seen. */
#include "tracker-client/page_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/fix.h"
#include "common/rfc3339.h"
#include "tracker-client/recorder.h"
#include "tracker-client/shift.h"
#include "tracker-client/spool.h"

#define BODY_MOST 1024
#define SHIFTS_SHOWN 31
#define FIRST_WORK 'M' /* a shift begins with driving out, unless the driver says more */

/* The body of a request, or NULL after an answer that says why not. */
static cJSON *read_body(struct httpd_request *request)
{
	static const char wanted[] = "application/json";
	const char *type = httpd_header(request, "Content-Type");
	size_t size;
	const char *content = httpd_content(request, &size);
	cJSON *body;

	/* A foreign page in the cab's browser can send text, but not this type without being asked. */
	if (type == NULL || strncmp(type, wanted, sizeof(wanted) - 1) != 0) {
		httpd_error(request, 415, "The body must be application/json.");
		return NULL;
	}
	if (size > BODY_MOST) {
		httpd_error(request, 413, "The body is longer than 1,024 bytes.");
		return NULL;
	}
	body = cJSON_Parse(content);
	if (body == NULL)
		httpd_error(request, 400, "The body is no JSON.");
	return body;
}

/* The code that stands in the body as "work", `otherwise` when there is none, '\0' when it is unknown. */
static char work_of(const cJSON *body, char otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "work");
	const char *work = cJSON_GetStringValue(item);

	if (item == NULL)
		return otherwise;
	return work != NULL && strlen(work) == 1 && work_is_known(work[0]) ? work[0] : '\0';
}

void page_on_work_state(struct httpd_request *request, void *context)
{
	struct page *page = context;
	cJSON *body = read_body(request);
	char work;

	if (body == NULL)
		return;
	work = work_of(body, '\0');
	cJSON_Delete(body);
	if (work == '\0') {
		httpd_error(request, 400,
			    "The body must be an object with a known code as its work.");
		return;
	}
	spool_set_button(page->parts.spool, work);
	page_reply_status(request, page);
}

/* ---- shifts ---- */

static void confirm(struct httpd_request *request, const struct page *page, const cJSON *body)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(body, "id");
	int error = -ENOENT;

	if (cJSON_IsNumber(id) && id->valuedouble >= 1 && id->valuedouble < 1e15)
		error = spool_shift_confirm(page->parts.spool, (int64_t)id->valuedouble,
					    wall_clock_ms());
	if (error == 0)
		page_reply_status(request, page);
	else if (error == -ENOENT)
		httpd_error(request, 404, "No shift of this id waits to be confirmed.");
	else
		httpd_error(request, 503, "The confirmation cannot be written now.");
}

static void begin(struct httpd_request *request, const struct page *page, const cJSON *body)
{
	char work = work_of(body, FIRST_WORK);

	if (work == '\0' || work == 'U')
		httpd_error(request, 400, "A shift begins with a known code as its work.");
	else if (recorder_begin_shift(page->parts.recorder, work) != 0)
		httpd_error(request, 503, "The shift cannot be written down now.");
	else
		page_reply_status(request, page);
}

static void end(struct httpd_request *request, const struct page *page)
{
	/* What cannot be written now holds all the same; the status says that the disk is in trouble. */
	if (recorder_end_shift(page->parts.recorder, 'U') != 0)
		recorder_commit_soon(page->parts.recorder);
	page_reply_status(request, page);
}

void page_on_shift(struct httpd_request *request, void *context)
{
	cJSON *body = read_body(request);
	const char *action;

	if (body == NULL)
		return;
	action = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "action"));
	if (action != NULL && strcmp(action, "start") == 0)
		begin(request, context, body);
	else if (action != NULL && strcmp(action, "end") == 0)
		end(request, context);
	else if (action != NULL && strcmp(action, "confirm") == 0)
		confirm(request, context, body);
	else
		httpd_error(request, 400, "The action must be start, end or confirm.");
	cJSON_Delete(body);
}

static void add_time(cJSON *object, const char *name, int64_t time_ms)
{
	char text[RFC3339_BYTES];

	if (time_ms == FIX_TIME_UNKNOWN)
		cJSON_AddNullToObject(object, name);
	else
		cJSON_AddStringToObject(object, name, rfc3339_format(time_ms, text));
}

static void add_roads(cJSON *object, const struct shift *shift)
{
	cJSON *roads;

	if (!shift->has_map) {
		cJSON_AddNullToObject(object, "roads");
		return;
	}
	roads = cJSON_AddArrayToObject(object, "roads");
	for (size_t i = 0; i < shift->road_count; i++) {
		cJSON *road = cJSON_CreateObject();

		cJSON_AddStringToObject(road, "name", shift->roads[i].name);
		cJSON_AddNumberToObject(road, "work_m", (double)shift->roads[i].work_cm / 100);
		cJSON_AddItemToArray(roads, road);
	}
}

static cJSON *shift_json(const struct shift *shift)
{
	cJSON *object = cJSON_CreateObject(), *states;

	cJSON_AddNumberToObject(object, "id", (double)shift->id);
	cJSON_AddBoolToObject(object, "open", shift->is_open);
	add_time(object, "from", shift->from_ms);
	add_time(object, "to", shift->to_ms);
	states = cJSON_AddObjectToObject(object, "states");
	for (size_t i = 0; i < SHIFT_STATES; i++) {
		char code[2] = {SHIFT_CODES[i], '\0'};

		if (shift->state_ms[i] > 0)
			cJSON_AddNumberToObject(states, code, (double)shift->state_ms[i] / 1000);
	}
	cJSON_AddNumberToObject(object, "gap_s", (double)shift->gap_ms / 1000);
	cJSON_AddNumberToObject(object, "distance_m", (double)shift->distance_cm / 100);
	cJSON_AddNumberToObject(object, "work_m", (double)shift->work_cm / 100);
	cJSON_AddNumberToObject(object, "fixes", (double)shift->fixes);
	add_roads(object, shift);
	return object;
}

void page_on_shifts(struct httpd_request *request, void *context)
{
	const struct page *page = context;
	struct shift *shift = x_malloc(sizeof(*shift));
	cJSON *reply = cJSON_CreateObject(), *shifts = cJSON_AddArrayToObject(reply, "shifts");
	int64_t below = INT64_MAX, confirmed_ms;

	/* Those before the newest are on disk; the newest is as it is this moment. */
	for (int i = 0; i < SHIFTS_SHOWN; i++) {
		const struct shift *newest = spool_shift(page->parts.spool);
		cJSON *object;

		if (spool_shift_read(page->parts.spool, below, shift, &confirmed_ms) != 0)
			break;
		object = shift_json(shift->id == newest->id ? newest : shift);
		add_time(object, "confirmed", confirmed_ms);
		cJSON_AddItemToArray(shifts, object);
		below = shift->id;
	}
	free(shift);
	page_reply(request, reply);
}
