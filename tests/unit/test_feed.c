/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feed's numbers and bounds, and what a page gets that does not read.  What pages get that do
 * is in tests/integration/http.test.mjs.
 */
#include <criterion/criterion.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/httpd/address.h"
#include "common/clock.h"
#include "common/httpd/httpd.h"
#include "server/plowd/live/feed.h"
#include "server/plowd/base/now.h"
#include "server/plowd/accounts/sessions.h"
#include "server/plowd/base/stats.h"

static void tell(struct feed *feed, const char *name, const void *json, size_t size)
{
	feed_publish(feed, &(struct feed_event){name, json, size, NULL});
}

struct bench {
	uv_loop_t loop;
	struct now now;
	struct stats *stats;
	struct feed *feed;
};

static void begin(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	uv_loop_init(&bench->loop);
	bench->stats = stats_new();
	bench->feed = feed_new(&bench->loop, bench->stats, &bench->now, 2);
}

static void end(struct bench *bench)
{
	feed_free(bench->feed);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&bench->loop), 0);
	stats_free(bench->stats);
}

Test(feed, numbers_events_one_after_the_other_from_the_time_of_the_start)
{
	struct bench bench;
	uint64_t before = (uint64_t)wall_clock_ms() * 1000, first;

	begin(&bench);
	first = feed_last(bench.feed);
	cr_assert(first >= before && first < before + 60 * UINT64_C(1000000));
	tell(bench.feed, "vehicle", "{}", 2);
	tell(bench.feed, "vehicle", "{}", 2);
	cr_assert_eq(feed_last(bench.feed), first + 2);
	cr_assert_eq(stats_get(bench.stats, STAT_EVENTS), 2);
	end(&bench);
}

Test(feed, keeps_no_more_than_its_ring_and_no_more_than_its_bytes)
{
	struct bench bench;
	char *big = calloc(1, 1 << 20);

	begin(&bench);
	for (int i = 0; i < FEED_EVENTS + 10; i++)
		tell(bench.feed, "vehicle", "{}", 2);
	memset(big, 'x', 1 << 20);
	for (int i = 0; i < 100; i++)
		tell(bench.feed, "links", big, 1 << 20);
	free(big);
	end(&bench);
}

Test(feed, does_not_keep_a_loop_running)
{
	struct bench bench;

	begin(&bench);
	cr_assert_eq(uv_run(&bench.loop, UV_RUN_DEFAULT), 0);
	end(&bench);
}

static void follow(struct httpd_request *request, void *context)
{
	feed_follow(context, request, &(struct caller){.role = ROLE_DISPATCHER});
}

static const struct httpd_route routes[] = {{"GET", "/events", follow, HTTPD_ANYONE}};

/* A server of nothing but the feed, on a port the system chose. */
static struct httpd *serve(struct bench *bench, struct sockaddr_storage *address)
{
	struct httpd_config config = {.loop = &bench->loop,
				      .address = address,
				      .routes = routes,
				      .route_count = 1,
				      .context = bench->feed};
	struct httpd *httpd;

	cr_assert_eq(address_parse("127.0.0.1:0", address), 0);
	cr_assert_eq(httpd_start(&config, &httpd), 0);
	cr_assert_eq(address_parse(httpd_address(httpd), address), 0);
	return httpd;
}

/* A page that asked for the events and then does nothing; little fits into its socket. */
static int idle_page(const struct sockaddr_storage *address)
{
	static const char request[] = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 4096;

	cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	cr_assert_eq(connect(fd, (const struct sockaddr *)address, address_size(address)), 0);
	cr_assert_eq(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL),
		     (ssize_t)sizeof(request) - 1);
	return fd;
}

/* Runs the loop and reads until `text` came; returns all that came. */
static char *read_until(struct bench *bench, int fd, const char *text)
{
	size_t size = 0, room = 64 << 20;
	char *all = calloc(1, room);

	while (!strstr(all + (size > 200000 ? size - 200000 : 0), text)) {
		ssize_t got;

		uv_run(&bench->loop, UV_RUN_NOWAIT);
		got = recv(fd, all + size, room - size - 1, MSG_DONTWAIT);
		cr_assert_neq(got, 0, "the stream ended");
		size += got > 0 ? (size_t)got : 0;
		cr_assert(size < room - 1);
	}
	return all;
}

Test(feed, resets_a_page_that_did_not_read_and_then_goes_on)
{
	struct sockaddr_storage address;
	struct httpd *httpd;
	struct bench bench;
	char json[2000], last[64], *got;
	int fd;

	begin(&bench);
	httpd = serve(&bench, &address);
	fd = idle_page(&address);
	while (stats_get(bench.stats, STAT_EVENT_CLIENTS) == 0)
		uv_run(&bench.loop, UV_RUN_NOWAIT);
	memset(json, '1', sizeof(json));
	for (int i = 0; i < 3 * FEED_EVENTS; i++) {
		tell(bench.feed, "links", json, sizeof(json));
		uv_run(&bench.loop, UV_RUN_NOWAIT);
	}
	snprintf(last, sizeof(last), "event: reset\ndata: {}\n\n");
	got = read_until(&bench, fd, last);
	cr_assert_eq(stats_get(bench.stats, STAT_EVENT_RESETS), 1);
	free(got);
	tell(bench.feed, "vehicle", "{}", 2);
	snprintf(last, sizeof(last), "id: %" PRIu64 "\nevent: vehicle\n", feed_last(bench.feed));
	free(read_until(&bench, fd, last));
	close(fd);
	httpd_stop(httpd);
	uv_run(&bench.loop, UV_RUN_DEFAULT);
	cr_assert_eq(stats_get(bench.stats, STAT_EVENT_CLIENTS), 0);
	end(&bench);
}
