/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serves a folder that somebody else writes: files named by their content and a manifest.json that
 * is renamed in last.  Once a second the manifest's time is looked at; when it is another one a
 * worker thread reads what is new, and the server's list is exchanged on the loop.
 */
#ifndef PLOW_COMMON_HTTPD_HTTPD_FOLLOW_H
#define PLOW_COMMON_HTTPD_HTTPD_FOLLOW_H

#include <uv.h>

struct httpd;
struct httpd_follow;

/* Serves the folder's files under a prefix ("data/"), beside those there are. Both texts are
 * copied. */
struct httpd_follow *httpd_follow_start(uv_loop_t *loop, struct httpd *httpd, const char *folder,
					const char *prefix);

/* Before httpd_stop(); frees itself when the loop and the worker have let go of it. */
void httpd_follow_stop(struct httpd_follow *follow);

#endif
