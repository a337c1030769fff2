/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HOST:PORT as the command lines write it: 127.0.0.1:8080, [::1]:0, 0.0.0.0:5540.  Numbers only: no
 * program of ours asks a name server where to listen.  Pure functions, any thread.
 */
#ifndef PLOW_COMMON_HTTPD_ADDRESS_H
#define PLOW_COMMON_HTTPD_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "common/attr.h"

#define ADDRESS_BYTES 64

/* Returns 0, or -EINVAL.  "localhost" means 127.0.0.1. */
int address_parse(const char *text, struct sockaddr_storage *out) PLOW_MUST_USE;

/* Writes HOST:PORT; returns out. */
char *address_format(const struct sockaddr_storage *address, char out[ADDRESS_BYTES]);

socklen_t address_size(const struct sockaddr_storage *address);

/*
 * A listening TCP socket, not blocking, closed on exec; stores the address it really has (port 0).
 * Returns the descriptor, or negative errno.
 */
int address_listen(const struct sockaddr_storage *address,
		   struct sockaddr_storage *out_bound) PLOW_MUST_USE;

#endif
