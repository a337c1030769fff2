/* SPDX-License-Identifier: Apache-2.0 */
/* How the tracker does: for the driver's page, once a second. */
#include "tracker-client/page_internal.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/fix.h"
#include "common/rfc3339.h"
#include "tracker-client/health.h"
#include "tracker-client/intake.h"
#include "tracker-client/link.h"
#include "tracker-client/recorder.h"
#include "tracker-client/sensor.h"
#include "tracker-client/shift.h"
#include "tracker-client/spool.h"

void page_reply(struct httpd_request *request, cJSON *json)
{
	struct httpd_reply reply = {.status = 200, .type = "application/json"};
	char *text = cJSON_PrintUnformatted(json);

	cJSON_Delete(json);
	if (text == NULL) {
		httpd_error(request, 500, "There is no memory left.");
		return;
	}
	reply.body = httpd_body_take(text, strlen(text));
	httpd_reply(request, &reply);
}

/* Adds value x 10^-decimals, or null. */
static void add_scaled(cJSON *object, const char *name, int32_t value, double scale)
{
	if (value == FIX_ABSENT)
		cJSON_AddNullToObject(object, name);
	else
		cJSON_AddNumberToObject(object, name, value / scale);
}

static void add_fix(cJSON *status, const struct fix *fix)
{
	cJSON *object = cJSON_AddObjectToObject(status, "fix");
	char time[RFC3339_BYTES];

	cJSON_AddStringToObject(object, "time", rfc3339_format(fix->time_ms, time));
	add_scaled(object, "lon", fix->lon_e7, 1e7);
	add_scaled(object, "lat", fix->lat_e7, 1e7);
	add_scaled(object, "alt_m", fix->alt_dm, 10);
	add_scaled(object, "speed_mps", fix->speed_cmps, 100);
	add_scaled(object, "course_deg", fix->course_cdeg, 100);
	add_scaled(object, "hdop", fix->hdop_c, 100);
	add_scaled(object, "satellites", fix->satellites, 1);
	add_scaled(object, "quality", fix->quality, 1);
}

static void add_work(cJSON *status, const struct recorder *recorder)
{
	enum work_source source;
	char work[2] = {recorder_work(recorder, &source), '\0'};

	cJSON_AddStringToObject(status, "work_state", work);
	cJSON_AddStringToObject(status, "work_source",
				source == WORK_FROM_BUTTON ? "button"
				: source == WORK_FROM_UNIT ? "unit"
							   : "none");
}

/* true, false, null: it cannot be read; and nothing for an input that is not there. */
static void add_input(cJSON *status, const char *name, const struct sensor *sensor)
{
	int state = sensor_state(sensor);

	if (sensor != NULL && state < 0)
		cJSON_AddNullToObject(status, name);
	else if (sensor != NULL)
		cJSON_AddBoolToObject(status, name, state);
}

static void add_spool(cJSON *status, const struct page_parts *parts)
{
	struct spool_state spool = spool_state(parts->spool);
	uint64_t staged = spool_staged(parts->spool);
	/* What the numbers went to and is neither here nor dropped, the server has. */
	uint64_t gone = spool.newest_seq - spool.stored;

	cJSON_AddNumberToObject(status, "unsent", (double)(spool.stored + staged));
	cJSON_AddNumberToObject(status, "acked",
				(double)(gone > spool.dropped ? gone - spool.dropped : 0));
	cJSON_AddNumberToObject(status, "dropped", (double)spool.dropped);
	cJSON_AddStringToObject(status, "spool",
				parts->recorder->is_failing ? spool_why(parts->spool) : "ok");
}

static void add_link(cJSON *status, const struct page_parts *parts)
{
	struct sender_state link = link_state(parts->link);
	cJSON *object;

	cJSON_AddBoolToObject(status, "server_reachable", link.is_reachable);
	object = cJSON_AddObjectToObject(status, "link");
	cJSON_AddNumberToObject(object, "silent_s", (double)link.silent_ms / 1000);
	cJSON_AddNumberToObject(object, "datagrams", (double)link.sent);
	cJSON_AddNumberToObject(object, "lost", (double)link.resent);
	cJSON_AddNumberToObject(object, "bytes", (double)link.bytes);
	cJSON_AddNumberToObject(object, "round_trip_s", (double)link.rtt_ms / 1000);
}

/* The newest shift in short; the whole of it is in /api/v1/shifts. */
static void add_shift(cJSON *status, const struct page_parts *parts)
{
	const struct shift *shift = spool_shift(parts->spool);
	int unconfirmed = spool_unconfirmed(parts->spool);
	cJSON *object = cJSON_AddObjectToObject(status, "shift");
	char time[RFC3339_BYTES];

	cJSON_AddBoolToObject(object, "open", shift->is_open);
	if (shift->is_open && shift->from_ms != FIX_TIME_UNKNOWN)
		cJSON_AddStringToObject(object, "from", rfc3339_format(shift->from_ms, time));
	else
		cJSON_AddNullToObject(object, "from");
	cJSON_AddNumberToObject(object, "unconfirmed", unconfirmed > 0 ? unconfirmed : 0);
	cJSON_AddBoolToObject(object, "tracks_shifts_only", parts->recorder->shift_only);
}

static cJSON *status_json(const struct page *page)
{
	const struct page_parts *parts = &page->parts;
	const struct recorder *recorder = parts->recorder;
	cJSON *status = cJSON_CreateObject();
	char now[RFC3339_BYTES];

	cJSON_AddStringToObject(status, "vehicle", parts->vehicle);
	if (parts->map_dir != NULL && parts->area[0] != '\0')
		cJSON_AddStringToObject(status, "area", parts->area);
	cJSON_AddBoolToObject(status, "map", parts->map_dir != NULL);
	cJSON_AddStringToObject(status, "now", rfc3339_format(wall_clock_ms(), now));
	if (recorder->newest_ms != 0) {
		double age_ms = (double)(uv_now(page->loop) - recorder->newest_ms);

		add_fix(status, &recorder->newest);
		cJSON_AddNumberToObject(status, "fix_age_s", age_ms / 1000);
	} else {
		cJSON_AddNullToObject(status, "fix");
		cJSON_AddNullToObject(status, "fix_age_s");
	}
	cJSON_AddStringToObject(status, "receiver",
				intake_health_name(intake_health(parts->intake)));
	add_spool(status, parts);
	add_link(status, parts);
	add_work(status, recorder);
	add_input(status, "blade", recorder->blade);
	add_input(status, "spreader", recorder->spreader);
	add_shift(status, parts);
	return status;
}

void page_reply_status(struct httpd_request *request, const struct page *page)
{
	page_reply(request, status_json(page));
}

void page_on_status(struct httpd_request *request, void *context)
{
	page_reply_status(request, context);
}

void page_on_metrics(struct httpd_request *request, void *context)
{
	const struct page *page = context;
	char *text = x_malloc(HEALTH_METRICS_BYTES);
	struct httpd_reply reply = {.status = 200, .type = "text/plain; version=0.0.4"};
	size_t size = health_metrics(page->parts.health, text);

	reply.body = httpd_body_take(text, size);
	httpd_reply(request, &reply);
}
