/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fetches one public file after another over HTTP: no secrets, no TLS, and nothing bigger than it is
 * told to expect.  Belongs to the loop's thread.
 */
#ifndef PLOW_TRACKER_FETCH_H
#define PLOW_TRACKER_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

#include "common/attr.h"
#include "tracker-client/source.h"

#define FETCH_PATH_BYTES 512

/* http://HOST[:PORT]/PATH/ */
struct fetch_folder {
	struct endpoint endpoint;
	char path[FETCH_PATH_BYTES]; /* begins and ends with a slash */
};

/* Returns 0 or -EINVAL. */
int fetch_folder_parse(const char *text, struct fetch_folder *out) PLOW_MUST_USE;

struct fetch;

/*
 * What came, unpacked, or negative errno: -ENOENT for anything but a 200, -EFBIG, -EBADMSG,
 * -ETIMEDOUT, ...  The bytes are good during the call, in which the next file may be asked for.
 */
typedef void fetch_done_cb(int error, const void *bytes, size_t size, void *user);

/* folder is copied. */
struct fetch *fetch_new(uv_loop_t *loop, const struct fetch_folder *folder, size_t most,
			fetch_done_cb *done, void *user);

/* Asks for a file of the folder; done is called later, once.  One at a time. */
void fetch_get(struct fetch *fetch, const char *name);

/* Nothing is called any more; the loop has to run on until all is closed, then fetch_free(). */
void fetch_stop(struct fetch *fetch);
void fetch_free(struct fetch *fetch);

#endif
