/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who sends plain NMEA from an address: the bytes of its datagrams become fixes, dated and named by what
 * it said before, and go to the writer (docs/ROUTERS.md).  In place; loop thread.
 */
#ifndef PLOW_SERVER_PLOWD_INTAKE_NMEA_SENDER_H
#define PLOW_SERVER_PLOWD_INTAKE_NMEA_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>

#include "common/nmea.h"
#include "server/plowd/intake/nmea_id.h"
#include "server/plowd/intake/nmea_port.h"
#include "server/plowd/intake/writer.h"

#define NMEA_HEAP_MAX 256

/* Fixes of what is being read: those of sentences with checksums, and the others. */
enum nmea_heap { HEAP_CHECKED, HEAP_UNCHECKED, HEAPS };

/* What all senders share: only one is being read at a time. */
struct nmea_desk {
	struct nmea_port_parts parts;
	struct writer_item items[HEAPS][NMEA_HEAP_MAX];
	size_t counts[HEAPS];
	int64_t unknown_logged_ms, excess_logged_ms;
};

struct nmea_sender {
	struct nmea_desk *desk;
	struct sockaddr_storage address;
	char id[NMEA_ID_BYTES]; /* "": it has not said who it is, or somebody who can be no vehicle
				 */
	bool is_vehicle;        /* when it last sent a fix */
	bool is_listed;         /* its network is, likewise */
	int64_t heard_ms;
	int64_t dated_ms; /* when a sentence with a date came */
	struct nmea nmea;
};

void nmea_sender_init(struct nmea_sender *sender, struct nmea_desk *desk, const struct sockaddr *address);

/* Reads a datagram and hands on the fixes that are complete by it. */
void nmea_sender_read(struct nmea_sender *sender, const char *bytes, size_t size);

/* The epoch is over: it has been silent for a while, or is to be forgotten. */
void nmea_sender_end_epoch(struct nmea_sender *sender);

#endif
