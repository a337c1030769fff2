/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives a fleet through the night on a libuv loop and posts what its radios have to say: one UDP
 * socket a vehicle, as in life.  Ends when the night is over and all of it is acknowledged.
 */
#ifndef PLOW_TESTS_SIM_POST_H
#define PLOW_TESTS_SIM_POST_H

#include <stdint.h>
#include <sys/socket.h>

#include "common/attr.h"

struct fleet;

struct post_settings {
	struct sockaddr_storage server;
	size_t vehicles;
	double speed; /* of simulated time against the clock; 0: as fast as it is acknowledged */
	double head_start_s; /* of the night that have passed when it begins */
	double patience_s;   /* how long to wait for an acknowledgement before giving up */
};

/*
 * Runs to the end, on its own loop.  SIGINT and SIGTERM end it early, in order.  Returns 0, -EINTR
 * when a signal ended it, -ETIMEDOUT when the server did not acknowledge anything for patience_s,
 * or another negative errno.
 */
int post_run(struct fleet *fleet, const struct post_settings *settings) PLOW_MUST_USE;

#endif
