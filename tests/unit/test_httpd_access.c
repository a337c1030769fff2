/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one door of the HTTP server: a route that names nobody is refused, whatever admit() says, and
 * so is one that names somebody where nobody judges.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/httpd/address.h"
#include "common/httpd/httpd.h"

struct bench {
	uv_loop_t loop;
	int asked, handled;
	bool is_let_in;
};

static void handle(struct httpd_request *request, void *context)
{
	struct httpd_reply reply = {.status = 200};

	((struct bench *)context)->handled++;
	httpd_reply(request, &reply);
}

static bool admit(struct httpd_request *request, const struct httpd_route *route, void *context)
{
	struct bench *bench = context;

	bench->asked++;
	cr_assert_eq(route->access, 4);
	if (!bench->is_let_in)
		httpd_error(request, 401, "No.");
	return bench->is_let_in;
}

static const struct httpd_route routes[] = {
	{"GET", "/forgotten", handle, 0},  {"POST", "/forgotten", handle, 0},
	{"*", "/forgotten-too", handle, 0}, {"GET", "/some", handle, 4},
	{"*", "/some-too", handle, 4},      {"GET", "/any", handle, HTTPD_ANYONE},
};

/* The status of one request to a server of these routes. */
static int status_of(struct bench *bench, const char *request, bool has_admit)
{
	struct sockaddr_storage address;
	const struct httpd_config config = {.loop = &bench->loop,
					    .address = &address,
					    .routes = routes,
					    .route_count = sizeof(routes) / sizeof(routes[0]),
					    .context = bench,
					    .admit = has_admit ? admit : NULL};
	struct httpd *httpd;
	char text[512], answer[64] = "";
	int fd, size = snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", request);

	uv_loop_init(&bench->loop);
	cr_assert_eq(address_parse("127.0.0.1:0", &address), 0);
	cr_assert_eq(httpd_start(&config, &httpd), 0);
	cr_assert_eq(address_parse(httpd_address(httpd), &address), 0);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(connect(fd, (const struct sockaddr *)&address, address_size(&address)), 0);
	cr_assert_eq(send(fd, text, (size_t)size, MSG_NOSIGNAL), size);
	while (recv(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT) < 12)
		uv_run(&bench->loop, UV_RUN_NOWAIT);
	close(fd);
	httpd_stop(httpd);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&bench->loop), 0);
	return atoi(answer + strlen("HTTP/1.1 "));
}

Test(httpd_access, refuses_a_route_that_names_nobody_without_asking)
{
	static const char *const requests[] = {"GET /forgotten", "HEAD /forgotten", "POST /forgotten",
					       "GET /forgotten-too", "PUT /forgotten-too"};
	struct bench bench = {.is_let_in = true};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		cr_assert_eq(status_of(&bench, requests[i], true), 403, "%s", requests[i]);
		cr_assert_eq(status_of(&bench, requests[i], false), 403, "%s", requests[i]);
	}
	cr_assert_eq(bench.asked, 0);
	cr_assert_eq(bench.handled, 0);
}

Test(httpd_access, refuses_what_names_somebody_where_nobody_judges)
{
	struct bench bench = {.is_let_in = true};

	cr_assert_eq(status_of(&bench, "GET /some", false), 403);
	cr_assert_eq(status_of(&bench, "PUT /some-too", false), 403);
	cr_assert_eq(bench.handled, 0);
	cr_assert_eq(status_of(&bench, "GET /any", false), 200);
	cr_assert_eq(bench.handled, 1);
}

Test(httpd_access, asks_before_the_handler_and_believes_the_answer)
{
	struct bench bench = {.is_let_in = false};

	cr_assert_eq(status_of(&bench, "GET /some", true), 401);
	cr_assert_eq(status_of(&bench, "HEAD /some", true), 401);
	cr_assert_eq(status_of(&bench, "PUT /some-too", true), 401);
	cr_assert_eq(bench.handled, 0);
	cr_assert_eq(bench.asked, 3);
	bench.is_let_in = true;
	cr_assert_eq(status_of(&bench, "GET /some", true), 200);
	cr_assert_eq(status_of(&bench, "PUT /some-too", true), 200);
	cr_assert_eq(status_of(&bench, "GET /any", true), 200);
	cr_assert_eq(bench.asked, 5, "who is for anyone is not asked about");
	cr_assert_eq(bench.handled, 3);
}
