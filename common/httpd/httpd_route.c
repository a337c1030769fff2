/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which handler answers a request: the first route whose pattern fits, else a file.  No handler is
 * called but by call(), after it was made sure that the request may be made.
 */
#include <stdlib.h>
#include <string.h>

#include "common/httpd/httpd_files.h"
#include "common/httpd/httpd_internal.h"

/* Compares one part of the pattern; "{}" and "{}.mvt" take the part (without the ending). */
static bool match_segment(struct httpd_request *request, const char *pattern, size_t size, size_t i,
			  size_t *parts)
{
	char *segment = request->segments[i];
	size_t length = strlen(segment);

	if (size < 2 || memcmp(pattern, "{}", 2) != 0)
		return length == size && memcmp(segment, pattern, size) == 0;
	pattern += 2;
	size -= 2;
	if (length <= size || memcmp(segment + length - size, pattern, size) != 0)
		return false;
	segment[length - size] = '\0';
	request->parts[(*parts)++] = segment;
	return true;
}

static bool match(struct httpd_request *request, const char *pattern)
{
	size_t count = 0, parts = 0;

	for (const char *at = pattern; *at; at++)
		count += *at == '/';
	if (count != request->segment_count)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t size = strcspn(++pattern, "/");

		if (!match_segment(request, pattern, size, i, &parts))
			return false;
		pattern += size;
	}
	return true;
}

static bool method_fits(const struct httpd_request *request, const char *method)
{
	return strcmp(request->method, method) == 0 ||
	       (strcmp(request->method, "HEAD") == 0 && strcmp(method, "GET") == 0);
}

/* Without the port, which a proxy in front may have taken off. */
static size_t host_length(const char *host)
{
	return *host == '[' ? strcspn(host, "]") : strcspn(host, ":");
}

/* Another site's page must not be able to make a signed-in browser post for it. */
static bool is_own_origin(const struct httpd_request *request)
{
	const char *origin = httpd_header(request, "Origin");
	const char *host = httpd_header(request, "Host");
	const char *origin_host = origin ? strstr(origin, "://") : NULL;
	size_t length;

	if (!origin)
		return true;
	if (!origin_host || !host)
		return false;
	origin_host += strlen("://");
	length = host_length(origin_host);
	return host_length(host) == length && memcmp(origin_host, host, length) == 0;
}

static void answer_file(struct httpd_request *request)
{
	struct httpd_reply reply;

	if (!method_fits(request, "GET"))
		httpd_error(request, 405, "This method is not allowed here.");
	else if (request->httpd->config.files &&
		 httpd_files_find(request->httpd->config.files, request->segments,
				  request->segment_count, &reply))
		httpd_reply(request, &reply);
	else
		httpd_error(request, 404, "There is nothing at this address.");
}

bool httpd_takes_all(const struct httpd *httpd, const char *path)
{
	for (size_t i = 0; i < httpd->config.route_count; i++) {
		const struct httpd_route *route = &httpd->config.routes[i];

		if (strcmp(route->method, "*") == 0 && strcmp(route->pattern, path) == 0)
			return true;
	}
	return false;
}

/* The one door to the handlers. */
static void call(struct httpd_request *request, const struct httpd_route *route)
{
	const struct httpd_config *config = &request->httpd->config;

	if (strcmp(route->method, "POST") == 0 && !is_own_origin(request))
		httpd_error(request, 403, "Requests from other sites' pages are refused.");
	else if (route->access != HTTPD_ANYONE && (!route->access || !config->admit))
		httpd_error(request, 403, "Nobody may do this.");
	else if (route->access == HTTPD_ANYONE || config->admit(request, route, config->context))
		route->handle(request, config->context);
}

void httpd_request_dispatch(struct httpd_request *request)
{
	const struct httpd_config *config = &request->httpd->config;
	const char *why;
	unsigned status = httpd_request_parse_path(request, &why);
	bool other_method = false;

	for (size_t i = 0; i < config->route_count && !status; i++) {
		const struct httpd_route *route = &config->routes[i];

		if (strcmp(route->method, "*") == 0 && match(request, route->pattern)) {
			call(request, route);
			return;
		}
	}
	if (!status)
		status = httpd_request_parse_query(request, &why);
	if (status) {
		httpd_error(request, status, why);
		return;
	}
	for (size_t i = 0; i < config->route_count; i++) {
		const struct httpd_route *route = &config->routes[i];

		if (!match(request, route->pattern))
			continue;
		if (!method_fits(request, route->method)) {
			other_method = true;
			continue;
		}
		call(request, route);
		return;
	}
	if (other_method)
		httpd_error(request, 405, "This method is not allowed here.");
	else
		answer_file(request);
}
