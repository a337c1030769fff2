/* SPDX-License-Identifier: Apache-2.0 */
#include "tracker-client/http_reply.h"

#include <string.h>

#include <criterion/criterion.h>

#include "tracker-client/fetch.h"

static int reading(const char *text, struct http_reply *out)
{
	return http_reply_read(text, strlen(text), out);
}

Test(http_reply, finds_the_body)
{
	struct http_reply reply;

	cr_assert_eq(reading("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX: y\r\n\r\nhello and more", &reply), 0);
	cr_assert_eq(reply.status, 200);
	cr_assert_eq(reply.size, 5);
	cr_assert(memcmp(reply.body, "hello", 5) == 0);
	cr_assert_not(reply.is_packed);
	cr_assert_eq(reading("HTTP/1.0 404 Not Found\n\nno", &reply), 0);
	cr_assert_eq(reply.status, 404);
	cr_assert_eq(reply.size, 2);
	cr_assert_eq(reading("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n", &reply), 0);
	cr_assert(reply.is_packed);
}

Test(http_reply, refuses_what_is_none_or_was_cut_short)
{
	static const char *const wrong[] = {
		"",
		"HTTP/1.0 200 OK",
		"HTTP/1.0 200 OK\r\n",
		"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n",
		"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		"HTTP/1.0 200 OK\r\nContent-Length: -5\r\n\r\nhello",
		"HTTP/1.0 200 OK\r\nContent-Length: 99999999999999\r\n\r\nhello",
		"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"HTTP/1.0 200 OK\r\nContent-Encoding: br\r\n\r\nhello",
		"HTTP/2 200\r\n\r\nhello",
		"SSH-2.0-OpenSSH\r\n",
		"HTTP/1.0 20\r\n\r\n",
	};
	struct http_reply reply;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_neq(reading(wrong[i], &reply), 0, "%s", wrong[i]);
}

Test(fetch, knows_a_folder_when_it_sees_one)
{
	struct fetch_folder folder;

	cr_assert_eq(fetch_folder_parse("http://plows.example.jp/data/", &folder), 0);
	cr_assert_str_eq(folder.endpoint.host, "plows.example.jp");
	cr_assert_str_eq(folder.endpoint.port, "80");
	cr_assert_str_eq(folder.path, "/data/");
	cr_assert_eq(fetch_folder_parse("http://[::1]:8081/", &folder), 0);
	cr_assert_str_eq(folder.endpoint.host, "::1");
	cr_assert_str_eq(folder.endpoint.port, "8081");
	cr_assert_eq(fetch_folder_parse("http://[::1]/x/", &folder), 0);
	cr_assert_str_eq(folder.endpoint.port, "80");
	cr_assert_neq(fetch_folder_parse("https://plows.example.jp/data/", &folder), 0);
	cr_assert_neq(fetch_folder_parse("http://plows.example.jp/data", &folder), 0);
	cr_assert_neq(fetch_folder_parse("http://plows.example.jp", &folder), 0);
	cr_assert_neq(fetch_folder_parse("http:///data/", &folder), 0);
	cr_assert_neq(fetch_folder_parse("http://a/b c/", &folder), 0);
	cr_assert_neq(fetch_folder_parse("http://a/b\r\nX: y/", &folder), 0);
}
