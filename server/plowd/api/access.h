/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may do what: the one place that lets a request through to its handler (httpd_config.admit).
 * The table of routes names the roles of each (server/plowd/api/http.c); a route that names none is
 * refused.  Whose vehicles somebody sees is account_sees() (server/accounts.h).  Loop thread.
 */
#ifndef PLOW_SERVER_PLOWD_API_ACCESS_H
#define PLOW_SERVER_PLOWD_API_ACCESS_H

#include <stdbool.h>

#include "common/httpd/address.h"
#include "common/httpd/httpd.h"
#include "server/plowd/accounts/sessions.h"

struct api;

/* The access of a route. */
enum {
	ACCESS_ADMIN = 1 << ROLE_ADMIN,
	ACCESS_DISPATCHER = 1 << ROLE_DISPATCHER,
	ACCESS_CONTRACTOR = 1 << ROLE_CONTRACTOR,
	ACCESS_AUDITOR = 1 << ROLE_AUDITOR,
	ACCESS_MACHINE = 1 << 5, /* a program on this machine, not through a proxy */
};

#define COOKIE_NAME "michiake"
#define COOKIE_BYTES 160

/*
 * Nobody is answered with 401, somebody of another role with 403, and a post that is not JSON with
 * 415: another site's form cannot send one.
 */
bool access_admit(struct httpd_request *request, const struct httpd_route *route, void *api);

/* Who calls, for handlers; answers 401 itself and returns false when the session has just ended. */
bool access_caller(const struct api *api, struct httpd_request *request, struct caller *out);

/* A believed proxy says that it came over HTTPS: this machine's, or one of the configuration's. */
bool access_is_https(const struct api *api, const struct httpd_request *request);

/* The client's address, as its believed proxy tells it; of IPv6 the network of 64 bits. */
void access_address(const struct api *api, const struct httpd_request *request,
		    char out[ADDRESS_BYTES]);

/* What sets the cookie to a token, or with NULL takes it away. */
void access_cookie(const char *token, bool is_https, char out[COOKIE_BYTES]);

#endif
