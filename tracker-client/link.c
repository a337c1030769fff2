/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/link.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"

#define ANEW_MS 30000 /* of silence, after which name, socket and numbers are made anew, again and again */
#define CLOCK_SET_MS INT64_C(1704067200000) /* 2024: an earlier clock was never set */

struct link {
	struct link_config config;
	struct endpoint server;
	struct sender *sender;
	uv_udp_t *udp; /* NULL while there is none; freed by its own close */
	struct sockaddr_storage address;
	uv_timer_t timer;
	uv_getaddrinfo_t resolve;
	bool is_resolving, is_stopped, was_ready, was_silent;
	uint64_t resolved_ms; /* when it was last tried */
	int64_t newest_fix_ms;
	char local[INET6_ADDRSTRLEN + 9];
	char received[65536];
};

static void pump(struct link *link);

static int64_t unix_ms(const struct link *link)
{
	int64_t ms = wall_clock_ms();

	return ms < CLOCK_SET_MS && link->newest_fix_ms > ms ? link->newest_fix_ms : ms;
}

/* ---- the socket ---- */

static void transmit(const uint8_t *datagram, size_t size, void *user)
{
	struct link *link = user;
	uv_buf_t buf = uv_buf_init(link->received, (unsigned)size);

	if (link->udp == NULL)
		return;
	/* uv_buf_t wants bytes it could change; nothing is being received meanwhile. */
	memcpy(link->received, datagram, size);
	uv_udp_try_send(link->udp, &buf, 1, (const struct sockaddr *)&link->address);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct link *link = handle->data;

	(void)suggested;
	*buf = uv_buf_init(link->received, sizeof(link->received));
}

static void on_received(uv_udp_t *udp, ssize_t size, const uv_buf_t *buf,
			const struct sockaddr *peer, unsigned flags)
{
	struct link *link = udp->data;

	(void)flags;
	/* Whoever knows the key may answer from wherever; the seal tells. */
	if (size <= 0 || peer == NULL || link->is_stopped)
		return;
	sender_receive(link->sender, (const uint8_t *)buf->base, (size_t)size,
		       uv_now(link->config.loop));
	link->config.heard(link->config.user);
	if (!link->is_stopped)
		pump(link);
}

static void on_udp_closed(uv_handle_t *handle)
{
	free(handle);
}

static void close_socket(struct link *link)
{
	if (link->udp != NULL)
		uv_close((uv_handle_t *)link->udp, on_udp_closed);
	link->udp = NULL;
	link->local[0] = '\0';
}

static void name_socket(struct link *link)
{
	struct sockaddr_storage here;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&here;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&here;
	char host[INET6_ADDRSTRLEN] = "";
	int size = sizeof(here);

	if (uv_udp_getsockname(link->udp, (struct sockaddr *)&here, &size) != 0)
		return;
	if (here.ss_family == AF_INET6) {
		uv_ip6_name(v6, host, sizeof(host));
		snprintf(link->local, sizeof(link->local), "[%s]:%u", host, ntohs(v6->sin6_port));
	} else {
		uv_ip4_name(v4, host, sizeof(host));
		snprintf(link->local, sizeof(link->local), "%s:%u", host, ntohs(v4->sin_port));
	}
}

/* A socket of the server's kind; for a server on this machine one that only this machine reaches.
 */
static int open_socket(struct link *link)
{
	struct sockaddr_storage here = {.ss_family = link->address.ss_family};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&here;
	const struct sockaddr_in *server = (const struct sockaddr_in *)&link->address;
	int error;

	close_socket(link);
	link->udp = x_calloc(1, sizeof(*link->udp));
	uv_udp_init(link->config.loop, link->udp);
	link->udp->data = link;
	if (here.ss_family == AF_INET && ntohl(server->sin_addr.s_addr) >> 24 == 127)
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	error = uv_udp_bind(link->udp, (const struct sockaddr *)&here, 0);
	if (error == 0)
		error = uv_udp_recv_start(link->udp, on_alloc, on_received);
	if (error == 0)
		name_socket(link);
	return error;
}

/* ---- the name ---- */

static void on_resolved(uv_getaddrinfo_t *resolve, int status, struct addrinfo *found)
{
	struct link *link = resolve->data;

	link->is_resolving = false;
	if (status == 0 && !link->is_stopped) {
		memcpy(&link->address, found->ai_addr, found->ai_addrlen);
		status = open_socket(link);
	}
	uv_freeaddrinfo(found);
	if (link->is_stopped)
		return;
	if (status != 0)
		fprintf(stderr, "plow-tracker: no way to %s:%s: %s; it is tried again\n",
			link->server.host, link->server.port, uv_strerror(status));
	if (!link->was_ready)
		link->config.ready(link->config.user);
	link->was_ready = true;
	pump(link);
}

static void look_up(struct link *link)
{
	static const struct addrinfo wanted = {.ai_socktype = SOCK_DGRAM};

	if (link->is_resolving)
		return;
	link->resolved_ms = uv_now(link->config.loop);
	link->resolve.data = link;
	link->is_resolving = uv_getaddrinfo(link->config.loop, &link->resolve, on_resolved,
					    link->server.host, link->server.port, &wanted) == 0;
}

/* ---- sending ---- */

static void on_timer(uv_timer_t *timer)
{
	pump(timer->data);
}

/* One line each time the server comes or goes. */
static void report(struct link *link, const struct sender_state *state)
{
	if (state->is_silent == link->was_silent)
		return;
	link->was_silent = state->is_silent;
	fprintf(stderr, "plow-tracker: %s:%s %s\n", link->server.host, link->server.port,
		state->is_silent ? "does not answer; fixes wait in the spool" : "answers");
}

static void pump(struct link *link)
{
	uint64_t now = uv_now(link->config.loop), wait_ms = ANEW_MS;
	struct sender_state state;

	if (link->udp != NULL)
		wait_ms = sender_pump(link->sender, now, unix_ms(link));
	state = sender_state(link->sender, now);
	report(link, &state);
	if ((link->udp == NULL || state.silent_ms > ANEW_MS) && now - link->resolved_ms >= ANEW_MS) {
		sender_renew_numbers(link->sender);
		look_up(link);
	}
	uv_timer_start(&link->timer, on_timer, wait_ms < ANEW_MS ? wait_ms : ANEW_MS, 0);
}

struct link *link_start(const struct link_config *config)
{
	struct link *link = x_calloc(1, sizeof(*link));
	struct sender_config sender = {
		.spool = config->spool,
		.key = *config->key,
		.newest_first = config->newest_first,
		.transmit = transmit,
		.user = link,
	};

	link->config = *config;
	link->server = *config->server;
	link->sender = sender_new(&sender);
	link->was_silent = true;
	uv_timer_init(config->loop, &link->timer);
	link->timer.data = link;
	look_up(link);
	return link;
}

void link_stop(struct link *link)
{
	link->is_stopped = true;
	if (link->is_resolving)
		uv_cancel((uv_req_t *)&link->resolve);
	close_socket(link);
	uv_close((uv_handle_t *)&link->timer, NULL);
}

void link_free(struct link *link)
{
	if (link == NULL)
		return;
	sender_free(link->sender);
	free(link);
}

void link_committed(struct link *link, bool is_new, int64_t newest_fix_ms)
{
	link->newest_fix_ms = newest_fix_ms;
	sender_committed(link->sender, is_new);
	pump(link);
}

void link_change(struct link *link, const struct endpoint *server, const struct seal_key *key)
{
	sender_change_key(link->sender, key);
	link->server = *server;
	link->resolved_ms = 0;
	look_up(link);
}

const char *link_address(const struct link *link)
{
	return link->local[0] != '\0' ? link->local : NULL;
}

struct sender_state link_state(const struct link *link)
{
	return sender_state(link->sender, uv_now(link->config.loop));
}
