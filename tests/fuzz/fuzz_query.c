/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a request's address and headers: path and arguments as the HTTP server reads them for
 * every handler, the query and the header Authorization as they are read for phones.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/httpd/httpd_internal.h"
#include "common/utf8.h"
#include "tests/fuzz/phone_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As libmicrohttpd cuts it: at '&', then at the first '='; '+' is a space. */
static bool read_arguments(struct httpd_request *request, char *query)
{
	char *rest = query, *name;

	for (char *at = query; *at; at++)
		*at = *at == '+' ? ' ' : *at;
	while ((name = strsep(&rest, "&"))) {
		char *value = strchr(name, '=');

		if (value)
			*value++ = '\0';
		if (!httpd_request_argument(request, name, value))
			return false;
	}
	return true;
}

static void read_address(const char *method, char *path, char *query)
{
	struct httpd_request *request = httpd_request_new(NULL, NULL, path, method);
	const char *why = NULL;
	unsigned status = httpd_request_parse_path(request, &why);

	assert(status == 0 || (status >= 400 && status < 500 && why));
	for (size_t i = 0; status == 0 && i < request->segment_count; i++)
		assert(utf8_is_clean(request->segments[i]));
	if (read_arguments(request, query)) {
		for (size_t i = 0; i < request->argument_count; i++) {
			const char *value = httpd_query(request, request->arguments[i].name);

			assert(value && utf8_is_clean(value) && strlen(value) <= HTTPD_VALUE_MAX);
		}
	}
	httpd_request_free(request);
}

static void read_phone(const char *query, size_t size)
{
	struct phone_message message = phone_message_none();

	phone_read_query(query, size, &message);
	check_phone(&message);
	phone_read_authorization(query, &message);
	check_phone(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of its own, so that reading behind its NUL is seen. */
	char *text = malloc(size + 1), *query;

	assert(text);
	memcpy(text, data, size);
	text[size] = '\0';
	query = strchr(text, '?');
	if (query)
		*query++ = '\0';
	read_phone(query ? query : text, strlen(query ? query : text));
	if (query)
		read_address("GET", text, query);
	free(text);
	return 0;
}
