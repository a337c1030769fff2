/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/access.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "server/plowd/api/api.h"
#include "server/plowd/base/options.h"

static bool is_this_machine(const struct sockaddr *peer)
{
	const struct in6_addr *v6 = &((const struct sockaddr_in6 *)peer)->sin6_addr;

	if (peer->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)peer)->sin_addr.s_addr) >> 24 ==
		       IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(v6) ||
	       (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET);
}

static bool is_believed(const struct api *api, const struct sockaddr *peer)
{
	return peer && (is_this_machine(peer) ||
			options_allow(&api->parts.options->https_proxies, peer));
}

bool access_is_https(const struct api *api, const struct httpd_request *request)
{
	const char *scheme = httpd_header(request, "X-Forwarded-Proto");

	return scheme && strcasecmp(scheme, "https") == 0 && is_believed(api, httpd_peer(request));
}

/* A proxy on this machine says for whom it asks; a program of this machine does not. */
static bool is_machine(const struct httpd_request *request)
{
	const struct sockaddr *peer = httpd_peer(request);

	return peer && is_this_machine(peer) && !httpd_header(request, "X-Forwarded-For") &&
	       !httpd_header(request, "X-Forwarded-Proto") && !httpd_header(request, "Forwarded");
}

/* The value of our cookie, if it has a token's length. */
static bool read_cookie(const struct httpd_request *request, char out[TOKEN_BYTES])
{
	const char *at = httpd_header(request, "Cookie");
	const size_t name = strlen(COOKIE_NAME "=");

	for (; at; at = strchr(at, ';')) {
		at += strspn(at, "; ");
		if (strncmp(at, COOKIE_NAME "=", name) != 0)
			continue;
		if (strcspn(at + name, "; ") != TOKEN_BYTES - 1)
			return false;
		memcpy(out, at + name, TOKEN_BYTES - 1);
		out[TOKEN_BYTES - 1] = '\0';
		return true;
	}
	return false;
}

static bool find(const struct api *api, const struct httpd_request *request, struct caller *out)
{
	char token[TOKEN_BYTES];

	*out = (struct caller){0};
	return read_cookie(request, token) && sessions_find(api->parts.sessions, token, out);
}

bool access_caller(const struct api *api, struct httpd_request *request, struct caller *out)
{
	if (find(api, request, out))
		return true;
	httpd_error(request, 401, "Sign in first.");
	return false;
}

bool access_admit(struct httpd_request *request, const struct httpd_route *route, void *context)
{
	const struct api *api = context;
	struct caller caller;
	const char *type;

	if ((route->access & ACCESS_MACHINE) && is_machine(request))
		return true;
	if (!access_caller(api, request, &caller))
		return false;
	if (!(route->access & 1U << caller.role)) {
		httpd_error(request, 403, "Your role may not do this.");
		return false;
	}
	if (strcmp(route->method, "POST") != 0)
		return true;
	type = httpd_header(request, "Content-Type");
	if (type && strncmp(type, "application/json", strlen("application/json")) == 0)
		return true;
	httpd_error(request, 415, "The body is to be JSON, with Content-Type application/json.");
	return false;
}

/* The last address a proxy added to those it was told. */
static bool read_forwarded(const struct httpd_request *request, struct sockaddr_storage *out)
{
	const char *list = httpd_header(request, "X-Forwarded-For");
	const char *last = list ? strrchr(list, ',') : NULL;
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	char text[ADDRESS_BYTES];

	if (!list)
		return false;
	last = last ? last + 1 : list;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(last + strspn(last, " "), " "),
		 last + strspn(last, " "));
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
		out->ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
		out->ss_family = AF_INET6;
	return out->ss_family != 0;
}

void access_address(const struct api *api, const struct httpd_request *request,
		    char out[ADDRESS_BYTES])
{
	const struct sockaddr *peer = httpd_peer(request);
	struct sockaddr_storage forwarded;
	struct in6_addr network;

	if (is_believed(api, peer) && read_forwarded(request, &forwarded))
		peer = (const struct sockaddr *)&forwarded;
	snprintf(out, ADDRESS_BYTES, "?");
	if (peer && peer->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)peer)->sin_addr, out,
			  ADDRESS_BYTES);
	} else if (peer && peer->sa_family == AF_INET6) {
		network = ((const struct sockaddr_in6 *)peer)->sin6_addr;
		if (!IN6_IS_ADDR_V4MAPPED(&network))
			memset(network.s6_addr + 8, 0, 8);
		inet_ntop(AF_INET6, &network, out, ADDRESS_BYTES);
	}
}

void access_cookie(const char *token, bool is_https, char out[COOKIE_BYTES])
{
	snprintf(out, COOKIE_BYTES, COOKIE_NAME "=%s; HttpOnly; SameSite=Strict; Path=/%s%s",
		 token ? token : "", token ? "" : "; Max-Age=0", is_https ? "; Secure" : "");
}
