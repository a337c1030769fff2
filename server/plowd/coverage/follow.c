/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/coverage/follow.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/drive.h"
#include "gis/network.h"
#include "gis/trips.h"
#include "server/fixes.h"
#include "server/plowd/base/now.h"
#include "server/plowd/coverage/revise.h"
#include "server/plowd/coverage/silence.h"
#include "server/plowd/base/stats.h"
#include "server/plowd/coverage/tally.h"
#include "server/plowd/intake/writer.h"
#include "server/revisions.h"
#include "server/tracks.h"

/* The trip number of the provisional spans: after every real one. */
#define PROVISIONAL INT64_MAX
/* The online match starts this long before the first fix that matters, to know where it is. */
#define WARM_UP_MS 60000

#define STANDING_MPS 0.5

/* A link and when it was last worked on. */
struct recent {
	uint32_t link;
	int64_t time_ms;
};

struct follow {
	struct vehicle vehicle;
	const struct follow_parts *parts;
	struct match_live *live;
	struct drive_params params; /* of the provisional spans */
	struct span_list provisional;
	struct fix_list fixes;
	int64_t fed_ms;     /* the newest fix the online match has had */
	int64_t settled_ms; /* trips are stored up to this fix */
	uint64_t rematched_ns;
	uint32_t link;
	struct fix newest; /* the vehicle's last word; time_ms 0 before the first */
	struct recent recent[SILENCE_LINKS]; /* a ring: the newest is at recent_at */
	size_t recent_at, recent_count;
};

static void note_work(struct follow *follow, const struct movement *movement)
{
	const struct fix *after = movement->after;
	double seconds = (double)(movement->end_ms - movement->start_ms) / 1000.0;
	double speed_mps =
		seconds > 0 ? fabs((double)(movement->to_m - movement->from_m)) / seconds : -1;

	if (!work_judge(after, follow->params.class_of_vehicle, speed_mps).at_work)
		return;
	if (follow->recent_count == 0 || follow->recent[follow->recent_at].link != movement->link) {
		follow->recent_at = (follow->recent_at + 1) % SILENCE_LINKS;
		follow->recent_count += follow->recent_count < SILENCE_LINKS;
	}
	follow->recent[follow->recent_at] = (struct recent){movement->link, after->time_ms};
}

static void on_movement(const struct movement *movement, void *arg)
{
	struct follow *follow = arg;

	follow->link = movement->link;
	note_work(follow, movement);
	stats_add(follow->parts->stats, STAT_MOVEMENTS, 1);
	if (movement->after->time_ms > follow->settled_ms)
		drive_add(&follow->provisional, follow->parts->net, &follow->params, movement);
}

struct follow *follow_new(const struct vehicle *vehicle, const struct follow_parts *parts)
{
	struct match_params params = match_params_default();
	struct follow *follow = x_calloc(1, sizeof(*follow));

	follow->vehicle = *vehicle;
	follow->parts = parts;
	follow->params = (struct drive_params){
		.class_of_vehicle = work_class_find(vehicle->class_code),
		.from_ms = parts->window_ms,
		.to_ms = INT64_MAX,
	};
	follow->live = match_live_new(parts->net, &params, on_movement, follow);
	follow->link = NETWORK_NONE;
	return follow;
}

void follow_free(struct follow *follow)
{
	if (!follow)
		return;
	match_live_free(follow->live);
	span_list_free(&follow->provisional);
	fix_list_free(&follow->fixes);
	free(follow);
}

void follow_retire(struct follow *follow, bool is_retired)
{
	follow->vehicle.is_retired = is_retired;
}

int64_t follow_vehicle_id(const struct follow *follow)
{
	return follow->vehicle.id;
}

uint32_t follow_link(const struct follow *follow)
{
	return follow->link;
}

uint64_t follow_rematched_ns(const struct follow *follow)
{
	return follow->rematched_ns;
}

bool follow_is_late(const struct follow *follow, const struct follow_stale *stale)
{
	return stale->from_ms <= follow->settled_ms;
}

static struct coverage_key key_of(const struct follow *follow, int64_t trip)
{
	return (struct coverage_key){follow->vehicle.id, trip, follow->vehicle.blade_width_cm};
}

/* Provisional spans are put anew as a whole: the last one grows. */
static void tally_provisional(struct follow *follow)
{
	struct coverage_key key = key_of(follow, PROVISIONAL);

	tally_drop(follow->parts->tally, follow->vehicle.id, PROVISIONAL, PROVISIONAL);
	tally_put(follow->parts->tally, key, follow->provisional.spans, follow->provisional.count);
}

int follow_online(struct follow *follow)
{
	int error;

	follow->fixes.count = 0;
	error = fix_read(follow->parts->reader, follow->vehicle.id, follow->fed_ms + 1, INT64_MAX,
			 &follow->fixes);
	if (error || follow->fixes.count == 0)
		return error;
	for (size_t i = 0; i < follow->fixes.count; i++) {
		if (follow->fixes.fixes[i].time_ms - follow->fed_ms > trip_params_default().gap_ms)
			match_live_flush(follow->live);
		if (match_live_feed(follow->live, &follow->fixes.fixes[i]) == 0)
			follow->fed_ms = follow->fixes.fixes[i].time_ms;
	}
	follow->newest = follow->fixes.fixes[follow->fixes.count - 1];
	now_saw_fix(follow->parts->now, follow->newest.time_ms);
	tally_provisional(follow);
	return 0;
}

/* Whether its last word leaves open that it goes on working. */
static bool may_work_on(const struct follow *follow)
{
	const struct fix *newest = &follow->newest;
	double speed_mps = newest->speed_cmps == FIX_ABSENT ? -1 : newest->speed_cmps / 100.0;
	struct work_verdict verdict =
		work_judge(newest, follow->params.class_of_vehicle, speed_mps);

	if (verdict.at_work)
		return true;
	return speed_mps >= STANDING_MPS && !strchr("BRGXO", verdict.code);
}

void follow_unit(const struct follow *follow, struct silence_unit *out)
{
	const struct recent *last = &follow->recent[follow->recent_at];

	*out = (struct silence_unit){.vehicle_id = follow->vehicle.id,
				     .newest_ms = follow->newest.time_ms,
				     .area = UINT16_MAX};
	if (follow->recent_count == 0 || last->time_ms < follow->parts->window_ms)
		return;
	out->on_shift = !follow->vehicle.is_retired && may_work_on(follow);
	out->area = tally_areas(follow->parts->tally)[last->link];
	for (size_t i = 0; i < follow->recent_count; i++) {
		const struct recent *recent =
			&follow->recent[(follow->recent_at + SILENCE_LINKS - i) % SILENCE_LINKS];

		if (recent->time_ms >= follow->newest.time_ms - SILENCE_RECENT_MS)
			out->links[out->link_count++] = recent->link;
	}
}

/* The spans of a trip that lie in the window: the trip is matched whole wherever the window cuts
 * it. */
static int tally_trip(struct follow *follow, const struct fix *fixes, size_t count,
		      const struct span_list *spans)
{
	const struct follow_parts *parts = follow->parts;
	struct coverage_key key = key_of(follow, fixes[0].time_ms);
	struct span_list cut = {0};
	struct match_summary summary;
	int error = 0;

	tally_drop(parts->tally, follow->vehicle.id, key.trip, key.trip);
	if (fixes[count - 1].time_ms < parts->window_ms)
		return 0;
	if (fixes[0].time_ms >= parts->window_ms) {
		tally_put(parts->tally, key, spans->spans, spans->count);
		return 0;
	}
	error = drive_trip(parts->matcher, parts->net, &follow->params, fixes, count, &cut,
			   &summary);
	if (!error)
		tally_put(parts->tally, key, cut.spans, cut.count);
	span_list_free(&cut);
	return error;
}

/* One rematch: the trips of a stretch of time. */
struct rematch {
	struct follow *follow;
	struct follow_stale stale;
	int64_t from_ms, to_ms;   /* the stretch */
	struct track_trip *trips; /* those that changed */
	size_t trip_count, trip_capacity;
	int64_t *starts_ms; /* of all of them */
	size_t start_count, start_capacity;
	struct revision revision; /* what it changes of what was stored */
	int error;
};

/* Another trip of the stretch: matched only when its digest is not the stored one's. */
static void on_trip(size_t first, size_t count, void *arg)
{
	struct rematch *rematch = arg;
	struct follow *follow = rematch->follow;
	const struct follow_parts *parts = follow->parts;
	struct track_trip trip = {.vehicle = &follow->vehicle,
				  .net = parts->net,
				  .fixes = &follow->fixes.fixes[first],
				  .count = count};
	struct drive_params whole = follow->params;

	if (rematch->error)
		return;
	rematch->starts_ms = x_grow(rematch->starts_ms, rematch->start_count,
				    &rematch->start_capacity, sizeof(*rematch->starts_ms));
	rematch->starts_ms[rematch->start_count++] = trip.fixes[0].time_ms;
	trip.digest = track_digest(trip.fixes, count, &follow->vehicle, parts->network_revision);
	if (track_is_current(parts->db, follow->vehicle.id, trip.fixes[0].time_ms, &trip.digest))
		return;
	whole.from_ms = INT64_MIN;
	rematch->error = track_match(&trip, parts->matcher, &whole);
	stats_add(parts->stats, STAT_TRIPS_MATCHED, 1);
	rematch->trips =
		x_grow(rematch->trips, rematch->trip_count, &rematch->trip_capacity, sizeof(trip));
	rematch->trips[rematch->trip_count++] = trip;
}

static void clear_stale(struct db_txn *txn, int64_t vehicle_id, int64_t changes)
{
	sqlite3_stmt *stmt =
		db_prepare(txn->db, "DELETE FROM stale WHERE vehicle_id = ? AND changes = ?");

	if (stmt) {
		sqlite3_bind_int64(stmt, 1, vehicle_id);
		sqlite3_bind_int64(stmt, 2, changes);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

/* Writer thread. */
static void store(struct db_txn *txn, void *arg)
{
	struct rematch *rematch = arg;
	char day[DAY_NAME_BYTES];
	int64_t day_start_ms;

	for (size_t i = 0; i < rematch->trip_count; i++) {
		day_of(rematch->follow->parts->day, rematch->trips[i].fixes[0].time_ms, day,
		       &day_start_ms);
		rematch->trips[i].day = day;
		track_put(txn, &rematch->trips[i]);
	}
	track_remove_others(txn, rematch->follow->vehicle.id, rematch->from_ms, rematch->to_ms,
			    rematch->starts_ms, rematch->start_count);
	revision_add(txn, &rematch->revision);
	clear_stale(txn, rematch->follow->vehicle.id, rematch->stale.changes);
}

/* Other roads, or another model, are no late fixes: what they change is no revision. */
static int find_revision(struct rematch *rematch)
{
	struct follow *follow = rematch->follow;
	const struct revise_question question = {
		.db = follow->parts->db,
		.net = follow->parts->net,
		.network_revision = follow->parts->network_revision,
		.vehicle = &follow->vehicle,
		.from_ms = rematch->from_ms,
		.to_ms = rematch->to_ms,
		.settled_ms = follow->settled_ms,
		.trips = rematch->trips,
		.trip_count = rematch->trip_count,
		.starts_ms = rematch->starts_ms,
		.start_count = rematch->start_count,
	};

	return rematch->stale.changes < 0 ? 0 : revise(&question, &rematch->revision);
}

/* Trips of the stretch that are no more leave the tally. */
static void drop_others(struct rematch *rematch)
{
	struct tally *tally = rematch->follow->parts->tally;
	int64_t from_ms = rematch->from_ms, vehicle_id = rematch->follow->vehicle.id;

	for (size_t i = 0; i < rematch->start_count; i++) {
		if (rematch->starts_ms[i] > from_ms)
			tally_drop(tally, vehicle_id, from_ms, rematch->starts_ms[i] - 1);
		from_ms = rematch->starts_ms[i] + 1;
	}
	if (from_ms <= rematch->to_ms)
		tally_drop(tally, vehicle_id, from_ms, rematch->to_ms);
}

static int tally_rematched(struct rematch *rematch)
{
	struct follow *follow = rematch->follow;
	int error = 0;

	drop_others(rematch);
	for (size_t i = 0; i < rematch->trip_count && !error; i++)
		error = tally_trip(follow, rematch->trips[i].fixes, rematch->trips[i].count,
				   &rematch->trips[i].spans);
	if (rematch->to_ms > follow->settled_ms) {
		follow->settled_ms = rematch->to_ms;
		follow->provisional.count = 0;
		tally_provisional(follow);
	}
	return error;
}

int follow_rematch(struct follow *follow, const struct follow_stale *stale)
{
	struct trip_params trips = trip_params_default();
	struct rematch rematch = {.follow = follow,
				  .stale = *stale,
				  .from_ms = stale->from_ms,
				  .to_ms = stale->to_ms};

	follow->rematched_ns = uv_hrtime();
	follow->fixes.count = 0;
	rematch.error = fix_stretch(follow->parts->reader, follow->vehicle.id, trips.gap_ms,
				    &rematch.from_ms, &rematch.to_ms);
	if (!rematch.error)
		rematch.error = fix_read(follow->parts->reader, follow->vehicle.id, rematch.from_ms,
					 rematch.to_ms + 1, &follow->fixes);
	if (!rematch.error)
		trips_split(follow->fixes.fixes, follow->fixes.count, &trips, on_trip, &rematch);
	if (!rematch.error)
		rematch.error = find_revision(&rematch);
	if (!rematch.error)
		rematch.error = writer_run(follow->parts->writer, store, &rematch);
	if (!rematch.error)
		rematch.error = tally_rematched(&rematch);
	for (size_t i = 0; i < rematch.trip_count; i++)
		track_trip_fini(&rematch.trips[i]);
	free(rematch.trips);
	free(rematch.starts_ms);
	free(rematch.revision.passes);
	return rematch.error;
}

/*
 * Puts one stored trip of the window into the tally.  One that was matched over other roads or by
 * another model is matched anew first.
 */
static int load_trip(struct follow *follow, int64_t start_ms, int64_t end_ms)
{
	const struct follow_parts *parts = follow->parts;
	struct follow_stale whole = {start_ms, end_ms, -1};
	struct span_list spans = {0};
	struct track_digest digest;
	int error;

	follow->fixes.count = 0;
	error = fix_read(parts->reader, follow->vehicle.id, start_ms, end_ms + 1, &follow->fixes);
	if (error || follow->fixes.count == 0)
		return error;
	digest = track_digest(follow->fixes.fixes, follow->fixes.count, &follow->vehicle,
			      parts->network_revision);
	if (!track_is_current(parts->db, follow->vehicle.id, start_ms, &digest))
		return follow_rematch(follow, &whole);
	error = track_spans(parts->db, parts->net, follow->vehicle.id, start_ms, &spans);
	if (!error)
		error = tally_trip(follow, follow->fixes.fixes, follow->fixes.count, &spans);
	span_list_free(&spans);
	return error;
}

int follow_load(struct follow *follow)
{
	sqlite3_stmt *stmt = db_prepare(follow->parts->db,
					"SELECT start_ms, end_ms FROM tracks WHERE vehicle_id = ? "
					"ORDER BY start_ms DESC");
	int error = stmt ? 0 : -EIO, step = SQLITE_DONE;

	if (stmt)
		sqlite3_bind_int64(stmt, 1, follow->vehicle.id);
	while (!error && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
		int64_t start_ms = sqlite3_column_int64(stmt, 0),
			end_ms = sqlite3_column_int64(stmt, 1);

		if (end_ms > follow->settled_ms)
			follow->settled_ms = end_ms;
		if (end_ms < follow->parts->window_ms)
			break;
		error = load_trip(follow, start_ms, end_ms);
	}
	sqlite3_finalize(stmt);
	follow->fed_ms = follow->settled_ms - WARM_UP_MS;
	return error ? error : db_error(step);
}
