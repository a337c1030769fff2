/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A UDP socket in the loop that knows to which of the machine's addresses a datagram was sent, and
 * answers from there: a unit behind address translation, or with a connected socket, takes an answer
 * from nobody else.  Reads many datagrams with one system call, so that junk costs little; nothing
 * is allocated for a datagram.  Loop thread.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_UDP_H
#define PLOW_SERVER_PLOWD_INTAKE_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

#include "common/attr.h"

struct udp;

/* Between whom a datagram went. */
struct udp_way {
	struct sockaddr_storage peer;
	struct in6_addr local; /* of ours; an IPv4 address mapped into IPv6; all zero: unknown */
	unsigned interface;    /* what a local address that is none elsewhere belongs to */
};

/* Called for each datagram; is_cut: it was longer than any that makes sense.  Good during the call. */
typedef void udp_received_cb(const uint8_t *bytes, size_t size, bool is_cut, const struct udp_way *way,
			     void *arg);

/* Returns 0 or negative errno (-EADDRINUSE, -EADDRNOTAVAIL, -EACCES). */
int udp_start(uv_loop_t *loop, const struct sockaddr *address, udp_received_cb *on_received, void *arg,
	      struct udp **out) PLOW_MUST_USE;

/* Sends back along the way a datagram came.  Returns 0, or negative errno when it cannot be now. */
int udp_answer(struct udp *udp, const struct udp_way *way, const void *bytes, size_t size) PLOW_MUST_USE;

/* The address it really has. */
int udp_address(const struct udp *udp, struct sockaddr_storage *out) PLOW_MUST_USE;

/* How many datagrams the kernel dropped since the last question. */
uint32_t udp_drops(struct udp *udp);
/* The same of any UDP socket; *seen is what it had dropped then, 0 at first. */
uint32_t udp_drops_of(int fd, uint32_t *seen);

/* Closes it; freed, and on_closed(arg) called, when the loop has let go of it. */
void udp_stop(struct udp *udp, void (*on_closed)(void *arg));

#endif
