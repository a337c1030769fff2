/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/intake/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/sock_diag.h>

#include "common/alloc.h"

#define RECEIVE_BUFFER_BYTES (16 * 1024 * 1024) /* a third of a second of a flood */
#define AT_ONCE 32            /* datagrams a system call fetches */
#define ROUNDS_MAX 32         /* system calls before others of the loop have their turn */
#define ROOM_BYTES 2048       /* more than any of the protocol's */
#define CONTROL_BYTES 64      /* for one address of ours */

struct control {
	_Alignas(struct cmsghdr) char bytes[CONTROL_BYTES];
};

struct udp {
	uv_poll_t poll;
	int fd;
	uint32_t drops; /* the kernel's count, when last asked */
	udp_received_cb *on_received;
	void (*on_closed)(void *arg);
	void *arg;
	struct mmsghdr headers[AT_ONCE];
	struct iovec pieces[AT_ONCE];
	struct udp_way ways[AT_ONCE];
	struct control controls[AT_ONCE];
	uint8_t bytes[AT_ONCE][ROOM_BYTES];
};

static void map_v4(const struct in_addr *v4, struct in6_addr *out)
{
	memset(out, 0, sizeof(*out));
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(&out->s6_addr[12], v4, sizeof(*v4));
}

/* To which address of ours it was sent, as the kernel tells beside the datagram. */
static void read_local(struct msghdr *header, struct udp_way *way)
{
	struct in6_pktinfo v6;
	struct in_pktinfo v4;

	memset(&way->local, 0, sizeof(way->local));
	way->interface = 0;
	for (struct cmsghdr *info = CMSG_FIRSTHDR(header); info; info = CMSG_NXTHDR(header, info)) {
		if (info->cmsg_level == IPPROTO_IP && info->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(info), sizeof(v4));
			map_v4(&v4.ipi_spec_dst, &way->local);
		} else if (info->cmsg_level == IPPROTO_IPV6 && info->cmsg_type == IPV6_PKTINFO) {
			memcpy(&v6, CMSG_DATA(info), sizeof(v6));
			way->local = v6.ipi6_addr;
			way->interface = v6.ipi6_ifindex;
		}
	}
}

static void prepare(struct udp *udp)
{
	for (size_t i = 0; i < AT_ONCE; i++) {
		udp->pieces[i] = (struct iovec){udp->bytes[i], ROOM_BYTES};
		udp->headers[i].msg_hdr = (struct msghdr){.msg_name = &udp->ways[i].peer,
							  .msg_namelen = sizeof(udp->ways[i].peer),
							  .msg_iov = &udp->pieces[i],
							  .msg_iovlen = 1,
							  .msg_control = udp->controls[i].bytes,
							  .msg_controllen = CONTROL_BYTES};
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct udp *udp = poll->data;
	int got = AT_ONCE;

	(void)events;
	/* Fewer than asked for: there are no more for now. */
	for (int round = 0; status == 0 && got == AT_ONCE && round < ROUNDS_MAX; round++) {
		prepare(udp);
		got = recvmmsg(udp->fd, udp->headers, AT_ONCE, MSG_DONTWAIT, NULL);
		for (int i = 0; i < got; i++) {
			struct msghdr *header = &udp->headers[i].msg_hdr;

			read_local(header, &udp->ways[i]);
			udp->on_received(udp->bytes[i], udp->headers[i].msg_len,
					 header->msg_flags & MSG_TRUNC, &udp->ways[i], udp->arg);
		}
	}
}

static socklen_t size_of(const struct sockaddr *address)
{
	return address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
					      : sizeof(struct sockaddr_in);
}

/* A larger buffer is a wish: without the right to force it net.core.rmem_max may cut it. */
static int open_socket(const struct sockaddr *address)
{
	bool is_v6 = address->sa_family == AF_INET6;
	int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, size = RECEIVE_BUFFER_BYTES, error;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &on,
		       sizeof(on)) != 0 ||
	    bind(fd, address, size_of(address)) != 0) {
		error = -errno;
		close(fd);
		return error;
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)!setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

int udp_start(uv_loop_t *loop, const struct sockaddr *address, udp_received_cb *on_received, void *arg,
	      struct udp **out)
{
	int fd = open_socket(address), error;
	struct udp *udp;

	if (fd < 0)
		return fd;
	udp = x_calloc(1, sizeof(*udp));
	udp->fd = fd;
	udp->on_received = on_received;
	udp->arg = arg;
	error = uv_poll_init(loop, &udp->poll, fd);
	if (error) {
		close(fd);
		free(udp);
		return error;
	}
	udp->poll.data = udp;
	uv_poll_start(&udp->poll, UV_READABLE, on_readable);
	*out = udp;
	return 0;
}

/* One control message; the room for it is zeroed, as CMSG_NXTHDR() and valgrind want it. */
static void put_control(struct msghdr *header, int level, int type, const void *info, size_t size)
{
	struct cmsghdr *control = header->msg_control;

	memset(control, 0, CONTROL_BYTES);
	control->cmsg_level = level;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(control), info, size);
	header->msg_controllen = CMSG_SPACE(size);
}

static void put_local(struct msghdr *header, const struct udp_way *way)
{
	bool is_near = IN6_IS_ADDR_LINKLOCAL(&way->local);
	struct in6_pktinfo v6 = {.ipi6_addr = way->local, .ipi6_ifindex = is_near ? way->interface : 0};
	struct in_pktinfo v4 = {.ipi_ifindex = 0};

	if (way->peer.ss_family == AF_INET6) {
		put_control(header, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof(v6));
	} else {
		memcpy(&v4.ipi_spec_dst, &way->local.s6_addr[12], sizeof(v4.ipi_spec_dst));
		put_control(header, IPPROTO_IP, IP_PKTINFO, &v4, sizeof(v4));
	}
}

int udp_answer(struct udp *udp, const struct udp_way *way, const void *bytes, size_t size)
{
	struct sockaddr_storage peer = way->peer;
	struct control control;
	struct iovec piece = {(void *)(uintptr_t)bytes, size}; /* sendmsg() does not write there */
	struct msghdr header = {.msg_name = &peer,
				.msg_namelen = size_of((const struct sockaddr *)&peer),
				.msg_iov = &piece,
				.msg_iovlen = 1,
				.msg_control = control.bytes};

	if (!IN6_IS_ADDR_UNSPECIFIED(&way->local))
		put_local(&header, way);
	return sendmsg(udp->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size ? 0 : -errno;
}

int udp_address(const struct udp *udp, struct sockaddr_storage *out)
{
	socklen_t size = sizeof(*out);

	return getsockname(udp->fd, (struct sockaddr *)out, &size) == 0 ? 0 : -errno;
}

uint32_t udp_drops_of(int fd, uint32_t *seen)
{
	uint32_t memory[SK_MEMINFO_VARS], since;
	socklen_t size = sizeof(memory);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) != 0)
		return 0;
	since = memory[SK_MEMINFO_DROPS] - *seen;
	*seen = memory[SK_MEMINFO_DROPS];
	return since;
}

uint32_t udp_drops(struct udp *udp)
{
	return udp_drops_of(udp->fd, &udp->drops);
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct udp *udp = handle->data;

	close(udp->fd);
	udp->on_closed(udp->arg);
	free(udp);
}

void udp_stop(struct udp *udp, void (*on_closed)(void *arg))
{
	udp->on_closed = on_closed;
	uv_poll_stop(&udp->poll);
	uv_close((uv_handle_t *)&udp->poll, on_poll_closed);
}
