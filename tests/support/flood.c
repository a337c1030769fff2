/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Junk for a port: so many datagrams a second for so many seconds, as evenly as the system wakes
 *us.
 *
 *	flood PORT RATE SECONDS [KEYID]
 *
 * A third is random bytes of random length, a third has the right head and an unknown key, a third
 * has the id of a key that is good (16 hexadecimal digits) and is forged.  Prints how many were
 *sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BURST 64
#define LARGEST 1200
#define RATE_MAX 1000000
#define SECONDS_MAX 3600

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Makes one piece of junk; returns its size. */
static size_t make(uint8_t out[LARGEST], uint32_t *state, const uint8_t key_id[8])
{
	static const uint8_t head[4] = {'M', 'i', 1, 1};
	uint32_t kind = next_random(state) % 3;
	size_t size = next_random(state) % (next_random(state) % 8 ? 120 : LARGEST) + 1;

	if (kind > 0 && size < 80)
		size = 80;
	for (size_t i = 0; i < size; i++)
		out[i] = (uint8_t)next_random(state);
	if (kind > 0)
		memcpy(out, head, sizeof(head));
	if (kind == 2)
		memcpy(out + sizeof(head), key_id, 8);
	return size;
}

static unsigned send_burst(int fd, unsigned count, uint32_t *state, const uint8_t key_id[8])
{
	uint8_t bytes[BURST][LARGEST];
	struct iovec parts[BURST];
	struct mmsghdr messages[BURST] = {0};
	int sent;

	for (unsigned i = 0; i < count; i++) {
		parts[i] = (struct iovec){bytes[i], make(bytes[i], state, key_id)};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	sent = sendmmsg(fd, messages, count, 0);
	return sent > 0 ? (unsigned)sent : 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint8_t key_id[8] = {0};
	uint64_t sent = 0, rate, end_us, began_us = now_us();
	uint32_t state = 2463534242;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (argc < 4 || fd < 0)
		return 64;
	to.sin_port = htons((uint16_t)atoi(argv[1]));
	rate = strtoull(argv[2], NULL, 10) % (RATE_MAX + 1);
	end_us = began_us + strtoull(argv[3], NULL, 10) % (SECONDS_MAX + 1) * 1000000;
	for (size_t i = 0; argc > 4 && strlen(argv[4]) == 16 && i < sizeof(key_id); i++) {
		unsigned byte;

		if (sscanf(argv[4] + 2 * i, "%2x", &byte) == 1)
			key_id[i] = (uint8_t)byte;
	}
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return 74;
	for (uint64_t now = began_us; now < end_us; now = now_us()) {
		uint64_t due = (now - began_us) * rate / 1000000;

		if (due <= sent)
			usleep(500);
		else
			sent += send_burst(fd, due - sent < BURST ? (unsigned)(due - sent) : BURST,
					   &state, key_id);
	}
	printf("%llu\n", (unsigned long long)sent);
	close(fd);
	return 0;
}
