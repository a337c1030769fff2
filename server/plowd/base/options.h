/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plowd's command line and configuration file (contracts.md): what main() starts from.  Both know
 * the same names; the command line wins.
 */
#ifndef PLOW_SERVER_PLOWD_BASE_OPTIONS_H
#define PLOW_SERVER_PLOWD_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/socket.h>

#include "common/attr.h"

#define OPTIONS_PATH_BYTES 1024
#define OPTIONS_ALLOWED_MAX 32
#define OPTIONS_PUBLIC_DELAY_S 120
#define OPTIONS_PUBLIC_DELAY_MAX_S 1800
#define OPTIONS_PUBLIC_EVERY_S 15
#define OPTIONS_PUBLIC_EVERY_MAX_S 600
#define OPTIONS_SESSION_IDLE_S (8 * 3600)
#define OPTIONS_SESSION_LONGEST_S (7 * 24 * 3600)
#define OPTIONS_SESSION_MAX_S (31 * 24 * 3600)

/* A network: an address and how many of its bits count. */
struct allowed_network {
	struct sockaddr_storage address;
	int bits;
};

struct allowed_networks {
	struct allowed_network list[OPTIONS_ALLOWED_MAX];
	size_t count;
};

/* The address is in one of them; an IPv4 address in IPv6's clothes is an IPv4 address. */
bool options_allow(const struct allowed_networks *networks, const struct sockaddr *address);

struct plowd_options {
	char db[OPTIONS_PATH_BYTES], public_dir[OPTIONS_PATH_BYTES], config[OPTIONS_PATH_BYTES];
	char clock[16]; /* "wall" or "fixes" */
	struct sockaddr_storage udp, http, nmea;
	bool has_udp, has_http, has_nmea;
	struct allowed_networks nmea_allow;    /* whose plain NMEA has trust 1 */
	struct allowed_networks https_proxies; /* whose word counts that it was HTTPS */
	int public_delay_s; /* how old what residents see is at least */
	int public_every_s; /* how often it is written */
	int session_idle_s, session_longest_s; /* when sign-ins end, unused and used */
};

/*
 * Returns 0, -1 when the program has said all (--help, --version), or a sysexits status after one
 * sentence on stderr.
 */
int options_parse(int argc, char **argv, struct plowd_options *out) PLOW_MUST_USE;

/*
 * Reads the configuration file again (SIGHUP).  Only the two lists of networks take effect; a file
 * that does not make sense changes nothing.  Returns 0 or a sysexits status after one sentence.
 */
int options_reload(struct plowd_options *options) PLOW_MUST_USE;

#endif
