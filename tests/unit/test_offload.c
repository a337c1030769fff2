/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a request is told whose question the database does not answer: that the question was too large, or that there is
 * no database.  Over a real server and a real database.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/httpd/address.h"
#include "common/httpd/httpd.h"
#include "gis/db.h"
#include "server/plowd/api/offload.h"
#include "tests/support/folder.h"

/* Would take hours. */
#define ENDLESS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 1000000000000"

struct bench {
	uv_loop_t loop;
	struct offload *offload;
	offload_work *late;
	char answer[1024];
};

static void work(struct db *db, void *input, struct answer *out)
{
	(void)input;
	cr_assert_neq(db_run(db, ENDLESS), 0);
	answer_db_error(out);
}

static void late(struct db *db, void *input, struct answer *out)
{
	(void)input;
	cr_assert_null(db, "its time is over");
	answer_error(out, 503, "Nights are counted.");
}

static void release(void *input)
{
	(void)input;
}

static void handle(struct httpd_request *request, void *context)
{
	struct bench *bench = context;
	const struct offload_job job = {
		.request = request, .work = work, .late = bench->late, .release = release, .needs_db = true};

	offload_run(bench->offload, &job);
}

/* What a server says to one request, of a database that has so long for its answer. */
static void ask(struct bench *bench, const char *db_path, unsigned limit_ms)
{
	static const struct httpd_route routes[] = {{"GET", "/", handle, HTTPD_ANYONE}};
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct sockaddr_storage address;
	const struct httpd_config config = {
		.loop = &bench->loop, .address = &address, .routes = routes, .route_count = 1, .context = bench};
	struct httpd *httpd;
	size_t used = 0;
	ssize_t got;
	int fd;

	uv_loop_init(&bench->loop);
	bench->offload = offload_new(&bench->loop, db_path, NULL, 1, limit_ms);
	cr_assert_eq(address_parse("127.0.0.1:0", &address), 0);
	cr_assert_eq(httpd_start(&config, &httpd), 0);
	cr_assert_eq(address_parse(httpd_address(httpd), &address), 0);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(connect(fd, (const struct sockaddr *)&address, address_size(&address)), 0);
	cr_assert_gt(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), 0);
	while ((got = recv(fd, bench->answer + used, sizeof(bench->answer) - 1 - used, MSG_DONTWAIT)) != 0) {
		used += got > 0 ? (size_t)got : 0;
		uv_run(&bench->loop, UV_RUN_NOWAIT);
	}
	close(fd);
	offload_stop(bench->offload);
	httpd_stop(httpd);
	uv_run(&bench->loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&bench->loop), 0);
}

/* The same of a database that is there. */
static void ask_town(struct bench *bench)
{
	char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16];

	folder_make(folder);
	db_close(folder_db(folder));
	snprintf(path, sizeof(path), "%s/town.db", folder);
	ask(bench, path, 5);
	folder_remove(folder);
}

Test(offload, says_that_a_question_was_too_large_when_it_took_too_long)
{
	struct bench bench = {.late = NULL};

	ask_town(&bench);
	cr_assert_not_null(strstr(bench.answer, "HTTP/1.1 503"), "%s", bench.answer);
	cr_assert_not_null(strstr(bench.answer, "Retry-After: "), "%s", bench.answer);
	cr_assert_not_null(strstr(bench.answer, "longer than 20 seconds"), "%s", bench.answer);
	cr_assert_null(strstr(bench.answer, "cannot be read"), "%s", bench.answer);
}

Test(offload, lets_a_question_say_itself_why_it_took_too_long)
{
	struct bench bench = {.late = late};

	ask_town(&bench);
	cr_assert_not_null(strstr(bench.answer, "Nights are counted."), "%s", bench.answer);
}

Test(offload, blames_the_database_when_there_is_none)
{
	struct bench bench = {.late = late};

	ask(&bench, "/tmp/there/is/no/such/town.db", 5);
	cr_assert_not_null(strstr(bench.answer, "HTTP/1.1 503"), "%s", bench.answer);
	cr_assert_not_null(strstr(bench.answer, "cannot be read"), "%s", bench.answer);
}
