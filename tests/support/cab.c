/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/cab.h"

#include <assert.h>
#include <math.h>

#include "gis/geo.h"
#include "gis/network.h"
#include "tests/support/drawn.h"

static double uniform(struct cab *cab)
{
	cab->seed ^= cab->seed << 13;
	cab->seed ^= cab->seed >> 7;
	cab->seed ^= cab->seed << 17;
	return ((double)(cab->seed >> 11) + 0.5) / 9007199254740992.0;
}

static double bell(struct cab *cab)
{
	return sqrt(-2 * log(uniform(cab))) * cos(2 * M_PI * uniform(cab));
}

struct cab cab_at(double x_m, double y_m, double speed_mps, double every_s)
{
	return (struct cab){.x_m = x_m,
			    .y_m = y_m,
			    .speed_mps = speed_mps,
			    .every_s = every_s,
			    .seed = 88172645463325252u};
}

void cab_sight(struct cab *cab, double off_x_m, double off_y_m)
{
	struct geo_scale scale = geo_scale_at(DRAWN_LAT);
	double kept = exp(-cab->every_s / 30), fresh = cab->sigma_m * sqrt(1 - kept * kept);
	struct fix fix = fix_none();

	cab->error_x_m = kept * cab->error_x_m + fresh * bell(cab);
	cab->error_y_m = kept * cab->error_y_m + fresh * bell(cab);
	if (cab->silent || cab->count == CAB_FIXES_MOST)
		return;
	fix.time_ms = CAB_START_MS + (int64_t)(cab->now_s * 1000);
	fix.lon_e7 = (int32_t)lround(
		(DRAWN_LON + (cab->x_m + cab->error_x_m + off_x_m) / scale.x_m_per_deg) * 1e7);
	fix.lat_e7 = (int32_t)lround(
		(DRAWN_LAT + (cab->y_m + cab->error_y_m + off_y_m) / scale.y_m_per_deg) * 1e7);
	fix.flags = FIX_VALID;
	if (cab->measures) {
		fix.speed_cmps = (int32_t)lround(100 * cab->speed_mps);
		fix.course_cdeg = (int32_t)lround(100 * cab->course_deg);
	}
	/* A receiver keeps its own rhythm, wherever the vehicle turns. */
	if (cab->count == 0 || fix.time_ms >= cab->fixes[cab->count - 1].time_ms + 100)
		cab->fixes[cab->count++] = fix;
}

void cab_stand(struct cab *cab, double seconds)
{
	for (double end = cab->now_s + seconds; cab->now_s < end; cab->now_s += cab->every_s)
		cab_sight(cab, 0, 0);
}

void cab_drive(struct cab *cab, double x_m, double y_m)
{
	double metres = hypot(x_m - cab->x_m, y_m - cab->y_m);
	double step_m = cab->speed_mps * cab->every_s;
	double dx = (x_m - cab->x_m) / metres, dy = (y_m - cab->y_m) / metres;

	cab->course_deg = geo_course_deg(dx, dy);
	for (double done = 0; done < metres; done += step_m) {
		cab_sight(cab, 0, 0);
		cab->x_m += dx * fmin(step_m, metres - done);
		cab->y_m += dy * fmin(step_m, metres - done);
		cab->now_s += cab->every_s * fmin(1, (metres - done) / step_m);
	}
}

struct answer answer;

void answer_take(const struct movement *movement, void *arg)
{
	struct answer *taken = arg;

	if (!movement) {
		taken->count = 0;
		return;
	}
	assert(taken->count < ANSWER_MOVES_MOST);
	taken->told_ms[taken->count] = taken->now_ms;
	taken->moves[taken->count++] = *movement;
}

void cab_match(const struct network *net, const struct cab *cab)
{
	struct match_params params = match_params_default();
	struct matcher *matcher = matcher_new(net, &params);
	const int64_t *jumps_ms;
	int error;

	answer.count = 0;
	error = match_trip(matcher, cab->fixes, cab->count, answer_take, &answer, &answer.summary);
	assert(!error);
	jumps_ms = matcher_jumps_ms(matcher, &answer.jumps);
	answer.jumped_ms = answer.jumps > 0 ? jumps_ms[0] : 0;
	matcher_free(matcher);
}

void cab_match_online(const struct network *net, const struct cab *cab)
{
	struct match_params params = match_params_default();
	struct match_live *live = match_live_new(net, &params, answer_take, &answer);
	int error;

	answer.count = 0;
	for (size_t i = 0; i < cab->count; i++) {
		answer.now_ms = cab->fixes[i].time_ms;
		error = match_live_feed(live, &cab->fixes[i]);
		assert(!error);
	}
	match_live_flush(live);
	match_live_free(live);
}

double answer_driven(const struct network *net, uint32_t road, int direction)
{
	double metres = 0;

	for (size_t i = 0; i < answer.count; i++) {
		const struct movement *m = &answer.moves[i];
		double by = (double)m->to_m - (double)m->from_m;

		if (network_link(net, m->link)->road == road && by * direction >= 0)
			metres += fabs(by);
	}
	return metres;
}

double answer_furthest(const struct network *net, uint32_t road)
{
	double most = 0;

	for (size_t i = 0; i < answer.count; i++) {
		const struct movement *m = &answer.moves[i];
		const struct link *link = network_link(net, m->link);

		if (link->road == road)
			most = fmax(most, link->from_m + fmax((double)m->from_m, (double)m->to_m));
	}
	return most;
}
