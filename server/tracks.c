/* SPDX-License-Identifier: Apache-2.0 */
#include "server/tracks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <sqlite3.h> /* has to come before gaiageo.h */
#include <spatialite/gaiageo.h>

#include "common/alloc.h"
#include "gis/db.h"
#include "gis/geo.h"
#include "gis/network.h"
#include "gis/simplify.h"
#include "server/vehicles.h"

/* Changes when the model's answers change, so that everything is matched anew. */
#define MODEL_VERSION 4
#define TRACK_TOLERANCE_M 2.0

struct track_digest track_digest(const struct fix *fixes, size_t count, const struct vehicle *vehicle,
				 int64_t network_revision)
{
	struct track_digest digest;
	crypto_generichash_state state;
	uint8_t canonical[FIX_CANONICAL_BYTES];
	int64_t head[] = {MODEL_VERSION, network_revision};

	crypto_generichash_init(&state, NULL, 0, sizeof(digest.bytes));
	crypto_generichash_update(&state, (const uint8_t *)head, sizeof(head));
	crypto_generichash_update(&state, (const uint8_t *)vehicle->class_code, strlen(vehicle->class_code));
	for (size_t i = 0; i < count; i++) {
		fix_canonical(&fixes[i], canonical);
		crypto_generichash_update(&state, canonical, sizeof(canonical));
	}
	crypto_generichash_final(&state, digest.bytes, sizeof(digest.bytes));
	return digest;
}

int track_match(struct track_trip *trip, struct matcher *matcher, const struct drive_params *params)
{
	int error = drive_trip(matcher, trip->net, params, trip->fixes, trip->count, &trip->spans,
			       &trip->summary);
	const int64_t *jumps_ms;
	size_t count;

	if (error)
		return error;
	jumps_ms = matcher_jumps_ms(matcher, &count);
	if (count > 0) {
		trip->jumps_ms = x_malloc(count * sizeof(*jumps_ms));
		memcpy(trip->jumps_ms, jumps_ms, count * sizeof(*jumps_ms));
	}
	return 0;
}

void track_trip_fini(struct track_trip *trip)
{
	span_list_free(&trip->spans);
	free(trip->jumps_ms);
	trip->jumps_ms = NULL;
}

static bool *kept_points(const struct fix *fixes, size_t count)
{
	struct geo_scale scale = geo_scale_at(fixes[0].lat_e7 / 1e7);
	double *xy = x_malloc(count * 2 * sizeof(*xy));
	bool *keep = x_malloc(count * sizeof(*keep));

	for (size_t i = 0; i < count; i++) {
		xy[i * 2] = fixes[i].lon_e7 / 1e7 * scale.x_m_per_deg;
		xy[i * 2 + 1] = fixes[i].lat_e7 / 1e7 * scale.y_m_per_deg;
	}
	simplify(xy, count, TRACK_TOLERANCE_M, keep);
	free(xy);
	return keep;
}

/* The track as SpatiaLite's blob: Z metres above sea level (0 unknown), M Unix seconds. */
static void make_line(const struct fix *fixes, size_t count, unsigned char **out_blob, int *out_size)
{
	bool *keep = kept_points(fixes, count);
	gaiaGeomCollPtr geometry = gaiaAllocGeomCollXYZM();
	gaiaLinestringPtr line;
	int points = 0, at = 0;

	for (size_t i = 0; i < count; i++)
		points += keep[i];
	geometry->Srid = 4326;
	geometry->DeclaredType = GAIA_LINESTRING;
	line = gaiaAddLinestringToGeomColl(geometry, points);
	for (size_t i = 0; i < count; i++) {
		double z_m = fixes[i].alt_dm == FIX_ABSENT ? 0 : fixes[i].alt_dm / 10.0;

		if (!keep[i])
			continue;
		gaiaSetPointXYZM(line->Coords, at, fixes[i].lon_e7 / 1e7, fixes[i].lat_e7 / 1e7, z_m,
				 (double)fixes[i].time_ms / 1000.0);
		at++;
	}
	gaiaToSpatiaLiteBlobWkb(geometry, out_blob, out_size);
	gaiaFreeGeomColl(geometry);
	free(keep);
}

static void sum_lengths(const struct span_list *spans, double *out_driven_m, double *out_worked_m)
{
	*out_driven_m = *out_worked_m = 0;
	for (size_t i = 0; i < spans->count; i++) {
		double length_m = fabs(spans->spans[i].to_m - spans->spans[i].from_m);

		*out_driven_m += length_m;
		*out_worked_m += spans->spans[i].at_work ? length_m : 0;
	}
}

static int64_t put_track(struct db_txn *txn, const struct track_trip *trip)
{
	sqlite3_stmt *stmt = db_prepare(
		txn->db, "INSERT INTO tracks (vehicle_id, vehicle, day, start_ms, end_ms, fixes, matched, off_road, "
			 "jumped, driven_m, worked_m, digest, geom) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
	unsigned char *blob = NULL;
	double driven_m, worked_m;
	int size = 0;

	sum_lengths(&trip->spans, &driven_m, &worked_m);
	make_line(trip->fixes, trip->count, &blob, &size);
	if (stmt) {
		sqlite3_bind_int64(stmt, 1, trip->vehicle->id);
		sqlite3_bind_text(stmt, 2, trip->vehicle->code, -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 3, trip->day, -1, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 4, trip->fixes[0].time_ms);
		sqlite3_bind_int64(stmt, 5, trip->fixes[trip->count - 1].time_ms);
		sqlite3_bind_int64(stmt, 6, trip->summary.fixes);
		sqlite3_bind_int64(stmt, 7, trip->summary.matched);
		sqlite3_bind_int64(stmt, 8, trip->summary.off_road);
		sqlite3_bind_int64(stmt, 9, trip->summary.jumped);
		sqlite3_bind_double(stmt, 10, driven_m);
		sqlite3_bind_double(stmt, 11, worked_m);
		sqlite3_bind_blob(stmt, 12, trip->digest.bytes, sizeof(trip->digest.bytes), SQLITE_STATIC);
		sqlite3_bind_blob(stmt, 13, blob, size, SQLITE_STATIC);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
	free(blob);
	return sqlite3_last_insert_rowid(db_handle(txn->db));
}

static void put_span(struct db_txn *txn, sqlite3_stmt *stmt, const struct network *net, const struct span *span)
{
	sqlite3_bind_int64(stmt, 3, network_road(net, span->road)->id);
	sqlite3_bind_double(stmt, 4, span->from_m);
	sqlite3_bind_double(stmt, 5, span->to_m);
	sqlite3_bind_int64(stmt, 6, span->start_ms);
	sqlite3_bind_int64(stmt, 7, span->end_ms);
	sqlite3_bind_int(stmt, 8, span->at_work);
	sqlite3_bind_int(stmt, 9, span->source);
	sqlite3_bind_text(stmt, 10, &span->work, 1, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 11, span->inferred);
	sqlite3_bind_double(stmt, 12, (double)span->confidence);
	db_txn_step(txn, stmt);
}

/* One statement over a vehicle and a span of time. */
static void run_over(struct db_txn *txn, const char *sql, int64_t vehicle_id, int64_t from_ms, int64_t to_ms)
{
	sqlite3_stmt *stmt = db_prepare(txn->db, sql);

	if (stmt) {
		sqlite3_bind_int64(stmt, 1, vehicle_id);
		sqlite3_bind_int64(stmt, 2, from_ms);
		sqlite3_bind_int64(stmt, 3, to_ms);
	}
	db_txn_step(txn, stmt);
	sqlite3_finalize(stmt);
}

static void remove_from_to(struct db_txn *txn, int64_t vehicle_id, int64_t from_ms, int64_t to_ms)
{
	run_over(txn,
		 "DELETE FROM span WHERE track_id IN (SELECT id FROM tracks WHERE vehicle_id = ?1 AND "
		 "start_ms BETWEEN ?2 AND ?3)",
		 vehicle_id, from_ms, to_ms);
	run_over(txn,
		 "DELETE FROM jump WHERE track_id IN (SELECT id FROM tracks WHERE vehicle_id = ?1 AND "
		 "start_ms BETWEEN ?2 AND ?3)",
		 vehicle_id, from_ms, to_ms);
	run_over(txn, "DELETE FROM tracks WHERE vehicle_id = ?1 AND start_ms BETWEEN ?2 AND ?3", vehicle_id,
		 from_ms, to_ms);
}

static void put_jumps(struct db_txn *txn, const struct track_trip *trip, int64_t track_id)
{
	sqlite3_stmt *stmt =
		db_prepare(txn->db, "INSERT INTO jump (track_id, time_ms) VALUES (?,?)");

	for (uint32_t i = 0; stmt && i < trip->summary.jumped && !txn->error; i++) {
		sqlite3_bind_int64(stmt, 1, track_id);
		sqlite3_bind_int64(stmt, 2, trip->jumps_ms[i]);
		db_txn_step(txn, stmt);
	}
	if (!stmt && !txn->error)
		txn->error = -EIO;
	sqlite3_finalize(stmt);
}

void track_put(struct db_txn *txn, const struct track_trip *trip)
{
	int64_t start_ms = trip->fixes[0].time_ms, track_id;
	sqlite3_stmt *stmt;

	remove_from_to(txn, trip->vehicle->id, start_ms, start_ms);
	track_id = put_track(txn, trip);
	stmt = db_prepare(txn->db, "INSERT INTO span (track_id, seq, road_id, from_m, to_m, start_ms, end_ms, at_work, "
				   "source, work, inferred, confidence) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
	for (size_t i = 0; stmt && i < trip->spans.count && !txn->error; i++) {
		sqlite3_bind_int64(stmt, 1, track_id);
		sqlite3_bind_int64(stmt, 2, (int64_t)i);
		put_span(txn, stmt, trip->net, &trip->spans.spans[i]);
	}
	if (!stmt && !txn->error)
		txn->error = -EIO;
	sqlite3_finalize(stmt);
	put_jumps(txn, trip, track_id);
}

void track_remove_others(struct db_txn *txn, int64_t vehicle_id, int64_t from_ms, int64_t to_ms,
			 const int64_t *starts_ms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (starts_ms[i] > from_ms)
			remove_from_to(txn, vehicle_id, from_ms, starts_ms[i] - 1);
		from_ms = starts_ms[i] + 1;
	}
	if (from_ms <= to_ms)
		remove_from_to(txn, vehicle_id, from_ms, to_ms);
}

bool track_is_current(struct db *db, int64_t vehicle_id, int64_t start_ms, const struct track_digest *digest)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT digest FROM tracks WHERE vehicle_id = ? AND start_ms = ?");
	bool is_current = false;

	if (!stmt)
		return false;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, start_ms);
	if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_bytes(stmt, 0) == TRACK_DIGEST_BYTES)
		is_current = memcmp(sqlite3_column_blob(stmt, 0), digest->bytes, TRACK_DIGEST_BYTES) == 0;
	sqlite3_finalize(stmt);
	return is_current;
}

static bool read_span(sqlite3_stmt *stmt, const struct network *net, struct span *out)
{
	const unsigned char *work = sqlite3_column_text(stmt, 7);

	*out = (struct span){
		.road = network_road_by_id(net, sqlite3_column_int64(stmt, 0)),
		.from_m = sqlite3_column_double(stmt, 1),
		.to_m = sqlite3_column_double(stmt, 2),
		.start_ms = sqlite3_column_int64(stmt, 3),
		.end_ms = sqlite3_column_int64(stmt, 4),
		.at_work = sqlite3_column_int(stmt, 5) != 0,
		.source = (uint8_t)sqlite3_column_int(stmt, 6),
		.work = work && work[0] ? (char)work[0] : 'U',
		.inferred = sqlite3_column_int(stmt, 8) != 0,
		.confidence = (float)sqlite3_column_double(stmt, 9),
	};
	return out->road != NETWORK_NONE;
}

#define SPAN_COLUMNS \
	"road_id, from_m, to_m, span.start_ms, span.end_ms, at_work, source, work, inferred, confidence"

/* Reads what the statement gives, and ends it. */
static int read_spans(sqlite3_stmt *stmt, const struct network *net, struct span_list *out)
{
	int step;

	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		out->spans = x_grow(out->spans, out->count, &out->capacity, sizeof(*out->spans));
		out->count += read_span(stmt, net, &out->spans[out->count]);
	}
	sqlite3_finalize(stmt);
	return db_error(step);
}

int track_spans(struct db *db, const struct network *net, int64_t vehicle_id, int64_t start_ms,
		struct span_list *out)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT " SPAN_COLUMNS
					    " FROM span JOIN tracks ON span.track_id = tracks.id "
					    "WHERE tracks.vehicle_id = ? AND tracks.start_ms = ? ORDER BY seq");

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, start_ms);
	return read_spans(stmt, net, out);
}

int track_spans_between(struct db *db, const struct network *net, int64_t vehicle_id,
			int64_t from_ms, int64_t to_ms, struct span_list *out)
{
	sqlite3_stmt *stmt = db_prepare(db, "SELECT " SPAN_COLUMNS
					    " FROM tracks CROSS JOIN span ON span.track_id = tracks.id "
					    "WHERE tracks.vehicle_id = ?1 AND tracks.start_ms >= ?4 AND tracks.start_ms < ?3 "
					    "AND span.start_ms >= ?2 AND span.start_ms < ?3 "
					    "ORDER BY tracks.start_ms, seq");

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, from_ms);
	sqlite3_bind_int64(stmt, 3, to_ms);
	sqlite3_bind_int64(stmt, 4, from_ms - TRACK_LONGEST_MS);
	return read_spans(stmt, net, out);
}

int track_summary(struct db *db, int64_t vehicle_id, int64_t from_ms, int64_t to_ms,
		  struct match_summary *out)
{
	sqlite3_stmt *stmt = db_prepare(
		db, "SELECT coalesce(sum(fixes), 0), coalesce(sum(matched), 0), coalesce(sum(off_road), 0), "
		    "coalesce(sum(jumped), 0) FROM tracks WHERE vehicle_id = ? AND start_ms >= ? AND start_ms < ?");
	int error = -EIO;

	*out = (struct match_summary){0};
	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, from_ms);
	sqlite3_bind_int64(stmt, 3, to_ms);
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		out->fixes = (uint32_t)sqlite3_column_int64(stmt, 0);
		out->matched = (uint32_t)sqlite3_column_int64(stmt, 1);
		out->off_road = (uint32_t)sqlite3_column_int64(stmt, 2);
		out->jumped = (uint32_t)sqlite3_column_int64(stmt, 3);
		error = 0;
	}
	sqlite3_finalize(stmt);
	return error;
}

int track_jumps(struct db *db, int64_t vehicle_id, int64_t from_ms, int64_t to_ms, int64_t **out,
		size_t *out_count)
{
	sqlite3_stmt *stmt = db_prepare(
		db, "SELECT DISTINCT jump.time_ms FROM tracks JOIN jump ON jump.track_id = tracks.id "
		    "WHERE tracks.vehicle_id = ?1 AND tracks.start_ms BETWEEN ?4 AND ?3 "
		    "AND jump.time_ms BETWEEN ?2 AND ?3 ORDER BY jump.time_ms");
	size_t room = *out_count;
	int step;

	if (!stmt)
		return -EIO;
	sqlite3_bind_int64(stmt, 1, vehicle_id);
	sqlite3_bind_int64(stmt, 2, from_ms);
	sqlite3_bind_int64(stmt, 3, to_ms);
	sqlite3_bind_int64(stmt, 4, from_ms - TRACK_LONGEST_MS);
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
		*out = x_grow(*out, *out_count, &room, sizeof(**out));
		(*out)[(*out_count)++] = sqlite3_column_int64(stmt, 0);
	}
	sqlite3_finalize(stmt);
	return db_error(step);
}
