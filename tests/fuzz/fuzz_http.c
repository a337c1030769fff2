/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as what a client sends over its connection, to the server as it is: every request is
 * answered or cut off, and nothing of the connection is left.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "common/httpd/httpd_internal.h"
#include "server/phones.h"
#include "server/plowd/api/api_body.h"

#define TURNS 8        /* of the loop, in which a request of one piece is answered */
#define TURNS_MAX 1000 /* after the client has gone: more is a connection that hangs */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct httpd_request *request)
{
	httpd_reply(request, &(struct httpd_reply){.status = 204});
}

static void on_get(struct httpd_request *request, void *context)
{
	const char *from = httpd_query(request, "from");

	(void)context;
	assert(!from || strlen(from) <= HTTPD_VALUE_MAX);
	assert(httpd_part(request, 0));
	answer(request);
}

static void on_post(struct httpd_request *request, void *context)
{
	cJSON *body = api_body(request);

	(void)context;
	if (!body)
		return;
	cJSON_Delete(body);
	answer(request);
}

static void on_phone(struct httpd_request *request, void *context)
{
	struct phone_message message = phone_message_none();
	const char *header = httpd_header(request, "Authorization"), *content;
	char query[1024];
	size_t size = httpd_raw_query(request, query, sizeof(query));

	(void)context;
	phone_read_query(query, size, &message);
	content = httpd_content(request, &size);
	phone_read_traccar(content, size, &message);
	phone_read_owntracks(content, size, &message);
	if (header)
		phone_read_authorization(header, &message);
	answer(request);
}

static uv_loop_t loop;

static struct httpd *start(void)
{
	static const struct httpd_route routes[] = {
		{"GET", "/a/{}", on_get, HTTPD_ANYONE},
		{"POST", "/p", on_post, HTTPD_ANYONE},
		{"*", "/", on_phone, HTTPD_ANYONE}};
	struct sockaddr_storage address = {.ss_family = AF_INET};
	struct httpd_config config = {
		.loop = &loop, .address = &address, .routes = routes, .route_count = 3};
	struct httpd *httpd;

	((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (uv_loop_init(&loop) || httpd_start(&config, &httpd))
		abort();
	return httpd;
}

/* Reads what there is; false at its end. */
static bool read_answer(int fd, char *first, size_t *used)
{
	char bytes[4096];
	ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	for (ssize_t i = 0; i < got && *used < 9; i++)
		first[(*used)++] = bytes[i];
	return got != 0 && (got > 0 || errno == EAGAIN);
}

static int connect_pair(struct httpd *httpd)
{
	struct sockaddr_in peer = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0 ||
	    MHD_add_connection(httpd->daemon, ends[1], (struct sockaddr *)&peer, sizeof(peer)) !=
		    MHD_YES)
		abort();
	return ends[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct httpd *httpd;
	char first[10] = "";
	size_t used = 0;
	int fd;

	if (!httpd)
		httpd = start();
	fd = connect_pair(httpd);
	if (size > 0 && send(fd, data, size, MSG_NOSIGNAL) != (ssize_t)size)
		abort();
	for (int turn = 0; turn < TURNS && read_answer(fd, first, &used); turn++) {
		httpd_run_soon(httpd);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	assert(used == 0 || memcmp(first, "HTTP/1.", used < 7 ? used : 7) == 0);
	close(fd);
	for (int turn = 0; httpd_counts(httpd).connections > 0; turn++) {
		assert(turn < TURNS_MAX);
		httpd_run_soon(httpd);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	return 0;
}
