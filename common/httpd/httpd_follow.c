/* SPDX-License-Identifier: Apache-2.0 */
#include "common/httpd/httpd_follow.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/alloc.h"
#include "common/httpd/httpd.h"
#include "common/httpd/httpd_files.h"

#define LOOK_EVERY_MS 1000

/* What tells one manifest.json from the one before it. */
struct mark {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

struct httpd_follow {
	uv_timer_t timer;
	uv_work_t work;
	struct httpd *httpd;
	char *folder, *prefix;
	struct mark mark;
	struct httpd_files *next; /* the worker's while it works */
	int error;                /* how its reading ended */
	bool working, stopping, closed;
};

static bool look(const char *folder, struct mark *out)
{
	char path[PATH_MAX];
	struct stat about;

	memset(out, 0, sizeof(*out));
	snprintf(path, sizeof(path), "%s/manifest.json", folder);
	if (stat(path, &about) != 0)
		return false;
	out->dev = about.st_dev;
	out->ino = about.st_ino;
	out->size = about.st_size;
	out->changed = about.st_mtim;
	return true;
}

static void on_work(uv_work_t *work)
{
	struct httpd_follow *follow = work->data;

	follow->error = httpd_files_follow(follow->next, follow->folder, follow->prefix);
}

static void free_when_done(struct httpd_follow *follow)
{
	if (follow->working || !follow->closed)
		return;
	free(follow->folder);
	free(follow->prefix);
	free(follow);
}

static void on_worked(uv_work_t *work, int status)
{
	struct httpd_follow *follow = work->data;

	(void)status;
	follow->working = false;
	if (follow->error || follow->stopping)
		httpd_files_free(follow->next); /* half a set is of no use: what is there stays */
	else
		httpd_use_files(follow->httpd, follow->next);
	if (follow->error)
		memset(&follow->mark, 0, sizeof(follow->mark));
	free_when_done(follow);
}

static void on_timer(uv_timer_t *timer)
{
	struct httpd_follow *follow = timer->data;
	struct mark mark;

	if (follow->working || !look(follow->folder, &mark) ||
	    memcmp(&mark, &follow->mark, sizeof(mark)) == 0)
		return;
	follow->mark = mark;
	follow->next = httpd_files_copy(httpd_files_of(follow->httpd));
	if (uv_queue_work(timer->loop, &follow->work, on_work, on_worked))
		abort();
	follow->working = true;
}

struct httpd_follow *httpd_follow_start(uv_loop_t *loop, struct httpd *httpd, const char *folder,
					const char *prefix)
{
	struct httpd_follow *follow = x_calloc(1, sizeof(*follow));

	follow->httpd = httpd;
	follow->folder = x_strdup(folder);
	follow->prefix = x_strdup(prefix);
	follow->timer.data = follow->work.data = follow;
	uv_timer_init(loop, &follow->timer);
	uv_timer_start(&follow->timer, on_timer, 0, LOOK_EVERY_MS);
	return follow;
}

static void on_closed(uv_handle_t *handle)
{
	struct httpd_follow *follow = handle->data;

	follow->closed = true;
	free_when_done(follow);
}

void httpd_follow_stop(struct httpd_follow *follow)
{
	follow->stopping = true;
	uv_close((uv_handle_t *)&follow->timer, on_closed);
}
