/* SPDX-License-Identifier: Apache-2.0 */
/* NMEA in UDP datagrams, as routers and phones in the cab send it to a port of this machine. */
#include <stdio.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "tracker-client/receiver_drivers.h"

struct listener {
	struct intake *intake;
	uv_udp_t udp;
	char bytes[65536];
};

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct listener *listener = handle->data;

	(void)suggested;
	*buf = uv_buf_init(listener->bytes, sizeof(listener->bytes));
}

static void on_datagram(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf,
			const struct sockaddr *peer, unsigned flags)
{
	struct listener *listener = udp->data;

	(void)flags;
	if (size > 0 && peer != NULL)
		intake_datagram(listener->intake, buf->base, (size_t)size);
}

static int listen_at(struct listener *listener, const struct endpoint *endpoint)
{
	struct sockaddr_storage address;
	int port = atoi(endpoint->port);
	int error = uv_ip4_addr(endpoint->host, port, (struct sockaddr_in *)&address);

	if (error != 0)
		error = uv_ip6_addr(endpoint->host, port, (struct sockaddr_in6 *)&address);
	if (error == 0)
		error = uv_udp_bind(&listener->udp, (const struct sockaddr *)&address, 0);
	if (error == 0)
		error = uv_udp_recv_start(&listener->udp, on_alloc, on_datagram);
	return error;
}

static void on_failed_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void *start(struct intake *intake, const struct source *source, double rate, int *out_error,
		   char why[RECEIVER_WHY_BYTES])
{
	struct listener *listener = x_calloc(1, sizeof(*listener));

	(void)rate;
	listener->intake = intake;
	uv_udp_init(intake->loop, &listener->udp);
	listener->udp.data = listener;
	*out_error = listen_at(listener, &source->endpoint);
	if (*out_error == 0)
		return listener;
	snprintf(why, RECEIVER_WHY_BYTES, "udp://%s:%s cannot be listened at: %s",
		 source->endpoint.host, source->endpoint.port, uv_strerror(*out_error));
	uv_close((uv_handle_t *)&listener->udp, on_failed_closed);
	return NULL;
}

static void stop(void *driver)
{
	struct listener *listener = driver;

	uv_close((uv_handle_t *)&listener->udp, NULL);
}

const struct receiver_driver receiver_udp = {start, stop, free};
