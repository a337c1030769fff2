/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/nmea_port.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "server/plowd/intake/nmea_sender.h"
#include "server/plowd/intake/udp.h"
#include "server/plowd/base/stats.h"

#define RECEIVE_BUFFER_BYTES (4 * 1024 * 1024)
#define SENDERS 512
#define SILENCE_MS 250 /* after it an epoch is over */

struct nmea_port {
	uv_udp_t udp;
	uv_timer_t timer;
	int open_handles;
	uint32_t drops; /* the kernel's count, when last asked */
	char received[65536];
	struct nmea_desk desk;
	struct nmea_sender senders[SENDERS];
	size_t sender_count;
};

static size_t address_bytes(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					      : sizeof(struct sockaddr_in);
}

/* Nobody's, a vehicle's by what it says, a vehicle's from a listed network. */
static int worth(const struct nmea_sender *sender)
{
	return sender->is_vehicle ? 1 + sender->is_listed : 0;
}

static bool makes_room_before(const struct nmea_sender *sender, const struct nmea_sender *other)
{
	if (worth(sender) != worth(other))
		return worth(sender) < worth(other);
	return sender->heard_ms < other->heard_ms;
}

static struct nmea_sender *find_sender(struct nmea_port *port, const struct sockaddr *address)
{
	struct nmea_sender *victim = &port->senders[0];

	for (size_t i = 0; i < port->sender_count; i++) {
		struct nmea_sender *sender = &port->senders[i];

		if (sender->address.ss_family == address->sa_family &&
		    memcmp(&sender->address, address, address_bytes(address)) == 0)
			return sender;
		if (makes_room_before(sender, victim))
			victim = sender;
	}
	if (port->sender_count < SENDERS)
		victim = &port->senders[port->sender_count++];
	else
		nmea_sender_end_epoch(victim);
	nmea_sender_init(victim, &port->desk, address);
	return victim;
}

static void count_drops(struct nmea_port *port)
{
	uv_os_fd_t fd;

	if (uv_fileno((const uv_handle_t *)&port->udp, &fd) == 0)
		stats_add(port->desk.parts.stats, STAT_NMEA_DROPS, udp_drops_of(fd, &port->drops));
}

static void on_timer(uv_timer_t *timer)
{
	struct nmea_port *port = timer->data;
	int64_t now_ms = wall_clock_ms();

	count_drops(port);

	for (size_t i = 0; i < port->sender_count; i++) {
		struct nmea_sender *sender = &port->senders[i];
		bool is_silent =
			now_ms - sender->heard_ms >= SILENCE_MS || now_ms < sender->heard_ms;

		if (sender->nmea.epoch.is_open && is_silent)
			nmea_sender_end_epoch(sender);
	}
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct nmea_port *port = handle->data;

	(void)suggested;
	*buf = uv_buf_init(port->received, sizeof(port->received));
}

static void on_receive(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf,
		       const struct sockaddr *peer, unsigned flags)
{
	struct nmea_port *port = udp->data;

	if (size < 0 || !peer)
		return;
	stats_add(port->desk.parts.stats, STAT_NMEA_DATAGRAMS, 1);
	if (!(flags & UV_UDP_PARTIAL))
		nmea_sender_read(find_sender(port, peer), buf->base, (size_t)size);
}

static void on_closed(uv_handle_t *handle)
{
	struct nmea_port *port = handle->data;

	if (--port->open_handles == 0)
		free(port);
}

void nmea_port_stop(struct nmea_port *port)
{
	for (size_t i = 0; i < port->sender_count; i++)
		nmea_sender_end_epoch(&port->senders[i]);
	uv_close((uv_handle_t *)&port->udp, on_closed);
	uv_close((uv_handle_t *)&port->timer, on_closed);
}

int nmea_port_start(uv_loop_t *loop, const struct sockaddr *address,
		    const struct nmea_port_parts *parts, struct nmea_port **out)
{
	struct nmea_port *port = x_calloc(1, sizeof(*port));
	int size = RECEIVE_BUFFER_BYTES, error;

	port->desk.parts = *parts;
	port->open_handles = 2;
	uv_udp_init(loop, &port->udp);
	uv_timer_init(loop, &port->timer);
	port->udp.data = port->timer.data = port;
	error = uv_udp_bind(&port->udp, address, 0);
	if (!error)
		error = uv_udp_recv_start(&port->udp, on_alloc, on_receive);
	if (error) {
		nmea_port_stop(port);
		return error;
	}
	/* A larger buffer is a wish: the system's limit may cut it. */
	(void)!uv_recv_buffer_size((uv_handle_t *)&port->udp, &size);
	uv_timer_start(&port->timer, on_timer, SILENCE_MS, SILENCE_MS);
	*out = port;
	return 0;
}

int nmea_port_address(const struct nmea_port *port, struct sockaddr_storage *out)
{
	int size = sizeof(*out);

	return uv_udp_getsockname(&port->udp, (struct sockaddr *)out, &size);
}
