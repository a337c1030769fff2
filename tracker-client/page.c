/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/page.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/httpd/address.h"
#include "common/httpd/httpd.h"
#include "common/httpd/httpd_files.h"
#include "common/httpd/webdir.h"
#include "tracker-client/page_internal.h"

#define CONNECTIONS 32 /* a tablet and a few who look over its shoulder */

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
	{"GET", "/", on_root, HTTPD_ANYONE},
	{"GET", "/api/v1/status", page_on_status, HTTPD_ANYONE},
	{"GET", "/metrics", page_on_metrics, HTTPD_ANYONE},
	{"POST", "/api/v1/work-state", page_on_work_state, HTTPD_ANYONE},
	{"POST", "/api/v1/shift", page_on_shift, HTTPD_ANYONE},
	{"GET", "/api/v1/shifts", page_on_shifts, HTTPD_ANYONE},
};

/* ---- life ---- */

static void on_complaint(const char *line, void *context)
{
	(void)context;
	fprintf(stderr, "plow-tracker: http: %s\n", line);
}

/* The driver's page and what it loads; tests/integration/pages.test.mjs follows its imports. */
static const char *const cab_files[] = {
	"driver.html",
	"css/base.css",
	"css/driver.css",
	"css/tokens.css",
	"icons/",
	"js/data/api.js",
	"js/data/cab-map.js",
	"js/data/cab.js",
	"js/data/coverage.js",
	"js/data/store.js",
	"js/dom.js",
	"js/driver-area.js",
	"js/driver-summary.js",
	"js/driver.js",
	"js/format.js",
	"js/i18n.js",
	"js/page.js",
	"js/refusal.js",
	"js/shapes.js",
	"js/ui/lamp.js",
	"js/ui/samples.js",
	"locales/",
};

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
	httpd_files_keep(files, cab_files, sizeof(cab_files) / sizeof(cab_files[0]));
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
	if (parts->map_dir != NULL)
		page->follow = httpd_follow_start(loop, page->httpd, parts->map_dir, "data/");
	*out = page;
	return 0;
}

const char *page_address(const struct page *page)
{
	return httpd_address(page->httpd);
}

void page_stop(struct page *page)
{
	if (page->follow != NULL)
		httpd_follow_stop(page->follow);
	httpd_stop(page->httpd);
}

void page_free(struct page *page)
{
	free(page);
}
