/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the page share: page.c listens and serves the files, page_status.c says how the
 * tracker does, page_work.c takes what the driver presses.
 */
#ifndef PLOW_TRACKER_PAGE_INTERNAL_H
#define PLOW_TRACKER_PAGE_INTERNAL_H

#include <cjson/cJSON.h>

#include "common/httpd/httpd.h"
#include "common/httpd/httpd_follow.h"
#include "tracker-client/page.h"

struct page {
	uv_loop_t *loop;
	struct page_parts parts;
	struct httpd *httpd;
	struct httpd_follow *follow; /* NULL: there is no map */
};

/* page_status.c; context is the page. */
void page_reply(struct httpd_request *request, cJSON *json); /* takes it over */
void page_reply_status(struct httpd_request *request, const struct page *page);
void page_on_status(struct httpd_request *request, void *context);
void page_on_metrics(struct httpd_request *request, void *context);

/* page_work.c */
void page_on_work_state(struct httpd_request *request, void *context);
void page_on_shift(struct httpd_request *request, void *context);
void page_on_shifts(struct httpd_request *request, void *context);

#endif
