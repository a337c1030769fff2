/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain port (--nmea): NMEA as routers send it over UDP, unsealed.  Anybody can write such a
 * datagram, so its fixes have trust 0 and count for nothing, unless the configuration names the
 * network they come from (trust 1) and each of their sentences had its checksum.  Never answered.
 *
 * A unit says who it is by its vehicle code (server/plowd/intake/nmea_id.h) and is remembered by its
 * address and port; what it says in an earlier datagram, its name or the date, holds for the later
 * ones. Loop thread; a fixed number of addresses is remembered: the one makes room that is no
 * vehicle's, else one from no listed network, of these the longest silent one.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_NMEA_PORT_H
#define PLOW_SERVER_PLOWD_INTAKE_NMEA_PORT_H

#include <uv.h>

#include "common/attr.h"

struct nmea_port;
struct now;
struct plowd_options;
struct registry;
struct stats;
struct writer;

struct nmea_port_parts {
	struct registry *registry;
	struct writer *writer;
	struct stats *stats;
	const struct now *now;
	const struct plowd_options *options; /* the allowed networks, as they are at the moment */
};

/* Binds and listens. Returns 0 or negative errno (-EADDRINUSE). */
int nmea_port_start(uv_loop_t *loop, const struct sockaddr *address,
		    const struct nmea_port_parts *parts, struct nmea_port **out) PLOW_MUST_USE;
/* Hands on what was read; before the writer stops. */
void nmea_port_stop(struct nmea_port *port);
int nmea_port_address(const struct nmea_port *port, struct sockaddr_storage *out) PLOW_MUST_USE;

#endif
