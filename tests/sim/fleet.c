/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/fleet.h"

#include <math.h>
#include <stdlib.h>

#include "common/alloc.h"
#include "gis/network.h"
#include "gis/route.h"
#include "tests/sim/gnss.h"
#include "tests/sim/motion.h"
#include "tests/sim/plan.h"
#include "tests/sim/truth.h"

#define PORTAL_M 8.0
#define STEP_MS 200 /* of the motion */

/* Each purpose draws from a stream of its own. */
enum { STREAM_CREW, STREAM_GNSS, STREAM_RADIO, STREAMS };

struct unit {
	struct crew *crew;
	struct machine machine;
	struct gnss gnss;
	struct radio *radio;
};

struct fleet {
	struct network *net;
	struct fleet_settings settings;
	struct plan *plan;
	struct route *route;
	struct unit *units;
	FILE *truth; /* or NULL */
	int64_t passed_ms;
	struct fleet_totals totals;
};

static struct sim_random stream_of(const struct fleet *fleet, size_t vehicle, int purpose)
{
	return sim_random_of(fleet->settings.seed, STREAMS * vehicle + (size_t)purpose);
}

static void man(struct fleet *fleet, size_t vehicle)
{
	struct unit *unit = &fleet->units[vehicle];
	struct crew_task task = {
		.net = fleet->net,
		.route = fleet->route,
		.yard = plan_yard(fleet->plan, vehicle),
		.begins_at_work = fleet->settings.begins_at_work,
	};

	task.links = plan_links(fleet->plan, vehicle, &task.count);
	task.machine = machine_of(vehicle, plan_is_main(fleet->plan, vehicle));
	unit->machine = task.machine;
	unit->crew = crew_new(&task, stream_of(fleet, vehicle, STREAM_CREW));
	unit->gnss = gnss_of(stream_of(fleet, vehicle, STREAM_GNSS), fleet->settings.sigma_m,
			     fleet->settings.silences_s);
}

struct fleet *fleet_new(struct network *net, const struct fleet_settings *settings)
{
	struct plan *plan =
		plan_new(net, settings->vehicles, settings->depots, settings->depot_count);
	struct fleet *fleet;

	if (!plan)
		return NULL;
	fleet = x_calloc(1, sizeof(*fleet));
	fleet->net = network_hold(net);
	fleet->settings = *settings;
	fleet->plan = plan;
	fleet->route = route_new(net);
	fleet->units = x_calloc(settings->vehicles, sizeof(*fleet->units));
	for (size_t i = 0; i < settings->vehicles; i++)
		man(fleet, i);
	fleet->settings.depots = NULL; /* its use is over with the plan */
	return fleet;
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	for (size_t i = 0; i < fleet->settings.vehicles; i++) {
		crew_free(fleet->units[i].crew);
		radio_free(fleet->units[i].radio);
	}
	free(fleet->units);
	route_free(fleet->route);
	plan_free(fleet->plan);
	network_free(fleet->net);
	free(fleet);
}

void fleet_write_truth(struct fleet *fleet, FILE *truth)
{
	fleet->truth = truth;
	truth_begin(truth);
}

void fleet_code(size_t vehicle, char out[FLEET_CODE_BYTES])
{
	snprintf(out, FLEET_CODE_BYTES, "SIM-%03zu", vehicle + 1);
}

struct machine fleet_machine(const struct fleet *fleet, size_t vehicle)
{
	return fleet->units[vehicle].machine;
}

void fleet_give_key(struct fleet *fleet, size_t vehicle, const struct seal_key *key,
		    uint64_t spool_id)
{
	radio_free(fleet->units[vehicle].radio);
	fleet->units[vehicle].radio = radio_new(key, spool_id, &fleet->settings.mishaps,
						stream_of(fleet, vehicle, STREAM_RADIO));
}

struct radio *fleet_radio(const struct fleet *fleet, size_t vehicle)
{
	return fleet->units[vehicle].radio;
}

int64_t fleet_passed_ms(const struct fleet *fleet)
{
	return fleet->passed_ms;
}

bool fleet_is_over(const struct fleet *fleet)
{
	return fleet->passed_ms >= fleet->settings.length_ms;
}

/* The sensor's word goes before the button's (contracts.md, Work). */
static int8_t blade_of(const struct unit *unit, const struct place *place)
{
	if (!unit->machine.has_sensor)
		return -1;
	return work_is_clearing(place->work) && !place->backing;
}

static bool is_at_work(const struct unit *unit, const struct place *place)
{
	int8_t blade = blade_of(unit, place);

	return blade >= 0 ? blade == 1 : work_is_clearing(place->work);
}

/* Under the rock, not just before it: who stands in a portal is heard. */
static bool is_in_tunnel(const struct fleet *fleet, const struct place *place)
{
	const struct link *link = network_link(fleet->net, place->link);

	return (network_road(fleet->net, link->road)->flags & ROAD_TUNNEL) &&
	       place->along_m > PORTAL_M && place->along_m < link->length_m - PORTAL_M;
}

static void measure(struct fleet *fleet, struct unit *unit, const struct place *place)
{
	struct sky sky = {plan_is_valley(fleet->plan, place->link), is_in_tunnel(fleet, place)};
	double now_s = (double)fleet->passed_ms / 1000;
	double since_s = (double)fleet->settings.interval_ms / 1000;
	struct fix fix;

	if (unit->radio)
		radio_drift(unit->radio, now_s, since_s, sky.is_valley);
	if (!gnss_measure(&unit->gnss, fleet->net, place, sky, now_s, since_s, &fix))
		return;
	fix.time_ms = fleet->settings.start_ms + fleet->passed_ms;
	fix.work = place->work;
	fix.work_source = WORK_FROM_BUTTON;
	fix.blade = blade_of(unit, place);
	fleet->totals.fixes++;
	if (unit->radio)
		radio_record(unit->radio, &fix);
}

/* What happens at this moment, before time goes on. */
static void look(struct fleet *fleet, size_t vehicle)
{
	struct unit *unit = &fleet->units[vehicle];
	struct place place = motion_place(crew_motion(unit->crew));
	char code[FLEET_CODE_BYTES];

	if (fleet->passed_ms % fleet->settings.interval_ms == 0)
		measure(fleet, unit, &place);
	if (fleet->passed_ms % 1000 == 0 && fleet->truth) {
		fleet_code(vehicle, code);
		truth_row(fleet->truth, fleet->net, code,
			  (fleet->settings.start_ms + fleet->passed_ms) / 1000, &place,
			  is_at_work(unit, &place));
	}
}

static int64_t next_multiple(int64_t now, int64_t of)
{
	return (now / of + 1) * of;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void fleet_step(struct fleet *fleet)
{
	int64_t now = fleet->passed_ms;
	int64_t next = least(
		next_multiple(now, STEP_MS),
		least(next_multiple(now, 1000), next_multiple(now, fleet->settings.interval_ms)));
	double seconds = (double)(next - now) / 1000;

	for (size_t i = 0; i < fleet->settings.vehicles; i++) {
		struct unit *unit = &fleet->units[i];
		double speed_mps;
		struct place place;

		look(fleet, i);
		crew_step(unit->crew, (double)now / 1000, seconds);
		place = motion_place(crew_motion(unit->crew));
		speed_mps = place.speed_mps;
		fleet->totals.driven_m += speed_mps * seconds;
		fleet->totals.worked_m += is_at_work(unit, &place) ? speed_mps * seconds : 0;
	}
	fleet->passed_ms = next;
}

struct fleet_totals fleet_totals(const struct fleet *fleet)
{
	return fleet->totals;
}
