/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/live/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "server/plowd/base/now.h"

#define SHIFT_MS (INT64_C(12) * 3600 * 1000) /* no shift is longer: whoever went home unheard has */

struct live {
	const struct now *now;
	live_changed_cb *on_change;
	void *arg;
	struct live_vehicle *vehicles; /* by vehicle id */
	size_t count;
};

struct live *live_new(const struct now *now, live_changed_cb *on_change, void *arg)
{
	struct live *live = x_calloc(1, sizeof(*live));

	live->now = now;
	live->on_change = on_change;
	live->arg = arg;
	return live;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	free(live->vehicles);
	free(live);
}

static int compare_id(const void *id, const void *entry)
{
	int64_t wanted = *(const int64_t *)id;
	int64_t has = ((const struct live_vehicle *)entry)->vehicle.id;

	return wanted < has ? -1 : wanted > has;
}

static struct live_vehicle *find(const struct live *live, int64_t vehicle_id)
{
	if (live->count == 0)
		return NULL;
	return bsearch(&vehicle_id, live->vehicles, live->count, sizeof(*live->vehicles), compare_id);
}

/* Whether what is shown of a vehicle itself is the same. */
static bool is_same(const struct vehicle *a, const struct vehicle *b)
{
	return strcmp(a->code, b->code) == 0 && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->class_code, b->class_code) == 0 && strcmp(a->contractor, b->contractor) == 0;
}

bool live_set_vehicles(struct live *live, const struct vehicle *vehicles, size_t count)
{
	struct live_vehicle *next = x_calloc(count, sizeof(*next));
	struct live_vehicle *before = live->vehicles;
	size_t shown = 0, known_count = 0, had = live->count;

	for (size_t i = 0; i < count; i++) {
		const struct live_vehicle *known = find(live, vehicles[i].id);
		struct live_vehicle *entry = &next[shown];

		if (vehicles[i].is_retired)
			continue;
		*entry = known ? *known : (struct live_vehicle){.state = LIVE_OFF, .link_id = -1};
		entry->vehicle = vehicles[i];
		shown++;
		/* Who saw it as another contractor's must be told that it is not his any more. */
		known_count += known && strcmp(known->vehicle.contractor, vehicles[i].contractor) == 0;
		if (!known || !is_same(&known->vehicle, &vehicles[i]))
			live->on_change(entry, live->arg);
	}
	live->vehicles = next;
	live->count = shown;
	free(before);
	return known_count < had;
}

static double speed_mps(const struct fix *fix)
{
	return fix->speed_cmps == FIX_ABSENT ? -1 : fix->speed_cmps / 100.0;
}

/*
 * Whether its last word leaves open that it goes on: then to hear nothing is silence, else it is the
 * end.  What follow.c says of units, without knowing whether it worked in the window.
 */
static bool may_go_on(const struct live_vehicle *entry)
{
	double speed = speed_mps(&entry->fix);

	return entry->work.at_work || (work_activity(&entry->work, speed) != ACTIVITY_WAITING &&
				       !strchr("BRGXO", entry->work.code));
}

static enum live_state state_of(const struct live_vehicle *entry, int64_t now_ms)
{
	static const enum live_state states[] = {
		[ACTIVITY_WORK] = LIVE_WORK,
		[ACTIVITY_TRANSFER] = LIVE_TRANSFER,
		[ACTIVITY_WAITING] = LIVE_WAITING,
	};
	int64_t age_ms = now_ms - entry->fix.time_ms;

	if (!entry->has_fix || age_ms > SHIFT_MS)
		return LIVE_OFF;
	if (age_ms > LIVE_SILENT_MS && may_go_on(entry))
		return LIVE_SILENT;
	if (age_ms > LIVE_OFF_MS)
		return LIVE_OFF;
	return states[work_activity(&entry->work, speed_mps(&entry->fix))];
}

/*
 * How new a fix is for who is shown it.  What anybody can send moves nobody who is believed, but where he has been
 * silent for long: else a forger with the vehicle's code would lead its place astray.
 */
static int64_t newness_ms(const struct fix *fix, uint8_t trust)
{
	return trust == TRUST_PLAIN ? fix->time_ms - LIVE_SILENT_MS : fix->time_ms;
}

void live_offer(struct live *live, int64_t vehicle_id, const struct fix *fix, uint8_t trust,
		int64_t received_ms)
{
	struct live_vehicle *entry = find(live, vehicle_id);

	if (!entry || !(fix->flags & FIX_VALID) ||
	    (entry->has_fix && newness_ms(fix, trust) < newness_ms(&entry->fix, entry->trust)))
		return;
	entry->has_fix = true;
	entry->fix = *fix;
	entry->trust = trust;
	entry->received_ms = received_ms;
	entry->work = work_judge(fix, work_class_find(entry->vehicle.class_code), speed_mps(fix));
	entry->state = state_of(entry, now_ms(live->now));
	live->on_change(entry, live->arg);
}

void live_place(struct live *live, int64_t vehicle_id, int64_t link_id, const char *road)
{
	struct live_vehicle *entry = find(live, vehicle_id);

	if (!entry || (entry->link_id == link_id && strcmp(entry->road, road) == 0))
		return;
	entry->link_id = link_id;
	snprintf(entry->road, sizeof(entry->road), "%s", road);
	live->on_change(entry, live->arg);
}

void live_tick(struct live *live)
{
	int64_t time_ms = now_ms(live->now);

	for (size_t i = 0; i < live->count; i++) {
		enum live_state state = state_of(&live->vehicles[i], time_ms);

		if (state == live->vehicles[i].state)
			continue;
		live->vehicles[i].state = state;
		live->on_change(&live->vehicles[i], live->arg);
	}
}

size_t live_count(const struct live *live)
{
	return live->count;
}

const struct live_vehicle *live_at(const struct live *live, size_t index)
{
	return &live->vehicles[index];
}

const struct live_vehicle *live_find(const struct live *live, const char *code)
{
	for (size_t i = 0; i < live->count; i++) {
		if (strcmp(live->vehicles[i].vehicle.code, code) == 0)
			return &live->vehicles[i];
	}
	return NULL;
}

const char *live_state_name(enum live_state state)
{
	static const char *const names[] = {"work", "transfer", "waiting", "silent", "off"};

	return names[state];
}
