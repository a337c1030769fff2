/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SOURCE as the command line writes it: serial:/dev/ttyUSB0@9600, gpsd://HOST:PORT,
 * udp://HOST:PORT, file:PATH, or - for NMEA on stdin.  And HOST:PORT, which any of the tracker's
 * options may hold.
 */
#ifndef PLOW_TRACKER_SOURCE_H
#define PLOW_TRACKER_SOURCE_H

#include <stddef.h>

#include "common/attr.h"

#define SOURCE_PATH_BYTES 1024
#define SOURCE_HOST_BYTES 254
#define SOURCE_PORT_BYTES 6

enum source_kind { SOURCE_SERIAL, SOURCE_GPSD, SOURCE_UDP, SOURCE_FILE, SOURCE_STDIN };

/* A name or a number and a port; [::1]:2947 for IPv6. */
struct endpoint {
	char host[SOURCE_HOST_BYTES];
	char port[SOURCE_PORT_BYTES];
};

struct source {
	enum source_kind kind;
	char path[SOURCE_PATH_BYTES]; /* serial, file */
	unsigned baud;                /* serial; 0: find it out */
	struct endpoint endpoint;     /* gpsd, udp */
};

/* Both return 0 or -EINVAL. */
int endpoint_parse(const char *text, struct endpoint *out) PLOW_MUST_USE;
int source_parse(const char *text, struct source *out) PLOW_MUST_USE;

#endif
