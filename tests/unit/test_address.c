/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "common/httpd/address.h"

Test(address, reads_what_it_writes)
{
	static const char *const texts[] = {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:65535",
					    "[2001:db8::1]:1"};
	struct sockaddr_storage address;
	char text[ADDRESS_BYTES];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_assert_eq(address_parse(texts[i], &address), 0, "%s", texts[i]);
		cr_assert_str_eq(address_format(&address, text), texts[i]);
	}
	cr_assert_eq(address_parse("localhost:1", &address), 0);
	cr_assert_str_eq(address_format(&address, text), "127.0.0.1:1");
}

Test(address, refuses_what_is_none)
{
	static const char *const texts[] = {"",
					    ":",
					    "127.0.0.1",
					    "127.0.0.1:",
					    "127.0.0.1:65536",
					    "127.0.0.1:-1",
					    "127.0.0.1:80x",
					    "::1:80",
					    "[::1]",
					    "[::1:80",
					    "example.com:80",
					    "127.0.0.1: 80",
					    "1.2.3.4.5:1"};
	struct sockaddr_storage address;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert_eq(address_parse(texts[i], &address), -EINVAL, "%s", texts[i]);
}
