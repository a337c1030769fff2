/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd's notify protocol (sd_notify(3)), spoken by hand: a datagram of NAME=value lines to the
 * socket named by $NOTIFY_SOCKET.  Without that variable nothing happens.
 */
#ifndef PLOW_COMMON_NOTIFY_H
#define PLOW_COMMON_NOTIFY_H

#include <stdint.h>

/* Sends "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=..."; losing one does no harm. */
void notify_send(const char *state);

/* How often "WATCHDOG=1" is due: half of what the service manager waits; 0 when it does not. */
uint64_t notify_watchdog_ms(void);

#endif
