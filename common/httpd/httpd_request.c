/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a request: everything in it is hostile.  libmicrohttpd lets through what a proxy in front
 * may understand otherwise (two lengths, length and chunks: RFC 9112, 6.3), so that is refused
 * here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/httpd/httpd_internal.h"
#include "common/utf8.h"

struct httpd_request *httpd_request_new(struct httpd *httpd, struct MHD_Connection *connection,
					const char *path, const char *method)
{
	struct httpd_request *request = x_calloc(1, sizeof(*request));

	request->httpd = httpd;
	request->connection = connection;
	strncpy(request->method, method, sizeof(request->method) - 1);
	request->path = strndup(path, HTTPD_PATH_MAX + 1);
	if (!request->path)
		abort();
	return request;
}

void httpd_request_free(struct httpd_request *request)
{
	if (!request)
		return;
	if (request->response)
		MHD_destroy_response(request->response);
	for (size_t i = 0; i < request->segment_count; i++)
		free(request->segments[i]);
	for (size_t i = 0; i < request->argument_count; i++)
		free(request->arguments[i].value);
	free(request->content);
	free(request->path);
	free(request);
}

struct framing {
	unsigned lengths, encodings, hosts;
	bool too_long;
};

static enum MHD_Result look_at_header(void *arg, enum MHD_ValueKind kind, const char *name,
				      const char *value)
{
	struct framing *framing = arg;
	char *end;

	(void)kind;
	if (strcasecmp(name, "Content-Length") == 0) {
		framing->lengths++;
		framing->too_long |= value && strtoull(value, &end, 10) > HTTPD_BODY_MAX;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		framing->encodings++;
	} else if (strcasecmp(name, "Host") == 0) {
		framing->hosts++;
	}
	return MHD_YES;
}

unsigned httpd_request_check(struct httpd_request *request, const char **out_why)
{
	struct framing framing = {0, 0, 0, false};

	MHD_get_connection_values(request->connection, MHD_HEADER_KIND, look_at_header, &framing);
	if (framing.lengths + framing.encodings > 1 || framing.hosts > 1) {
		*out_why = "The length of the request is given twice, or its host.";
		return 400;
	}
	if (framing.too_long) {
		*out_why = "The body is larger than 64 KiB.";
		return 413;
	}
	if (strlen(request->path) > HTTPD_PATH_MAX) {
		*out_why = "The path is too long.";
		return 414;
	}
	return 0;
}

bool httpd_request_add(struct httpd_request *request, const char *bytes, size_t size)
{
	bool fits = request->content_size + size <= HTTPD_BODY_MAX;

	if (fits) {
		while (request->content_room < request->content_size + size + 1) {
			request->content_room =
				request->content_room ? request->content_room * 2 : 1024;
			request->content = x_realloc(request->content, request->content_room, 1);
		}
		memcpy(request->content + request->content_size, bytes, size);
		request->content[request->content_size + size] = '\0';
	}
	request->content_size += size;
	return fits;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Resolves %XX in place. */
static bool decode(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '%') {
			int high = hex_value(from[1]);
			int low = high < 0 ? -1 : hex_value(from[2]);

			if (low < 0 || high * 16 + low == 0)
				return false;
			*to++ = (char)(high * 16 + low);
			from += 2;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return utf8_is_clean(text);
}

bool httpd_request_argument(struct httpd_request *request, const char *name, const char *value)
{
	struct httpd_argument *argument = &request->arguments[request->argument_count];

	if (request->argument_count == HTTPD_QUERY_MAX ||
	    (value && strlen(value) > (size_t)HTTPD_VALUE_MAX * 3))
		return false;
	argument->name = name;
	argument->value = x_strdup(value ? value : "");
	request->argument_count++;
	return decode(argument->value) && strlen(argument->value) <= HTTPD_VALUE_MAX;
}

struct query {
	struct httpd_request *request;
	bool bad;
};

static enum MHD_Result take_argument(void *arg, enum MHD_ValueKind kind, const char *name,
				     const char *value)
{
	struct query *query = arg;

	(void)kind;
	query->bad |= !httpd_request_argument(query->request, name, value);
	return query->bad ? MHD_NO : MHD_YES;
}

unsigned httpd_request_parse_path(struct httpd_request *request, const char **out_why)
{
	char *rest = request->path, *segment;

	*out_why = "The path is not valid.";
	if (*rest++ != '/')
		return 400;
	while ((segment = strsep(&rest, "/"))) {
		if (request->segment_count == HTTPD_SEGMENTS_MAX)
			return 404;
		segment = x_strdup(segment);
		request->segments[request->segment_count++] = segment;
		if (!decode(segment))
			return 400;
	}
	return 0;
}

unsigned httpd_request_parse_query(struct httpd_request *request, const char **out_why)
{
	struct query query = {request, false};

	*out_why = "The query is not valid: at most 16 arguments, percent-encoded UTF-8.";
	MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, take_argument,
				  &query);
	return query.bad ? 400 : 0;
}

const char *httpd_part(const struct httpd_request *request, size_t i)
{
	return request->parts[i];
}

const char *httpd_query(const struct httpd_request *request, const char *name)
{
	for (size_t i = 0; i < request->argument_count; i++) {
		if (strcmp(request->arguments[i].name, name) == 0)
			return request->arguments[i].value;
	}
	return NULL;
}

struct raw_query {
	char *out;
	size_t size, used;
};

static enum MHD_Result add_raw(void *arg, enum MHD_ValueKind kind, const char *name,
			       const char *value)
{
	struct raw_query *query = arg;
	int wrote = snprintf(query->out + query->used, query->size - query->used, "%s%s%s%s",
			     query->used ? "&" : "", name, value ? "=" : "", value ? value : "");

	(void)kind;
	if (wrote < 0 || (size_t)wrote >= query->size - query->used) {
		query->out[query->used] = '\0';
		return MHD_NO;
	}
	query->used += (size_t)wrote;
	return MHD_YES;
}

size_t httpd_raw_query(const struct httpd_request *request, char *out, size_t size)
{
	struct raw_query query = {out, size, 0};

	out[0] = '\0';
	MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, add_raw, &query);
	return query.used;
}

const struct sockaddr *httpd_peer(const struct httpd_request *request)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info ? info->client_addr : NULL;
}

const char *httpd_header(const struct httpd_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *httpd_content(const struct httpd_request *request, size_t *out_size)
{
	*out_size = request->content_size;
	return request->content ? request->content : "";
}
