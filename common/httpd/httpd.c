/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop side.  libmicrohttpd watches its sockets edge-triggered behind one epoll descriptor, so
 * two rules keep every answer moving: after each MHD_run() its own timeout is asked for and set as
 * a timer, zero included; and after a connection was resumed MHD_run() must be called, since no
 * descriptor will become readable for it.
 */
#include "common/httpd/httpd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/httpd/httpd_files.h"
#include "common/httpd/httpd_internal.h"

#define CONNECTION_MEMORY                                                                          \
	((size_t)8192) /* headers of real browsers fit, many streams stay cheap                    \
			*/
#define IDLE_TIMEOUT_S 30U
#define LOG_EVERY_MS 10000
#define SPARE_FILES ((rlim_t)256) /* for the database, other sockets and files */
#define SPARE_CONNECTIONS                                                                          \
	64 /* beyond the limit, for saying 503 instead of letting clients hang                     \
	    */
#define CONTENT_READ_MAX ((size_t)1 << 20)
#define LAST_RUNS 5 /* enough for the closing chunk of every stream */

static void run(struct httpd *httpd);

static void on_timer(uv_timer_t *timer)
{
	run(timer->data);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	run(poll->data);
}

static void run(struct httpd *httpd)
{
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	httpd->running = true;
	MHD_run(httpd->daemon);
	httpd->running = false;
	if (MHD_get_timeout(httpd->daemon, &timeout_ms) == MHD_YES)
		uv_timer_start(&httpd->timer, on_timer, timeout_ms, 0);
	else
		uv_timer_stop(&httpd->timer);
}

void httpd_run_soon(struct httpd *httpd)
{
	if (!httpd->running && !httpd->stopping)
		uv_timer_start(&httpd->timer, on_timer, 0, 0);
}

/* One line per vanished client would fill the log: one in ten seconds, with a count, is enough. */
static void PLOW_PRINTF(2, 0) on_complaint(void *arg, const char *format, va_list args)
{
	struct httpd *httpd = arg;
	uint64_t now = uv_now(httpd->config.loop);
	char line[256];
	int used;

	if (!httpd->config.log)
		return;
	if (httpd->last_log_ms && now < httpd->last_log_ms + LOG_EVERY_MS) {
		httpd->unlogged++;
		return;
	}
	used = vsnprintf(line, sizeof(line), format, args);
	while (used > 0 && (size_t)used < sizeof(line) && line[used - 1] == '\n')
		line[--used] = '\0';
	httpd->config.log(line, httpd->config.context);
	httpd->last_log_ms = now ? now : 1;
}

/* Decoding is ours (httpd_request.c), so that %00 and %2F are seen for what they are. */
static size_t leave_escaped(void *arg, struct MHD_Connection *connection, char *text)
{
	(void)arg;
	(void)connection;
	return strlen(text);
}

static bool is_full(const struct httpd *httpd)
{
	return httpd_counts(httpd).connections > httpd->connections_max;
}

static unsigned connection_limit(unsigned wanted)
{
	struct rlimit files;

	if (wanted == 0)
		wanted = HTTPD_CONNECTIONS_MAX;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted + SPARE_FILES)
		return wanted;
	return files.rlim_cur < 2 * SPARE_FILES ? SPARE_CONNECTIONS
						: (unsigned)(files.rlim_cur - SPARE_FILES);
}

static enum MHD_Result begin(struct httpd *httpd, struct MHD_Connection *connection,
			     const char *path, const char *method, void **state)
{
	struct httpd_request *request = httpd_request_new(httpd, connection, path, method);
	const char *why = NULL;
	unsigned status = is_full(httpd) ? 503 : httpd_request_check(request, &why);

	*state = request;
	httpd->requests++;
	if (status == 0)
		return MHD_YES;
	if (status == 503 && httpd_takes_all(httpd, path))
		return MHD_NO;
	request->dispatched = true;
	httpd_error(request, status, why ? why : "Too many connections: try again in a moment.");
	return httpd_reply_queue(request);
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are libmicrohttpd's. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **state)
{
	struct httpd_request *request = *state;

	(void)version;
	if (!request)
		return begin(arg, connection, path, method, state);
	if (*upload_size > 0) {
		/* What is too much is read a while longer, so that the client gets to see the 413.
		 */
		if (!httpd_request_add(request, upload, *upload_size) && !request->status)
			httpd_error(request, 413, "The body is larger than 64 KiB.");
		*upload_size = 0;
		return request->content_size <= CONTENT_READ_MAX ? MHD_YES : MHD_NO;
	}
	if (!request->dispatched && !request->status) {
		request->dispatched = true;
		httpd_request_dispatch(request);
	}
	if (request->dropped)
		return MHD_NO;
	if (request->status)
		return httpd_reply_queue(request);
	request->asleep = true;
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	(void)arg;
	(void)connection;
	(void)why;
	httpd_request_free(*state);
	*state = NULL;
}

static int start_daemon(struct httpd *httpd)
{
	httpd->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
		on_request, httpd, MHD_OPTION_EXTERNAL_LOGGER, on_complaint, httpd,
		MHD_OPTION_LISTEN_SOCKET, httpd->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
		httpd->connections_max + SPARE_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, httpd, MHD_OPTION_END);
	return httpd->daemon ? 0 : -EIO;
}

static void on_closed(uv_handle_t *handle)
{
	struct httpd *httpd = handle->data;

	if (--httpd->open_handles > 0)
		return;
	httpd_files_free(httpd->config.files);
	free(httpd);
}

int httpd_start(const struct httpd_config *config, struct httpd **out)
{
	struct httpd *httpd = x_calloc(1, sizeof(*httpd));
	struct sockaddr_storage bound;
	int error;

	httpd->config = *config;
	httpd->connections_max = connection_limit(config->connections);
	httpd->listen_fd = address_listen(config->address, &bound);
	if (httpd->listen_fd < 0) {
		error = httpd->listen_fd;
		free(httpd);
		return error;
	}
	address_format(&bound, httpd->address);
	error = start_daemon(httpd);
	if (error) {
		close(httpd->listen_fd);
		free(httpd);
		return error;
	}
	uv_timer_init(config->loop, &httpd->timer);
	uv_poll_init(config->loop, &httpd->poll,
		     MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd);
	httpd->timer.data = httpd->poll.data = httpd;
	httpd->open_handles = 2;
	uv_poll_start(&httpd->poll, UV_READABLE, on_ready);
	httpd_run_soon(httpd);
	*out = httpd;
	return 0;
}

const char *httpd_address(const struct httpd *httpd)
{
	return httpd->address;
}

struct httpd_files *httpd_files_of(const struct httpd *httpd)
{
	return httpd->config.files;
}

void httpd_use_files(struct httpd *httpd, struct httpd_files *files)
{
	httpd_files_free(httpd->config.files);
	httpd->config.files = files;
}

struct httpd_counts httpd_counts(const struct httpd *httpd)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return (struct httpd_counts){
		.requests = httpd->requests,
		.refused = httpd->refused,
		.connections = info ? info->num_connections : 0,
	};
}

void httpd_stop(struct httpd *httpd)
{
	struct httpd_stream *stream, *next;

	MHD_quiesce_daemon(httpd->daemon);
	httpd->stopping = true;
	for (stream = httpd->streams; stream; stream = next) {
		next = stream->next;
		httpd_stream_wake(stream);
	}
	for (int i = 0; i < LAST_RUNS; i++)
		MHD_run(httpd->daemon);
	uv_poll_stop(&httpd->poll);
	uv_timer_stop(&httpd->timer);
	MHD_stop_daemon(httpd->daemon);
	close(httpd->listen_fd);
	uv_close((uv_handle_t *)&httpd->poll, on_closed);
	uv_close((uv_handle_t *)&httpd->timer, on_closed);
}
