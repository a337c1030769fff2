/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver behind gpsd, asked for NMEA: gpsd passes on what an NMEA receiver says and translates
 * what others do.  Its JSON lines hold no '$' outside strings and are skipped as noise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "tracker-client/receiver_drivers.h"

#define RETRY_MS 2000
#define SILENCE_MS 60000 /* a connection that says nothing so long is made anew */

static const char WATCH[] = "?WATCH={\"enable\":true,\"nmea\":true};\r\n";

enum stage { WAITING, RESOLVING, CONNECTING, READING, CLOSING };

struct gpsd {
	struct intake *intake;
	struct endpoint endpoint;
	char name[SOURCE_HOST_BYTES + 16];
	enum stage stage;
	bool is_stopped;
	uint64_t since_ms;
	uv_timer_t timer;
	uv_getaddrinfo_t resolve;
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_write_t write;
	char watch[sizeof(WATCH)];
	char bytes[4096];
};

static void on_tcp_closed(uv_handle_t *handle)
{
	struct gpsd *gpsd = handle->data;

	gpsd->stage = WAITING;
}

static void break_off(struct gpsd *gpsd, const char *why)
{
	if (gpsd->stage != CONNECTING && gpsd->stage != READING)
		return;
	intake_absent(gpsd->intake, gpsd->name, why);
	gpsd->stage = CLOSING;
	uv_close((uv_handle_t *)&gpsd->tcp, on_tcp_closed);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct gpsd *gpsd = handle->data;

	(void)suggested;
	*buf = uv_buf_init(gpsd->bytes, sizeof(gpsd->bytes));
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buf)
{
	struct gpsd *gpsd = stream->data;

	if (size < 0)
		break_off(gpsd, uv_strerror((int)size));
	if (size <= 0)
		return;
	gpsd->since_ms = uv_now(gpsd->intake->loop);
	intake_bytes(gpsd->intake, buf->base, (size_t)size);
}

static void on_written(uv_write_t *write, int status)
{
	if (status != 0)
		break_off(write->data, uv_strerror(status));
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct gpsd *gpsd = connect->data;
	uv_buf_t watch = uv_buf_init(gpsd->watch, sizeof(WATCH) - 1);

	if (status == UV_ECANCELED)
		return;
	memcpy(gpsd->watch, WATCH, sizeof(WATCH));
	gpsd->stage = READING;
	gpsd->write.data = gpsd;
	if (status == 0)
		status = uv_write(&gpsd->write, (uv_stream_t *)&gpsd->tcp, &watch, 1, on_written);
	if (status == 0)
		status = uv_read_start((uv_stream_t *)&gpsd->tcp, on_alloc, on_read);
	if (status == 0)
		intake_opened(gpsd->intake);
	else
		break_off(gpsd, uv_strerror(status));
}

static void on_resolved(uv_getaddrinfo_t *resolve, int status, struct addrinfo *found)
{
	struct gpsd *gpsd = resolve->data;

	gpsd->stage = WAITING;
	if (status != 0)
		intake_absent(gpsd->intake, gpsd->name, uv_strerror(status));
	if (status != 0 || gpsd->is_stopped) {
		uv_freeaddrinfo(found);
		return;
	}
	uv_tcp_init(gpsd->intake->loop, &gpsd->tcp);
	gpsd->tcp.data = gpsd;
	gpsd->connect.data = gpsd;
	gpsd->stage = CONNECTING;
	status = uv_tcp_connect(&gpsd->connect, &gpsd->tcp, found->ai_addr, on_connected);
	uv_freeaddrinfo(found);
	if (status != 0)
		break_off(gpsd, uv_strerror(status));
}

static void on_timer(uv_timer_t *timer)
{
	static const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
	struct gpsd *gpsd = timer->data;
	int error;

	if (gpsd->stage == READING && uv_now(gpsd->intake->loop) - gpsd->since_ms > SILENCE_MS)
		break_off(gpsd, "it fell silent");
	if (gpsd->stage != WAITING)
		return;
	gpsd->stage = RESOLVING;
	gpsd->since_ms = uv_now(gpsd->intake->loop);
	gpsd->resolve.data = gpsd;
	error = uv_getaddrinfo(gpsd->intake->loop, &gpsd->resolve, on_resolved, gpsd->endpoint.host,
			       gpsd->endpoint.port, &wanted);
	if (error != 0) {
		gpsd->stage = WAITING;
		intake_absent(gpsd->intake, gpsd->name, uv_strerror(error));
	}
}

static void *start(struct intake *intake, const struct source *source, double rate, int *out_error,
		   char why[RECEIVER_WHY_BYTES])
{
	struct gpsd *gpsd = x_calloc(1, sizeof(*gpsd));

	(void)rate;
	(void)out_error;
	(void)why;
	gpsd->intake = intake;
	gpsd->endpoint = source->endpoint;
	snprintf(gpsd->name, sizeof(gpsd->name), "gpsd://%s:%s", source->endpoint.host,
		 source->endpoint.port);
	uv_timer_init(intake->loop, &gpsd->timer);
	gpsd->timer.data = gpsd;
	uv_timer_start(&gpsd->timer, on_timer, 0, RETRY_MS);
	return gpsd;
}

static void stop(void *driver)
{
	struct gpsd *gpsd = driver;

	gpsd->is_stopped = true;
	uv_close((uv_handle_t *)&gpsd->timer, NULL);
	if (gpsd->stage == CONNECTING || gpsd->stage == READING) {
		gpsd->stage = CLOSING;
		uv_close((uv_handle_t *)&gpsd->tcp, on_tcp_closed);
	}
}

const struct receiver_driver receiver_gpsd = {start, stop, free};
