/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/page.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/fix.h"
#include "common/rfc3339.h"
#include "common/httpd/address.h"
#include "common/httpd/httpd.h"
#include "common/httpd/httpd_files.h"
#include "common/httpd/webdir.h"
#include "tracker-client/intake.h"
#include "tracker-client/link.h"
#include "tracker-client/recorder.h"
#include "tracker-client/spool.h"

#define CONNECTIONS 32 /* a tablet and a few who look over its shoulder */
#define BODY_MOST 1024

struct page {
	uv_loop_t *loop;
	struct page_parts parts;
	struct httpd *httpd;
};

/* ---- the status ---- */

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

static char *status_text(const struct page *page)
{
	const struct page_parts *parts = &page->parts;
	const struct recorder *recorder = parts->recorder;
	cJSON *status = cJSON_CreateObject();
	char now[RFC3339_BYTES], *text;

	cJSON_AddStringToObject(status, "vehicle", parts->vehicle);
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
	cJSON_AddBoolToObject(status, "server_reachable", link_state(parts->link).is_reachable);
	add_work(status, recorder);
	text = cJSON_PrintUnformatted(status);
	cJSON_Delete(status);
	return text;
}

static void reply_status(struct httpd_request *request, const struct page *page)
{
	char *text = status_text(page);
	struct httpd_reply reply = {.status = 200, .type = "application/json"};

	if (text == NULL) {
		httpd_error(request, 500, "There is no memory left.");
		return;
	}
	reply.body = httpd_body_take(text, strlen(text));
	httpd_reply(request, &reply);
}

static void on_status(struct httpd_request *request, void *context)
{
	reply_status(request, context);
}

/* ---- the button ---- */

/* The code in {"work":"N"}, or '\0'. */
static char work_of(const char *text)
{
	cJSON *body = cJSON_Parse(text);
	const char *work = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "work"));
	char code = work != NULL && strlen(work) == 1 && work_is_known(work[0]) ? work[0] : '\0';

	cJSON_Delete(body);
	return code;
}

static void on_work_state(struct httpd_request *request, void *context)
{
	static const char wanted[] = "application/json";
	struct page *page = context;
	const char *type = httpd_header(request, "Content-Type");
	size_t size;
	const char *content = httpd_content(request, &size);
	char work;

	/* A foreign page in the cab's browser can send text, but not this type without being asked.
	 */
	if (type == NULL || strncmp(type, wanted, sizeof(wanted) - 1) != 0) {
		httpd_error(request, 415, "The body must be application/json.");
		return;
	}
	if (size > BODY_MOST) {
		httpd_error(request, 413, "The body is longer than 1,024 bytes.");
		return;
	}
	work = work_of(content);
	if (work == '\0') {
		httpd_error(request, 400,
			    "The body must be an object with a known code as its work.");
		return;
	}
	spool_set_button(page->parts.spool, work);
	reply_status(request, page);
}

static void on_root(struct httpd_request *request, void *context)
{
	const struct page *page = context;
	struct httpd_reply reply = {
		.status = 200,
		.type = "text/html; charset=utf-8",
		.cache = "no-cache",
		.body = httpd_files_get(httpd_files_of(page->httpd), "driver.html"),
	};

	if (reply.body != NULL)
		httpd_reply(request, &reply);
	else
		httpd_error(request, 404,
			    "The driver's page is not installed; /api/v1/status is there.");
}

static const struct httpd_route routes[] = {
	{"GET", "/", on_root},
	{"GET", "/api/v1/status", on_status},
	{"POST", "/api/v1/work-state", on_work_state},
};

/* ---- life ---- */

static void on_complaint(const char *line, void *context)
{
	(void)context;
	fprintf(stderr, "plow-tracker: http: %s\n", line);
}

/* What is for the office is not even there to be asked for. */
static const char *const not_for_the_cab[] = {"index.html", "dispatch.html", "openapi.json"};

/* The page is a convenience: without its files the tracker still tracks and answers its API. */
static int load_files(const char *web_dir, struct httpd_files *files, char why[PAGE_WHY_BYTES])
{
	char folder[PATH_MAX];
	int error;

	snprintf(folder, sizeof(folder), "%s", web_dir);
	if (web_dir[0] == '\0' && webdir_find(folder, sizeof(folder)) != 0) {
		fprintf(stderr, "plow-tracker: there are no pages in %s; only the API is served\n",
			folder);
		return 0;
	}
	error = httpd_files_add(files, folder, "");
	if (error != 0)
		snprintf(why, PAGE_WHY_BYTES, "the pages in %.300s cannot be read: %s", folder,
			 strerror(-error));
	for (size_t i = 0; i < sizeof(not_for_the_cab) / sizeof(not_for_the_cab[0]); i++)
		httpd_files_forget(files, not_for_the_cab[i]);
	return error;
}

/* Listens; takes the files over on success. */
static int listen_at(struct page *page, const char *address, struct httpd_files *files,
		     char why[PAGE_WHY_BYTES])
{
	struct sockaddr_storage here;
	const struct httpd_config config = {
		.loop = page->loop,
		.address = &here,
		.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.files = files,
		.context = page,
		.connections = CONNECTIONS,
		.log = on_complaint,
	};
	int error = address_parse(address, &here);

	if (error != 0) {
		snprintf(why, PAGE_WHY_BYTES,
			 "--http %.100s is no address: write it as 127.0.0.1:8082", address);
		return error;
	}
	error = httpd_start(&config, &page->httpd);
	if (error != 0)
		snprintf(why, PAGE_WHY_BYTES, "cannot listen on %.100s: %s", address,
			 strerror(-error));
	return error;
}

int page_start(uv_loop_t *loop, const char *address, const char *web_dir,
	       const struct page_parts *parts, struct page **out, char why[PAGE_WHY_BYTES])
{
	struct page *page = x_calloc(1, sizeof(*page));
	struct httpd_files *files = httpd_files_new();
	int error = load_files(web_dir, files, why);

	page->loop = loop;
	page->parts = *parts;
	if (error == 0)
		error = listen_at(page, address, files, why);
	if (error != 0) {
		httpd_files_free(files);
		page_free(page);
		return error;
	}
	*out = page;
	return 0;
}

const char *page_address(const struct page *page)
{
	return httpd_address(page->httpd);
}

void page_stop(struct page *page)
{
	httpd_stop(page->httpd);
}

void page_free(struct page *page)
{
	free(page);
}
