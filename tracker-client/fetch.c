/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/fetch.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/exits.h"
#include "common/httpd/gzip.h"
#include "tracker-client/http_reply.h"

#define SILENCE_MS 20000 /* a radio that says nothing so long has lost the connection */
#define PACKED_FIRST 65536
#define UNPACKED_TIMES 16 /* JSON packs well; more than this is a bomb */

enum stage { IDLE, RESOLVING, CONNECTED, CLOSING };

struct fetch {
	uv_loop_t *loop;
	struct fetch_folder folder;
	size_t most;
	fetch_done_cb *done;
	void *user;
	enum stage stage;
	bool is_stopped;
	int result; /* to be told when the connection is closed */
	uv_timer_t timer;
	uv_getaddrinfo_t resolve;
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_write_t write;
	char request[FETCH_PATH_BYTES + SOURCE_HOST_BYTES + 320];
	char *bytes;
	size_t size, room;
};

int fetch_folder_parse(const char *text, struct fetch_folder *out)
{
	char host[SOURCE_HOST_BYTES + SOURCE_PORT_BYTES + 4];
	const char *slash;
	size_t length;

	if (strncmp(text, "http://", 7) != 0)
		return -EINVAL;
	text += 7;
	slash = strchr(text, '/');
	length = slash != NULL ? (size_t)(slash - text) : 0;
	if (length == 0 || length >= sizeof(host) - 3 || strlen(slash) >= FETCH_PATH_BYTES ||
	    slash[strlen(slash) - 1] != '/')
		return -EINVAL;
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~')
			return -EINVAL;
	memcpy(host, text, length);
	host[length] = '\0';
	/* The port may be left out; not in an address of IPv6, where colons are something else. */
	if (strchr(host, ':') == NULL || host[length - 1] == ']')
		strcpy(host + length, ":80");
	strcpy(out->path, slash);
	return endpoint_parse(host, &out->endpoint);
}

struct fetch *fetch_new(uv_loop_t *loop, const struct fetch_folder *folder, size_t most,
			fetch_done_cb *done, void *user)
{
	struct fetch *fetch = x_calloc(1, sizeof(*fetch));

	*fetch = (struct fetch){
		.loop = loop,
		.folder = *folder,
		.most = most,
		.done = done,
		.user = user,
	};
	uv_timer_init(loop, &fetch->timer);
	fetch->timer.data = fetch;
	return fetch;
}

/* ---- the end of one ---- */

static void tell(struct fetch *fetch)
{
	struct http_reply reply;
	void *unpacked = NULL;
	const void *bytes = NULL;
	size_t size = 0;
	int error = fetch->result;

	fetch->stage = IDLE;
	if (fetch->is_stopped)
		return;
	if (error == 0)
		error = http_reply_read(fetch->bytes, fetch->size, &reply);
	if (error == 0 && reply.status != 200)
		error = -ENOENT;
	if (error == 0) {
		bytes = reply.body;
		size = reply.size;
		if (reply.is_packed) {
			error = gzip_unpack(reply.body, reply.size, UNPACKED_TIMES * fetch->most,
					    &unpacked, &size);
			bytes = unpacked;
		}
	}
	fetch->done(error, error == 0 ? bytes : NULL, error == 0 ? size : 0, fetch->user);
	free(unpacked);
}

static void on_closed(uv_handle_t *handle)
{
	tell(handle->data);
}

/* Ends the connection; the result is told when it is closed. */
static void finish(struct fetch *fetch, int result)
{
	if (fetch->stage != CONNECTED)
		return;
	fetch->stage = CLOSING;
	fetch->result = result;
	uv_timer_stop(&fetch->timer);
	uv_close((uv_handle_t *)&fetch->tcp, on_closed);
}

static void on_silence(uv_timer_t *timer)
{
	finish(timer->data, -ETIMEDOUT);
}

/* ---- the way there ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct fetch *fetch = handle->data;

	(void)suggested;
	if (fetch->size == fetch->room && fetch->room < fetch->most) {
		fetch->room = fetch->room == 0 ? PACKED_FIRST : 2 * fetch->room;
		fetch->bytes = x_realloc(fetch->bytes, fetch->room, 1);
	}
	*buf = uv_buf_init(fetch->bytes + fetch->size, (unsigned)(fetch->room - fetch->size));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buf)
{
	struct fetch *fetch = stream->data;

	(void)buf;
	if (size > 0) {
		fetch->size += (size_t)size;
		uv_timer_start(&fetch->timer, on_silence, SILENCE_MS, 0);
	} else if (size == UV_EOF) {
		finish(fetch, 0);
	} else if (size < 0) {
		finish(fetch, size == UV_ENOBUFS ? -EFBIG : (int)size);
	}
}

static void on_written(uv_write_t *write, int status)
{
	if (status < 0)
		finish(write->data, status);
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct fetch *fetch = connect->data;
	uv_buf_t request = uv_buf_init(fetch->request, (unsigned)strlen(fetch->request));

	fetch->write.data = fetch;
	if (status == 0)
		status = uv_write(&fetch->write, (uv_stream_t *)&fetch->tcp, &request, 1, on_written);
	if (status == 0)
		status = uv_read_start((uv_stream_t *)&fetch->tcp, on_alloc, on_read);
	if (status < 0)
		finish(fetch, status);
}

static void on_resolved(uv_getaddrinfo_t *resolve, int status, struct addrinfo *found)
{
	struct fetch *fetch = resolve->data;

	if (status < 0 || fetch->is_stopped) {
		uv_freeaddrinfo(found);
		fetch->result = status < 0 ? status : -ECANCELED;
		tell(fetch);
		return;
	}
	uv_tcp_init(fetch->loop, &fetch->tcp);
	fetch->tcp.data = fetch;
	fetch->connect.data = fetch;
	fetch->stage = CONNECTED;
	uv_timer_start(&fetch->timer, on_silence, SILENCE_MS, 0);
	status = uv_tcp_connect(&fetch->connect, &fetch->tcp, found->ai_addr, on_connected);
	uv_freeaddrinfo(found);
	if (status < 0)
		finish(fetch, status);
}

static void on_not_begun(uv_timer_t *timer)
{
	struct fetch *fetch = timer->data;

	on_resolved(&fetch->resolve, fetch->result, NULL);
}

void fetch_get(struct fetch *fetch, const char *name)
{
	static const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
	const struct endpoint *to = &fetch->folder.endpoint;
	char host[SOURCE_HOST_BYTES + SOURCE_PORT_BYTES + 4];

	assert(fetch->stage == IDLE && strlen(name) < 128);
	if (strchr(to->host, ':') != NULL)
		snprintf(host, sizeof(host), "[%s]:%s", to->host, to->port);
	else
		snprintf(host, sizeof(host), "%s:%s", to->host, to->port);
	snprintf(fetch->request, sizeof(fetch->request),
		 "GET %s%s HTTP/1.0\r\nHost: %s\r\nAccept-Encoding: gzip\r\n"
		 "User-Agent: plow-tracker/" PLOW_VERSION "\r\nConnection: close\r\n\r\n",
		 fetch->folder.path, name, host);
	fetch->size = 0;
	fetch->result = 0;
	fetch->resolve.data = fetch;
	fetch->stage = RESOLVING;
	/* What cannot even be begun is told like any failure: later. */
	fetch->result = uv_getaddrinfo(fetch->loop, &fetch->resolve, on_resolved, to->host, to->port, &wanted);
	if (fetch->result < 0)
		uv_timer_start(&fetch->timer, on_not_begun, 0, 0);
}

void fetch_stop(struct fetch *fetch)
{
	fetch->is_stopped = true;
	if (fetch->stage == RESOLVING)
		uv_cancel((uv_req_t *)&fetch->resolve);
	finish(fetch, -ECANCELED);
	uv_close((uv_handle_t *)&fetch->timer, NULL);
}

void fetch_free(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	free(fetch->bytes);
	free(fetch);
}
