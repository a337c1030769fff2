/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where every vehicle is: the newest fix of each, by fix time, never by arrival, so that a backlog
 * does not make the map jump back; of trust 0 only where nothing that is believed came for LIVE_SILENT_MS.
 * Loop thread only.
 */
#ifndef PLOW_SERVER_PLOWD_LIVE_LIVE_H
#define PLOW_SERVER_PLOWD_LIVE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/attr.h"
#include "common/fix.h"
#include "gis/work.h"
#include "server/vehicles.h"

struct now;
struct network;

/* So long without a fix, and a vehicle is silent, or off. */
#define LIVE_SILENT_MS INT64_C(180000)
#define LIVE_OFF_MS INT64_C(600000)

enum live_state { LIVE_WORK, LIVE_TRANSFER, LIVE_WAITING, LIVE_SILENT, LIVE_OFF };

struct live_vehicle {
	struct vehicle vehicle;
	bool has_fix;
	struct fix fix;          /* the newest */
	int64_t received_ms;
	uint8_t trust;           /* enum fix_trust */
	struct work_verdict work;
	enum live_state state;
	int64_t link_id;         /* the link it is on, or -1 */
	char road[64];           /* its name, or empty */
};

struct live;

/* Called when a vehicle's entry changed; the pointer is good during the call. */
typedef void live_changed_cb(const struct live_vehicle *vehicle, void *arg);

struct live *live_new(const struct now *now, live_changed_cb *on_change, void *arg);
void live_free(struct live *live);

/*
 * Takes over the list of registered vehicles but for those that are retired; known ones keep their
 * fix.  Returns whether one that was shown is gone, or another contractor's.
 */
bool live_set_vehicles(struct live *live, const struct vehicle *vehicles, size_t count);

/* Offers a committed fix; older ones than the newest are ignored. */
void live_offer(struct live *live, int64_t vehicle_id, const struct fix *fix, uint8_t trust,
		int64_t received_ms);

/* Says on which link a vehicle is, as the online match found. */
void live_place(struct live *live, int64_t vehicle_id, int64_t link_id, const char *road);

/* Looks who fell silent; called once a second. */
void live_tick(struct live *live);

size_t live_count(const struct live *live);
const struct live_vehicle *live_at(const struct live *live, size_t index);
const struct live_vehicle *live_find(const struct live *live, const char *code); /* or NULL */
const char *live_state_name(enum live_state state);

#endif
